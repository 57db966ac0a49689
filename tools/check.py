"""`make check`: every static check, two at a time, one line each; the whole output on failure."""

import argparse
import concurrent.futures
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools import check_dependencies, check_ground, check_migrations, check_secrets
from tools.verdict import Verdict

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
PRODUCT = [
    name for name in ("wsgi.py", "admin", "marketing", "portal", "shared") if Path(name).exists()
]
AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    """A name to show and what to run."""

    name: str
    run: Callable[[], Verdict]


def command(*arguments: str) -> Callable[[], Verdict]:
    """A check that is one program of the virtual environment; exit code 0 is a pass."""

    def run() -> Verdict:
        done = subprocess.run(
            [str(BIN / arguments[0]), *arguments[1:]],
            capture_output=True,
            text=True,
            check=False,
            cwd=ROOT,
        )
        return Verdict(done.returncode == 0, done.stdout + done.stderr)

    return run


def checks() -> list[Check]:
    """The slow ones first, so that two at a time end together."""
    typed = [*PRODUCT, "migrations", "tools"]
    return [
        Check("types (mypy)", command("mypy", *typed)),
        Check("migrations", check_migrations.run),
        Check("ground (terraform)", check_ground.run),
        Check("own rules (semgrep)", command(*_semgrep())),
        Check("lint (ruff)", command("ruff", "check", ".")),
        Check("format (ruff)", command("ruff", "format", "--check", ".")),
        Check("import contracts", command("lint-imports", "--no-cache", "--no-logo")),
        Check("templates (djlint)", command("djlint", "--lint", "--quiet", *PRODUCT[1:])),
        Check(
            "security (bandit)",
            command("bandit", "-q", "-c", "pyproject.toml", "-r", *PRODUCT, "tools"),
        ),
        Check("secrets", check_secrets.run),
        Check("dependency audit", check_dependencies.run),
    ]


def _semgrep() -> list[str]:
    offline = ["--metrics=off", "--disable-version-check"]
    return [
        *("semgrep", "scan", "--config", "tools/semgrep", *offline, "--error", "--quiet"),
        *("--jobs", str(AT_ONCE), *PRODUCT, "migrations"),
    ]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("only", nargs="*", help="parts of the names to run, e.g. lint types")
    only = parser.parse_args().only
    wanted = [one for one in checks() if not only or any(word in one.name for word in only)]
    failed = False
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        running = {pool.submit(_timed, one.run): one for one in wanted}
        for done in concurrent.futures.as_completed(running):
            verdict, seconds = done.result()
            print(f"{verdict.word:<5} {running[done].name:<22} {seconds:5.1f} s", flush=True)
            if verdict.note:
                print(f"      !! {verdict.note}", flush=True)
            if not verdict.passed:
                failed = True
                print(verdict.output, flush=True)
    print("Checks failed." if failed else "All checks passed.")
    return 1 if failed else 0


def _timed(run: Callable[[], Verdict]) -> tuple[Verdict, float]:
    started = time.monotonic()
    verdict = run()
    return verdict, time.monotonic() - started


if __name__ == "__main__":
    sys.exit(main())
