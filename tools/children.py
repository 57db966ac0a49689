"""Child processes of a development start: each with a log, none outliving its parent."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PATIENCE = 12  # seconds a child has to finish what it is doing
DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG


@dataclass
class Child:
    """A running process; `name` is also the name of its log."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def died(self) -> bool:
        return self.process.poll() is not None

    def stop(self) -> None:
        """Asks its whole group to finish, waits, then insists."""
        for wanted in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, wanted)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(PATIENCE)
                return

    def last_words(self) -> str:
        return tail(self.log)


def spawn(name: str, command: Sequence[str], environ: Mapping[str, str], logs: Path) -> Child:
    """Starts `command` in a session of its own: Ctrl-C reaches us, and we stop it in order."""
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - only a prctl
        )
    return Child(name, log, process)


def run(name: str, command: Sequence[str], environ: Mapping[str, str], logs: Path) -> bool:
    """Runs `command` to its end; True when it succeeded."""
    child = spawn(name, command, environ, logs)
    try:
        return child.process.wait() == 0
    except BaseException:
        child.stop()
        raise


def tail(log: Path, lines: int = 25) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Even a parent that was killed leaves nothing running."""
    if _libc is not None:
        _libc.prctl(DEATH_SIGNAL, signal.SIGTERM)
