"""Hours in which nobody wants to hear from us, on the wall clock of the reader. Pure."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

_MINUTE = timedelta(minutes=1)
# No range of wall time is longer than a day, and a day has at most 25 hours.
_LONGEST = timedelta(hours=26)


@dataclass(frozen=True, slots=True)
class Quiet:
    """From `starts` up to `ends`; over midnight when it ends before it starts."""

    starts: time
    ends: time

    def covers(self, at: datetime, zone: str) -> bool:
        """Whether a clock on the reader's wall shows a quiet hour at that moment."""
        wall = at.astimezone(ZoneInfo(zone)).time().replace(tzinfo=None)
        if self.starts < self.ends:
            return self.starts <= wall < self.ends
        return wall >= self.starts or wall < self.ends

    def over_at(self, at: datetime, zone: str) -> datetime:
        """The first full minute, from `at` on, that is not quiet.

        It goes along the clock minute by minute: on the two nights a year when the clock jumps,
        that is the one reading which is never wrong.
        """
        moment = at.astimezone(UTC)
        if not self.covers(moment, zone):
            return moment
        moment = moment.replace(second=0, microsecond=0)
        last = moment + _LONGEST
        while self.covers(moment, zone) and moment < last:
            moment += _MINUTE
        return moment
