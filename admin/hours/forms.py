"""The week as fields: per day up to four stretches, each from one time to another."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from itertools import zip_longest
from typing import Any

from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, DateField, Form, RadioField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs
from wtforms.validators import InputRequired, Length
from wtforms.validators import Optional as Maybe

from admin.fields import trim
from admin.practice.forms import zone_choices
from shared.booking.day_changes import NewChange, check_change
from shared.booking.weeks import Stretch, check_week
from shared.web.formats import WEEKDAYS
from shared.web.i18n import gettext as _

MOST = 4
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
NOT_A_DAY = _l("Choose a day.")
KINDS = {
    "closed": _l("Away or closed all day"),
    "part": _l("Closed for some hours"),
    "open": _l("Open for extra hours"),
}


class Wish(Form):
    """From when, until when, and whether visits left outside were seen to."""

    first = DateField(_l("From"), validators=[InputRequired(NOT_A_DAY)])
    until = DateField(_l("Until"), validators=[Maybe()])
    seen = BooleanField(_l("These visits stay booked. I will move or cancel them myself."))

    def days(self) -> tuple[date, date]:
        """The first and the last day; one day when no last one was given."""
        first = self.first.data or LATEST
        return first, self.until.data or first

    def check_days(self) -> bool:
        """Days within reason, in their order."""
        first, last = self.days()
        if not EARLIEST <= first <= LATEST or not EARLIEST <= last <= LATEST:
            self.first.errors = [_("Choose a day within reason.")]
        elif last < first:
            self.until.errors = [_("Choose a day after the first one.")]
        return not self.errors


class WeekForm(Wish):
    """Its times are not fields of WTForms: there is one pair for each row on the page."""

    def __init__(self, typed: Any = None, **values: Any) -> None:
        super().__init__(typed, **values)
        self.rows: dict[int, list[tuple[str, str]]] = {day: [] for day in range(7)}

    def fill(self, stretches: Iterable[Stretch]) -> "WeekForm":
        """As it is in force."""
        for each in stretches:
            pair = (f"{each.opens:%H:%M}", f"{each.closes:%H:%M}")
            self.rows[each.weekday].append(pair)
        return self

    def read(self, typed: "MultiDict[str, str]") -> "WeekForm":
        """As it was typed; rows that were left empty are gone."""
        for weekday in range(7):
            pairs = zip_longest(
                typed.getlist(f"opens-{weekday}")[:MOST],
                typed.getlist(f"closes-{weekday}")[:MOST],
                fillvalue="",
            )
            self.rows[weekday] = [(opens[:5], closes[:5]) for opens, closes in pairs]
        return self

    def rearrange(self, typed: "MultiDict[str, str]") -> bool:
        """A press on "more" or "copy": the page again, with another row or the same days."""
        more, copy = typed.get("more", ""), typed.get("copy", "")
        if more in set("0123456") and len(more) == 1:
            self.rows[int(more)].append(("", ""))
        elif copy in set("0123456") and len(copy) == 1:
            for weekday in range(5):
                self.rows[weekday] = list(self.rows[int(copy)])
        else:
            return False
        return True

    def stretches(self) -> list[Stretch] | None:
        """The week, or None when something cannot be read; the form says what then."""
        found = []
        for weekday, pairs in self.rows.items():
            for opens, closes in pairs:
                if not opens and not closes:
                    continue
                times = read_clock(opens), read_clock(closes)
                if times[0] is None or times[1] is None:
                    self._wrong(_("Enter both times on %(day)s.", day=WEEKDAYS[weekday]))
                    return None
                found.append(Stretch(weekday, times[0], times[1]))
        try:
            check_week(found, self.days()[0], self.until.data)
        except ValueError as wrong:
            words = {
                "order": _("On one of the days the end is before the beginning."),
                "overlap": _("On one of the days two stretches overlap."),
            }
            self._wrong(words.get(str(wrong), _("Check the days.")))
            return None
        return found

    def _wrong(self, words: str) -> None:
        self.form_errors.append(words)


class ChangeForm(Wish):
    """A day, or days on end, that differ."""

    kind = RadioField(
        _l("What"), choices=[SelectChoice(kind, words) for kind, words in KINDS.items()]
    )
    everybody = BooleanField(_l("For everybody in the practice"))
    opens = TimeField(_l("From (time)"), validators=[Maybe()])
    closes = TimeField(_l("To (time)"), validators=[Maybe()])
    reason = StringField(
        _l("Note"),
        filters=[trim],
        validators=[Maybe(), Length(max=80, message=_l("Enter at most 80 letters."))],
    )

    def change(self) -> NewChange | None:
        """What was asked for, or None with the errors in place."""
        whole = self.kind.data == "closed"
        first, until = self.days()
        wanted = NewChange(
            first=first,
            until=until,
            is_open=self.kind.data == "open",
            opens=None if whole else self.opens.data,
            closes=None if whole else self.closes.data,
            reason=self.reason.data or "",
        )
        try:
            check_change(wanted)
        except ValueError as wrong:
            if str(wrong) != "hours":
                self.until.errors = [_("Choose at most a year at a time.")]
                return None
            whole, wanted = False, replace(wanted, opens=None)
        if not whole and wanted.opens is None:
            self.opens.errors = [_("Enter both times, the end after the beginning.")]
            return None
        return wanted


class ZoneForm(Form):
    """The zone somebody's hours are written in."""

    time_zone = SelectField(_l("Their time zone"), choices=zone_choices)


def read_clock(typed: str) -> time | None:
    """ "09:30", as a time field sends it."""
    try:
        return time.fromisoformat(typed) if len(typed) == 5 else None
    except ValueError:
        return None
