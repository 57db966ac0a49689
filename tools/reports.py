"""docs/reports from what the last runs left in build/: `python -m tools.reports <name>`.

The numbers are copied, never typed; what a person has to say about them stands in
docs/reports/<name>.notes.md and is put below.
"""

import argparse
import json
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reports"
# Parts of the soak with a page of their own.
DRILLS = ("restore", "deploy")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=["bench", "soak", *DRILLS])
    parser.add_argument("--found", type=Path, help="instead of build/<name>.json")
    parser.add_argument("--commit", help="what was run, when it is not the latest commit")
    chosen = parser.parse_args()
    run = "soak" if chosen.name in DRILLS else chosen.name
    source = chosen.found or ROOT / "build" / f"{run}.json"
    found = json.loads(source.read_text())
    if chosen.name in DRILLS:
        found = {name: told for name, told in found.items() if name.startswith(chosen.name)}
    body = bench(found) if chosen.name == "bench" else soak(found)
    notes = FOLDER / f"{chosen.name}.notes.md"
    said = notes.read_text() if notes.exists() else ""
    made = datetime.fromtimestamp(source.stat().st_mtime, UTC)
    (FOLDER / f"{chosen.name}.md").write_text(
        f"{head(chosen.name, made, chosen.commit or latest())}\n{body}\n{said}"
    )


def latest() -> str:
    """The latest commit, by its short name."""
    return subprocess.run(
        ["git", "log", "-1", "--format=%h"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()


def head(name: str, made: datetime, commit: str) -> str:
    """Date, commit, machine, command."""
    run = "soak" if name in DRILLS else name
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"# {name.capitalize()}\n\n"
        f"Run on {made:%d %B %Y, %H:%M} UTC, at about commit {commit}, by `make {run}`. Machine:"
        f" {os.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, Python"
        f" {platform.python_version()}; database, program, vendors' stand-ins and load generator"
        " all on it.\n"
    )


def bench(pages: dict[str, dict[str, Any]]) -> str:
    """Two tables: the promises, and every concurrency."""
    names = ("rps", "p50_ms", "p99_ms", "errors", "queries", "ratio_to_bare_sql", "growth")
    lines = ["| page | " + " | ".join(names) + " |", "|---|" + "---|" * len(names)]
    for name, page in pages.items():
        lines.append(f"| {name} | " + " | ".join(str(page[key]) for key in names) + " |")
    lines += ["", "| page | connections | rps | p50 ms | p99 ms | shed | errors |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for name, page in pages.items():
        for connections, run in page["runs"].items():
            keys = ("rps", "p50_ms", "p99_ms", "shed", "errors")
            cells = " | ".join(str(run[key]) for key in keys)
            lines.append(f"| {name} | {connections} | {cells} |")
    return "\n".join(lines) + "\n"


def soak(found: dict[str, dict[str, Any]]) -> str:
    """A table for each test."""
    parts = []
    for name, numbers in found.items():
        # A cell is one line.
        cells = {key: " ".join(str(value).split()) for key, value in numbers.items()}
        rows = "\n".join(f"| {key} | {value} |" for key, value in cells.items())
        title = name.replace("_", " ").capitalize()
        parts.append(f"## {title}\n\n| what | found |\n|---|---|\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    main()
