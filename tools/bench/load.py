"""The load: wrk where Debian's is installed, else threads in a process of its own.

Both take the same list of requests, walk through it in a random order over kept-alive connections,
and count answers by status.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

WRK_SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Shot:
    """One request; `body` is a form in which {random} becomes a new word each time."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: str = ""


@dataclass(frozen=True)
class Measured:
    """What came back: good answers a second, milliseconds of the good and the bad together."""

    rps: float
    p50_ms: float
    p99_ms: float
    errors: int
    shed: int
    taken: int
    seconds: float


def fire(port: int, shots: Sequence[Shot], *, connections: int, seconds: float) -> Measured:
    """Keep `connections` busy for so long."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder) / "plan.json"
        if shutil.which("wrk"):
            answer = _wrk(port, shots, connections, seconds, Path(folder))
        else:
            plan.write_text(
                json.dumps(
                    {
                        "port": port,
                        "shots": [asdict(shot) for shot in shots],
                        "connections": connections,
                        "seconds": seconds,
                    }
                )
            )
            answer = _run([sys.executable, "-m", "tools.bench.threads", str(plan)])
    return Measured(**answer)


def generator() -> str:
    """Which load generator is used here."""
    return "wrk" if shutil.which("wrk") else "threads (wrk is not installed)"


def _wrk(
    port: int, shots: Sequence[Shot], connections: int, seconds: float, folder: Path
) -> dict[str, Any]:
    listed = folder / "shots.txt"
    lines = []
    for shot in shots:
        headers = "\x1f".join(f"{name}: {value}" for name, value in shot.headers.items())
        lines.append(f"{shot.method}\t{shot.path}\t{headers}\t{shot.body}")
    listed.write_text("\n".join(lines) + "\n")
    threads = min(2, connections)
    return _run(
        [
            "wrk",
            *("-t", str(threads), "-c", str(connections), "-d", f"{max(1, round(seconds))}s"),
            *("--timeout", "30s", "-s", str(WRK_SCRIPT)),
            f"http://127.0.0.1:{port}",
            *("--", str(listed)),
        ]
    )


def _run(command: Sequence[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    line = next((line for line in done.stdout.splitlines() if line.startswith("{")), None)
    if line is None:
        raise SystemExit(f"{command[0]} said nothing:\n{done.stdout}{done.stderr}")
    found: dict[str, Any] = json.loads(line)
    return found
