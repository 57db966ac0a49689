"""Open times, computed and never stored: hours and exceptions, less what is taken, by the rules.

Pure: no database, no clock of its own. One function decides (`why_not`), the list of open times
is what it lets through, so a time that is offered and a time that is refused cannot disagree.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cached_property
from zoneinfo import ZoneInfo

from shared.booking.hours import MIDNIGHT, Calendar, DayChange, Hours, Range, calendar
from shared.booking.zones import instant, local_day


class Rule(StrEnum):
    """The rule that removed a time, in the order in which they are asked."""

    NOT_OPEN = "not_open"
    PAST = "past"
    NOTICE = "notice"
    HORIZON = "horizon"
    STATE = "state"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    HOURS = "hours"
    AWAY = "away"
    GRID = "grid"
    TAKEN = "taken"
    OWN = "own"
    MANY = "many"
    SKIPPED = "skipped"
    UNREADABLE = "unreadable"


SENTENCES: dict[Rule, str] = {
    Rule.NOT_OPEN: "Online booking is not open yet. Please call us.",
    Rule.PAST: "That time has already passed.",
    Rule.NOTICE: "This visit has to be booked at least %(notice)s ahead.",
    Rule.HORIZON: "This visit can be booked up to %(days)s days ahead.",
    Rule.STATE: "This visit is only for people who will be in %(states)s at the time.",
    Rule.CLOSED: "There are no visits on that day.",
    Rule.HOLIDAY: "We are closed on that day.",
    Rule.AWAY: "Nobody is here to see you at that time.",
    Rule.HOURS: "That is outside the hours of this visit.",
    Rule.GRID: "Visits start at set times, and this is not one of them.",
    Rule.TAKEN: "That time is taken, or too close to another visit.",
    Rule.OWN: "You already have a visit at that time.",
    Rule.MANY: "You have several visits booked already. Please call us to book another one.",
    Rule.SKIPPED: "The clocks go forward on that day, so that time does not exist.",
    Rule.UNREADABLE: "We could not read that as a time. Write it like 9:30 am.",
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a time is not offered: the rule, and a sentence for the person who asked."""

    rule: Rule
    values: dict[str, str] = field(default_factory=dict)

    @property
    def template(self) -> str:
        """The sentence before its values are filled in: what a translator translates."""
        return SENTENCES[self.rule]

    @property
    def sentence(self) -> str:
        return self.template % self.values


@dataclass(frozen=True, slots=True)
class Rules:
    """What a visit type asks of its times. Buffers lie around the visit, not inside it."""

    length: timedelta
    step: timedelta
    buffer_before: timedelta = timedelta(0)
    buffer_after: timedelta = timedelta(0)
    notice: timedelta = timedelta(0)
    horizon_days: int = 60
    states: frozenset[str] = frozenset()

    def visit(self, at: datetime) -> Range:
        return Range(at, at + self.length)

    def blocked(self, at: datetime) -> Range:
        """The visit with its buffers: what may touch nothing else."""
        return Range(at - self.buffer_before, at + self.length + self.buffer_after)


