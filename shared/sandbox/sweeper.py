"""What time brings: sessions expire, refunds fail, silent people have left the room."""

import logging
import threading

from shared.sandbox.stripe.refunds import sweep_refunds
from shared.sandbox.stripe.sessions import sweep_sessions
from shared.sandbox.whereby.rooms import sweep_rooms
from shared.sandbox.world import Sandbox

log = logging.getLogger("sandbox.sweeper")
EVERY = 0.5


class Sweeper:
    """One thread that looks at the clock twice a second."""

    def __init__(self, world: Sandbox) -> None:
        self._world = world
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._work, name="sweeper", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()
        self._thread.join(timeout=2)

    def _work(self) -> None:
        while not self._stopped.wait(EVERY):
            try:
                sweep_sessions(self._world)
                sweep_refunds(self._world)
                sweep_rooms(self._world)
            except Exception:
                log.exception("a sweep broke; the next one tries again")
