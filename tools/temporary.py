"""A whole practice in a folder that is thrown away: what bench, soak and browser tests run on."""

import contextlib
import socket
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools import postgres
from tools.environment import Place, environment_for, port_is_free
from tools.run import Practice, begin


@contextlib.contextmanager
def temporary_practice(
    *, fsync: bool = True, options: Mapping[str, str] | None = None
) -> Iterator[Practice]:
    """The seeded demo practice with worker, sandbox and web on free ports of this machine.

    `options` are settings of its Postgres.
    """
    with tempfile.TemporaryDirectory(prefix="bedside-") as folder:
        place = Place(Path(folder), _two_free_ports())
        chosen = {**({} if fsync else {"fsync": "off"}), **(options or {})}
        server = postgres.start(place.data / "postgres", options=chosen)
        practice = Practice(place, environment_for(place, server.dsn_for()))
        try:
            begin(practice)
            yield practice
        finally:
            practice.stop()
            server.stop()


def _two_free_ports() -> int:
    """The first of two neighbouring free ports."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port_is_free(port) and port_is_free(port + 1):
            return port