@dataclass(frozen=True)
class Offer:
    """Everything that decides whether a time is open. `busy` are blocked ranges, buffers included.

    `own` are the reader's own visits, at any practitioner; `state` is where they will be, when
    known. Hours are wall times in `zone`, the schedule's own; the reader's zone plays no part.
    """

    rules: Rules
    zone: ZoneInfo
    now: datetime
    weekly: Sequence[Hours]
    changes: Sequence[DayChange] = ()
    busy: Sequence[Range] = ()
    own: Sequence[Range] = ()
    state: str | None = None

    @cached_property
    def _taken(self) -> list[Range]:
        return _disjoint(self.busy)

    @cached_property
    def _theirs(self) -> list[Range]:
        return _disjoint(self.own)

    @cached_property
    def _calendar(self) -> Calendar:
        return calendar(self.zone, tuple(self.weekly), tuple(self.changes))

    @cached_property
    def _horizon(self) -> datetime:
        """The end of the last day that can be booked."""
        last = local_day(self.now, self.zone) + timedelta(days=self.rules.horizon_days)
        return instant(last + timedelta(days=1), MIDNIGHT, self.zone)

    def day(self, day: date) -> list[Range]:
        """The open ranges of one local day of the schedule."""
        return self._calendar.day(day)

    def why_not(self, at: datetime, bent: frozenset[Rule] = frozenset()) -> Refusal | None:
        """None when a visit may start at `at`; otherwise the first rule that says no.

        `bent` are rules that somebody with the right to do so sets aside this once.
        """
        answers = self._by_time(at), self._by_state(), self._by_hours(at), self._by_others(at)
        return next((no for no in answers if no is not None and no.rule not in bent), None)

    def times(self, first: date, last: date) -> Iterator[datetime]:
        """Open starts on the schedule's local days first to last, in order.

        What certainly reaches into a taken stretch is stepped over without asking: a doctor who is
        booked out for weeks has next to nothing to ask about.
        """
        for opened in self._ranges(first, last):
            at = opened.starts_at
            while at + self.rules.length <= opened.ends_at:
                free = self._past_others(at)
                if free == at:
                    if self.why_not(at) is None:
                        yield at
                    free += self.rules.step
                at = free

    def candidates(self, first: date, last: date) -> Iterator[datetime]:
        """Every start on the grid inside the hours, open or not."""
        for opened in self._ranges(first, last):
            at = opened.starts_at
            while at + self.rules.length <= opened.ends_at:
                yield at
                at += self.rules.step

    def _ranges(self, first: date, last: date) -> Iterator[Range]:
        for offset in range((last - first).days + 1):
            yield from self.day(first + timedelta(days=offset))

    def _past_others(self, at: datetime) -> datetime:
        """`at`, or the first start on its grid after whatever it would reach into."""
        taken = _touched(self._taken, self.rules.blocked(at))
        theirs = _touched(self._theirs, self.rules.visit(at))
        left = [taken.ends_at + self.rules.buffer_before] if taken else []
        left += [theirs.ends_at] if theirs else []
        if not left:
            return at
        return at - (at - max(left)) // self.rules.step * self.rules.step

    def _by_time(self, at: datetime) -> Refusal | None:
        if at <= self.now:
            return Refusal(Rule.PAST)
        if at < self.now + self.rules.notice:
            return Refusal(Rule.NOTICE, {"notice": spoken(self.rules.notice)})
        if at >= self._horizon:
            return Refusal(Rule.HORIZON, {"days": str(self.rules.horizon_days)})
        return None

    def _by_state(self) -> Refusal | None:
        if self.state is None or self.state in self.rules.states:
            return None
        return Refusal(Rule.STATE, {"states": ", ".join(sorted(self.rules.states))})

    def _by_hours(self, at: datetime) -> Refusal | None:
        today, wanted = self.day(local_day(at, self.zone)), self.rules.visit(at)
        if not today:
            return Refusal(Rule.HOLIDAY if self._usually(at) else Rule.CLOSED)
        around = [each for each in today if each.covers(wanted)]
        if not around:
            away = any(each.covers(wanted) for each in self._usually(at))
            return Refusal(Rule.AWAY if away else Rule.HOURS)
        if (at - around[0].starts_at) % self.rules.step:
            return Refusal(Rule.GRID)
        return None

    def _usually(self, at: datetime) -> list[Range]:
        """The hours of that weekday, were there no exception to them."""
        return calendar(self.zone, tuple(self.weekly), ()).day(local_day(at, self.zone))

    def _by_others(self, at: datetime) -> Refusal | None:
        if _touched(self._theirs, self.rules.visit(at)):
            return Refusal(Rule.OWN)
        if _touched(self._taken, self.rules.blocked(at)):
            return Refusal(Rule.TAKEN)
        return None


def spoken(span: timedelta) -> str:
    """ "2 hours", "30 minutes", "3 days": the largest unit that says it exactly."""
    minutes = int(span.total_seconds()) // 60
    for size, unit in ((1440, "day"), (60, "hour"), (1, "minute")):
        if minutes >= size and minutes % size == 0:
            count = minutes // size
            return f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return "0 minutes"


def _disjoint(ranges: Iterable[Range]) -> list[Range]:
    """The same stretches, sorted and without overlaps: what a binary search needs."""
    merged: list[Range] = []
    for each in sorted(ranges):
        if merged and each.starts_at < merged[-1].ends_at:
            merged[-1] = Range(merged[-1].starts_at, max(merged[-1].ends_at, each.ends_at))
        else:
            merged.append(each)
    return merged


def _touched(ranges: list[Range], wanted: Range) -> Range | None:
    """The last of these disjoint ranges that overlaps the wanted one."""
    at = bisect_left(ranges, wanted.ends_at, key=lambda each: each.starts_at)
    return ranges[at - 1] if at > 0 and ranges[at - 1].ends_at > wanted.starts_at else None
