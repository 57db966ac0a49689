"""Three pictures of how the practice does: bookings, patients seen, money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from shared import clock
from shared.access.figures import count_visits, sum_money
from shared.access.policy import holds
from shared.booking.zones import day_bounds, local_day, zone
from shared.charts import Bar, draw_bars
from shared.web.cache import cached
from shared.web.current import practice, transaction, viewer
from shared.web.formats import day, money, short_day

WEEKS = 8
# A year of a large practice is read for these; nobody needs them to the minute.
KEPT_SECONDS = 300
DOLLARS = 100


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with the same in words and as rows of a table."""

    id: str
    title: str
    summary: str
    svg: Markup
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


def draw_figures() -> list[Picture]:
    """What the viewer may see, some minutes old; nothing for whose work has no figures."""
    if not holds(viewer(), "figures.read"):
        return []
    with_money = holds(viewer(), "money.read")
    key = ("figures", practice().id, viewer().acting_as, with_money, str(get_locale()))
    return cached(key, seconds=KEPT_SECONDS, make=lambda: _draw(with_money=with_money))


def _draw(*, with_money: bool) -> list[Picture]:
    here = zone(practice().time_zone)
    today = local_day(clock.now(), here)
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=number) for number in range(WEEKS - 1, -1, -1)]
    weeks_from, _until = day_bounds(weeks[0], today, here)
    month_from, _until = day_bounds(today.replace(day=1), today, here)
    visits = count_visits(
        transaction(),
        viewer=viewer(),
        zone=practice().time_zone,
        weeks_from=weeks_from,
        month_from=month_from,
        now=clock.now(),
    )
    pictures = [_bookings(visits.booked, weeks), _seen(visits.seen, today)]
    if with_money:
        sums = sum_money(
            transaction(), viewer=viewer(), zone=practice().time_zone, weeks_from=weeks_from
        )
        pictures += [_money(each, currency, weeks) for currency, each in sorted(sums.items())]
    return pictures


def _bookings(booked: Mapping[date, int], weeks: Sequence[date]) -> Picture:
    numbers = [booked.get(week, 0) for week in weeks]
    summary = _(
        "%(now)s this week, %(before)s the week before",
        now=numbers[-1],
        before=numbers[-2],
    )
    bars = [
        _week(week, number, str(number), weeks) for week, number in zip(weeks, numbers, strict=True)
    ]
    title = _("Bookings per week")
    return Picture(
        "bookings",
        title,
        summary,
        draw_bars(bars, said=f"{title}: {summary}"),
        [_("Week from"), _("Bookings")],
        [
            [day(week, weekday=False), str(number)]
            for week, number in zip(weeks, numbers, strict=True)
        ],
    )


def _seen(seen: Mapping[date, int], today: date) -> Picture:
    days = [today.replace(day=number) for number in range(1, today.day + 1)]
    total = sum(seen.values())
    summary = str(ngettext("%(num)d so far", "%(num)d so far", total))
    bars = [
        Bar(
            str(one.day) if one.day % 7 == 1 else "",
            seen.get(one, 0),
            str(seen.get(one, 0)),
            now=one == today,
        )
        for one in days
    ]
    title = _("Patients seen this month")
    return Picture(
        "seen",
        title,
        summary,
        draw_bars(bars, said=f"{title}: {summary}"),
        [_("Day"), _("Patients")],
        [
            [day(one, weekday=False), str(seen.get(one, 0))]
            for one in days
            if one in seen or one == today
        ],
    )


def _money(sums: Mapping[date, int], currency: str, weeks: Sequence[date]) -> Picture:
    numbers = [sums.get(week, 0) for week in weeks]
    summary = _(
        "%(now)s this week, %(before)s the week before",
        now=money(numbers[-1], currency),
        before=money(numbers[-2], currency),
    )
    bars = [
        _week(week, each, _short(each), weeks) for week, each in zip(weeks, numbers, strict=True)
    ]
    title = _("Money per week, less refunds")
    return Picture(
        f"money-{currency}",
        title,
        summary,
        draw_bars(bars, said=f"{title}: {summary}"),
        [_("Week from"), _("Amount")],
        [
            [day(week, weekday=False), money(each, currency)]
            for week, each in zip(weeks, numbers, strict=True)
        ],
    )


def _week(week: date, value: int, shown: str, weeks: Sequence[date]) -> Bar:
    return Bar(short_day(week).partition(" ")[2], value, shown, now=week == weeks[-1])


def _short(minor: int) -> str:
    """ "1.2k" for 120000 cents: as long as a bar is wide."""
    whole = round(minor / DOLLARS)
    return f"{whole / 1000:.1f}k" if abs(whole) >= 1000 else str(whole)
