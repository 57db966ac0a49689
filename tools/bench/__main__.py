"""Runs the measurement, prints the table, writes build/bench.json."""

import argparse
import contextlib
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import wsgi
from shared import keyring
from shared.config import load_settings
from shared.db import db
from shared.web.admission import PATIENCE
from tools.bench.lighthouse import fresh_report
from tools.bench.load import Measured, Shot, fire, generator
from tools.bench.pages import PAGES, shots
from tools.bench.stage import Stage, forget_holds, prepare
from tools.bench.statements import HOLDS, record
from tools.environment import port_is_free
from tools.run import CannotRunError, Practice, launch_worker
from tools.temporary import temporary_practice

CONNECTIONS = (1, 4, 16, 64)
COMPARED_AT = 16
POSTGRES = {"shared_buffers": "1GB", "max_wal_size": "8GB", "max_connections": "200"}
SERVER = (
    "--interface wsgi --http 1 --host 127.0.0.1 --workers 2 --blocking-threads 256 --no-ws".split()
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench ARGS=...", description=__doc__)
    parser.add_argument("--small", type=int, default=10_000, help="patients of the small crowd")
    parser.add_argument("--large", type=int, default=750_000, help="patients of the large crowd")
    parser.add_argument("--seconds", type=float, default=5.0, help="of each single measurement")
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    parser.add_argument("--only-lighthouse", action="store_true", help="no load, no crowd")
    chosen = parser.parse_args()
    if chosen.only_lighthouse:
        print(fresh_report(), flush=True)
        return
    sizes = sorted({chosen.small, chosen.large})
    with contextlib.ExitStack() as open_until_the_end:
        stages = [open_until_the_end.enter_context(open_stage(size)) for size in sizes]
        found = {name: [each.measure(name, chosen.seconds) for each in stages] for name in PAGES}
    pages = {name: summed(runs[-1], runs[0]) for name, runs in found.items()}
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps(pages, indent=2) + "\n")
    print(table(pages, chosen.small, chosen.large))
    print(fresh_report(), flush=True)


@dataclass
class Opened:
    """One practice with its crowd, its processes and its requests."""

    practice: Practice
    stage: Stage
    ring: keyring.Keyring

    def measure(self, name: str, seconds: float) -> dict[str, Any]:
        """One page: the whole program, then the bare one."""
        port = self.practice.place.port
        os.environ.update(self.practice.environ)
        keyring.install(self.ring)
        with self.stage.app.app_context():
            requests = shots(self.stage, name)
            db.engine.dispose()
        fire(port, requests, connections=8, seconds=1)
        runs = {
            connections: fire(port, requests, connections=connections, seconds=seconds)
            for connections in CONNECTIONS
        }
        writes = requests[0].path == HOLDS
        if writes:
            # Who was still in the queue when the load ended is served all the same.
            time.sleep(PATIENCE + 1)
            forget_holds(admin_of(self.practice))
        with self.stage.app.app_context():
            recording = record(self.stage.app, requests)
            db.engine.dispose()
        if writes:
            forget_holds(admin_of(self.practice))
        bare = measure_bare(self.practice, recording, seconds)
        say(f"{name}, {self.stage.crowd}", runs, bare)
        return {
            "queries": recording.queries,
            "bare": bare.rps,
            "runs": {str(connections): asdict(run) for connections, run in runs.items()},
        }


def admin_of(practice: Practice) -> str:
    """The practice's database as the server's administrator."""
    return practice.environ["DATABASE_URL"].replace("/postgres?", "/bedside?", 1)


@contextlib.contextmanager
def open_stage(crowd: int) -> Iterator[Opened]:
    """A practice with so many patients, until the end of the run."""
    with temporary_practice(options=POSTGRES) as practice:
        os.environ.update(practice.environ)
        app = wsgi.make_app(load_settings())
        with app.app_context(), without_worker(practice):
            stage = prepare(app, practice.place.port, admin_of(practice), crowd)
            db.engine.dispose()
        yield Opened(practice, stage, keyring.current())


@contextlib.contextmanager
def without_worker(practice: Practice) -> Iterator[None]:
    """Nobody looks for work while the tables lie bare: each look would read all of them."""
    worker = next(child for child in practice.running if child.name == "worker")
    worker.stop()
    practice.running.remove(worker)
    yield
    launch_worker(practice)


def measure_bare(practice: Practice, recording: Any, seconds: float) -> Measured:
    """The same statements and nothing else, on the same server."""
    port = next(port for port in range(practice.place.port + 2, 65_000) if port_is_free(port))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "statements"
        recording.save(file)
        practice.environ["BENCH_STATEMENTS"] = str(file)
        practice.launch("bare", "granian", *SERVER, "--port", str(port), "tools.bench.bare:app")
        requests = [Shot("/", {"Host": "localhost"})]
        try:
            practice.wait_until(port, "/")
            fire(port, requests, connections=8, seconds=1)
            found = fire(port, requests, connections=COMPARED_AT, seconds=seconds)
        except CannotRunError:
            # The page's own numbers are worth having; its ratio is then not known.
            print(practice.running[-1].last_words())
            found = Measured(0, 0, 0, 0, 0, 0, seconds)
        practice.running.pop().stop()
    return found


def summed(large: Mapping[str, Any], small: Mapping[str, Any]) -> dict[str, Any]:
    """One page of the report: the large crowd at sixteen connections."""
    run = large["runs"][str(COMPARED_AT)]
    before = small["runs"][str(COMPARED_AT)]
    return {
        "rps": run["rps"],
        "p50_ms": run["p50_ms"],
        "p99_ms": run["p99_ms"],
        "errors": sum(one["errors"] + one["shed"] for one in large["runs"].values()),
        "queries": large["queries"],
        "ratio_to_bare_sql": round(run["rps"] / large["bare"], 2) if large["bare"] else None,
        "growth": round(run["p50_ms"] / before["p50_ms"], 2),
        "bare_rps": large["bare"],
        "runs": large["runs"],
        "runs_small": small["runs"],
    }


def say(name: str, runs: Mapping[int, Measured], bare: Measured) -> None:
    """One line as it goes."""
    rates = "  ".join(f"{number}: {run.rps:.0f}/s" for number, run in runs.items())
    print(f"  {name:<26} {rates}  bare: {bare.rps:.0f}/s", flush=True)


def table(pages: Mapping[str, Mapping[str, Any]], small: int, large: int) -> str:
    """The report as Markdown."""
    head = ["page", *(f"{n}: rps / p50 / p99 ms" for n in CONNECTIONS)]
    head += ["errors", "queries", "to bare SQL", "growth"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for name, page in pages.items():
        runs = [page["runs"][str(n)] for n in CONNECTIONS]
        cells = [f"{run['rps']:.0f} / {run['p50_ms']:.0f} / {run['p99_ms']:.0f}" for run in runs]
        cells += [str(page[key]) for key in ("errors", "queries", "ratio_to_bare_sql", "growth")]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    where = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    lines += ["", f"{large} patients ({small} for growth); {where}; load by {generator()}."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
