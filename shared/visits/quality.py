"""How visits by video go: how many took place as planned, and what stood in the way.

Only visits count at which both sides wanted to be there: a patient who did not come says nothing
about video. A visit that went on by phone is none that was completed by video.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.access.visit_outcomes import Outcome, Signal, list_noticed, list_outcomes

# With fewer visits a rate says more about chance than about video.
ENOUGH = 10
PATIENT = "patient"


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that only everything is 100; None of nothing."""
        return self.part * 100 // self.whole if self.whole else None

    @property
    def is_telling(self) -> bool:
        """True when there are enough to speak of a rate."""
        return self.whole >= ENOUGH


@dataclass(frozen=True, slots=True)
class OfBrowser:
    """The patients who came with one browser."""

    browser: str
    by_video: Share
    drops: int
    first_picture: float | None


@dataclass(frozen=True, slots=True)
class Quality:
    """What a stretch of time says. Seconds are the middle one of all."""

    by_video: Share
    took_place: Share
    absent: int
    joins: int
    drops: int
    dropped_visits: int
    reconnects: int
    first_picture: float | None
    phone_reasons: Mapping[str, int]
    check_reasons: Mapping[str, int]
    browsers: Sequence[OfBrowser]
    weeks: Mapping[date, Share]


def measure(
    session: Session, *, viewer: Principal, since: datetime, until: datetime, zone: ZoneInfo
) -> Quality:
    """Count the visits of a stretch and what their pages noticed."""
    outcomes = list_outcomes(session, viewer=viewer, since=since, until=until)
    signals = list_noticed(session, viewer=viewer, since=since, until=until)
    return summarise(outcomes, signals, zone)


def summarise(outcomes: Sequence[Outcome], signals: Sequence[Signal], zone: ZoneInfo) -> Quality:
    """The same from what was found; pure."""
    wanted = [one for one in outcomes if one.status != "no_show"]
    theirs = [one for one in signals if one.side == PATIENT]
    return Quality(
        by_video=_by_video(wanted),
        took_place=Share(sum(one.met or one.by_phone for one in wanted), len(wanted)),
        absent=len(outcomes) - len(wanted),
        joins=sum(one.kind == "joined" for one in signals),
        drops=sum(one.drops for one in wanted),
        dropped_visits=sum(one.drops > 0 for one in wanted),
        reconnects=sum(one.kind == "reconnected" for one in signals),
        first_picture=_seconds(theirs),
        phone_reasons=Counter(one.why_phone for one in wanted if one.by_phone and one.why_phone),
        check_reasons=Counter(one.reason for one in theirs if one.kind == "check_failed"),
        browsers=_browsers(wanted, theirs),
        weeks=_weeks(wanted, zone),
    )


def _by_video(outcomes: Iterable[Outcome]) -> Share:
    found = list(outcomes)
    return Share(sum(one.met and not one.by_phone for one in found), len(found))


def _seconds(signals: Iterable[Signal]) -> float | None:
    found = [
        one.milliseconds
        for one in signals
        if one.kind == "first_picture" and one.milliseconds is not None
    ]
    return median(found) / 1000 if found else None


def _browsers(outcomes: Sequence[Outcome], signals: Sequence[Signal]) -> list[OfBrowser]:
    """By the browser a patient was last seen with; those with most visits first."""
    last: dict[UUID, str] = {one.visit_id: one.browser for one in signals}
    groups: dict[str, list[Outcome]] = {}
    for one in outcomes:
        if one.visit_id in last:
            groups.setdefault(last[one.visit_id], []).append(one)
    found = [
        OfBrowser(
            browser=browser,
            by_video=_by_video(visits),
            drops=sum(one.drops for one in visits),
            first_picture=_seconds(one for one in signals if one.browser == browser),
        )
        for browser, visits in groups.items()
    ]
    return sorted(found, key=lambda one: (-one.by_video.whole, one.browser))


def _weeks(outcomes: Sequence[Outcome], zone: ZoneInfo) -> dict[date, Share]:
    """By the Monday of the practice's own calendar."""
    groups: dict[date, list[Outcome]] = {}
    for one in outcomes:
        on = one.starts_at.astimezone(zone).date()
        groups.setdefault(on - timedelta(days=on.weekday()), []).append(one)
    return {monday: _by_video(found) for monday, found in sorted(groups.items())}
