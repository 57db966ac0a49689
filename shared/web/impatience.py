"""Who was told to come back in a moment, and came back at once."""

import time
from threading import Lock

# So many senders are remembered; of a larger crowd nobody is the one who does not wait.
REMEMBERED = 4_096


class Impatience:
    """The senders that were turned away last, each with when."""

    def __init__(self, wait: float) -> None:
        """`wait` is how long they were told to stay away, in seconds."""
        self.wait = wait
        self._turned_away: dict[str, float] = {}
        self._lock = Lock()

    def shown_by(self, sender: str) -> bool:
        """Note that this one is turned away; True when that happened less than `wait` ago, too."""
        now = time.monotonic()
        with self._lock:
            before = self._turned_away.pop(sender, None)
            if len(self._turned_away) >= REMEMBERED:
                del self._turned_away[next(iter(self._turned_away))]
            self._turned_away[sender] = now
        return before is not None and now - before < self.wait
