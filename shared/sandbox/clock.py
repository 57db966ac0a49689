"""The sandbox's clock: real time plus an offset that people and tests move.

The offset lies in clock.json, where the product reads it too, so that both live in the same week.
Transport signatures of AWS (SigV4 dates, presigned expiry) stay on real time: SDKs sign with it.
"""

import json
import math
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

LIMIT = 20 * 366 * 86400


class SandboxClock:
    """Reads and moves the offset; whole seconds, so that the file stays an integer."""

    def __init__(self, home: Path) -> None:
        self._path = home / "clock.json"
        self._lock = threading.Lock()
        home.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            self.set_offset(0)

    def offset(self) -> int:
        try:
            return int(json.loads(self._path.read_text())["offset_seconds"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0

    def set_offset(self, seconds: int) -> int:
        """Write the offset atomically; refuses more than twenty years either way."""
        if abs(seconds) > LIMIT:
            raise ValueError("the clock moves at most twenty years")
        with self._lock:
            draft = self._path.with_suffix(".tmp")
            draft.write_text(json.dumps({"offset_seconds": seconds}))
            draft.replace(self._path)
        return seconds

    def advance(self, seconds: int) -> int:
        return self.set_offset(self.offset() + seconds)

    def set_to(self, at: datetime) -> int:
        """Make it `at` now; a time without a zone says nothing."""
        if at.tzinfo is None:
            raise ValueError("the time needs a zone")
        # Rounded up: a second late is still eight o'clock, a second early is not.
        return self.set_offset(math.ceil(at.timestamp() - time.time()))

    def to_tomorrow(self, hour: int, zone: ZoneInfo) -> int:
        """Make it tomorrow at `hour` o'clock, wall time of `zone`."""
        there = self.now().astimezone(zone)
        day = there.date() + timedelta(days=1)
        return self.set_to(datetime(day.year, day.month, day.day, hour, tzinfo=zone))

    def timestamp(self) -> float:
        return time.time() + self.offset()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.timestamp(), UTC)
