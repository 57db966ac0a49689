"""How times, money, phones and names are written for people: used as template filters."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import phonenumbers
from flask import Flask

from shared.clock import now
from shared.web.i18n import gettext, ngettext
from shared.web.i18n import lazy_gettext as _l

WEEKDAYS = (
    _l("Monday"),
    _l("Tuesday"),
    _l("Wednesday"),
    _l("Thursday"),
    _l("Friday"),
    _l("Saturday"),
    _l("Sunday"),
)
MONTHS = (
    _l("January"),
    _l("February"),
    _l("March"),
    _l("April"),
    _l("May"),
    _l("June"),
    _l("July"),
    _l("August"),
    _l("September"),
    _l("October"),
    _l("November"),
    _l("December"),
)
ZONES = {
    "America/New_York": _l("Eastern"),
    "America/Detroit": _l("Eastern"),
    "America/Indiana/Indianapolis": _l("Eastern"),
    "America/Kentucky/Louisville": _l("Eastern"),
    "America/Chicago": _l("Central"),
    "America/Denver": _l("Mountain"),
    "America/Boise": _l("Mountain"),
    "America/Phoenix": _l("Arizona"),
    "America/Los_Angeles": _l("Pacific"),
    "America/Anchorage": _l("Alaska"),
    "Pacific/Honolulu": _l("Hawaii"),
    "America/Puerto_Rico": _l("Atlantic"),
    "UTC": _l("UTC"),
}
SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£"}


def zone_name(zone: str) -> str:
    """`America/New_York` -> "Eastern"; elsewhere the city, "Berlin time"."""
    if zone in ZONES:
        return str(ZONES[zone])
    city = zone.rsplit("/", 1)[-1].replace("_", " ")
    return gettext("%(city)s time", city=city)


def _local(at: datetime, zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown to anybody")
    return at.astimezone(ZoneInfo(zone))


def clock_time(at: datetime, zone: str | None = None) -> str:
    """ "9:30 am"; noon and midnight by name, since 12 am misleads."""
    local = _local(at, zone) if zone else at
    if local.minute == 0 and local.hour in (0, 12):
        return gettext("midnight") if local.hour == 0 else gettext("noon")
    half = gettext("am") if local.hour < 12 else gettext("pm")
    return f"{local.hour % 12 or 12}:{local.minute:02d} {half}"


def day(value: date | datetime, zone: str | None = None, *, weekday: bool = True) -> str:
    """ "Monday 4 January 2027"."""
    if isinstance(value, datetime) and zone:
        value = _local(value, zone)
    text = f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{WEEKDAYS[value.weekday()]} {text}" if weekday else text


def without_year(value: date) -> str:
    """ "Monday 4 January": for days so near that the year goes without saying."""
    return f"{WEEKDAYS[value.weekday()]} {value.day} {MONTHS[value.month - 1]}"


def short_day(value: date | datetime, zone: str | None = None) -> str:
    """ "Mon 4 Jan": where a column of days must stay narrow."""
    if isinstance(value, datetime) and zone:
        value = _local(value, zone)
    return f"{str(WEEKDAYS[value.weekday()])[:3]} {value.day} {str(MONTHS[value.month - 1])[:3]}"


def when(at: datetime, zone: str) -> str:
    """ "Monday 4 January 2027 at 9:30 am Eastern"; in the hour a clock repeats, says which one."""
    local = _local(at, zone)
    name = zone_name(zone)
    if _is_ambiguous(local):
        extra = gettext("daylight time") if local.dst() else gettext("standard time")
        name = f"{name} {extra}"
    return gettext(
        "%(day)s at %(time)s %(zone)s", day=day(local), time=clock_time(local), zone=name
    )


def _is_ambiguous(local: datetime) -> bool:
    """True for both passes of the hour that the autumn change repeats (PEP 495)."""
    first, second = local.replace(fold=0).utcoffset(), local.replace(fold=1).utcoffset()
    return first is not None and second is not None and first > second


def money(minor: int, currency: str = "USD") -> str:
    """15000, "USD" -> "$150.00"."""
    amount = Decimal(abs(minor)) / 100
    code = currency.upper()
    sign = "-" if minor < 0 else ""
    if code in SYMBOLS:
        return f"{sign}{SYMBOLS[code]}{amount:,.2f}"
    return f"{sign}{amount:,.2f} {code}"


def phone(value: str | None) -> str:
    """ "+15615550132" -> "(561) 555-0132"; foreign numbers in international form."""
    if not value:
        return ""
    try:
        number = phonenumbers.parse(value, "US")
    except phonenumbers.NumberParseException:
        return value
    national = number.country_code == 1
    style = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(number, style.NATIONAL if national else style.INTERNATIONAL)


def duration(minutes: int) -> str:
    """45 -> "45 minutes", 90 -> "1 hour 30 minutes"."""
    hours, rest = divmod(minutes, 60)
    parts = []
    if hours:
        parts.append(ngettext("%(num)d hour", "%(num)d hours", hours))
    if rest or not hours:
        parts.append(ngettext("%(num)d minute", "%(num)d minutes", rest))
    return " ".join(parts)


def relative(at: datetime, since: datetime | None = None) -> str:
    """How far away a moment is, in words: "in 3 days", "10 minutes ago", "now"."""
    reference = since or now()
    gap = at.astimezone(UTC) - reference.astimezone(UTC)
    size = abs(gap)
    if size < timedelta(minutes=1):
        return gettext("now")
    if size < timedelta(hours=1):
        amount = ngettext("%(num)d minute", "%(num)d minutes", int(size.total_seconds() // 60))
    elif size < timedelta(days=1):
        amount = ngettext("%(num)d hour", "%(num)d hours", int(size.total_seconds() // 3600))
    else:
        amount = ngettext("%(num)d day", "%(num)d days", size.days)
    if gap > timedelta():
        return gettext("in %(amount)s", amount=amount)
    return gettext("%(amount)s ago", amount=amount)


def initials(name: str) -> str:
    """ "Maya Ellison" -> "ME"; titles do not count."""
    words = [word for word in name.split() if not word.endswith(".") and word[:1].isalpha()]
    picked = words[:1] + words[-1:] if len(words) > 1 else words
    return "".join(word[0].upper() for word in picked) or "?"


FILTERS: tuple[Callable[..., str], ...] = (
    clock_time,
    day,
    duration,
    initials,
    money,
    phone,
    relative,
    short_day,
    when,
    without_year,
    zone_name,
)


def init_formats(app: Flask) -> None:
    """Give templates the filters."""
    for function in (
        when,
        day,
        without_year,
        short_day,
        clock_time,
        money,
        phone,
        duration,
        relative,
        initials,
    ):
        app.jinja_env.filters[function.__name__] = function
    app.jinja_env.filters["zone_name"] = zone_name
