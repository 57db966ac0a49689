"""Lighthouse as a phone sees the public site and the way into the portal: four scores a page.

Runs by npm where Node is present and says loudly when it is not. `python -m tools.bench.lighthouse`
measures a practice of its own; `--url http://localhost:8000` one that runs already.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.temporary import temporary_practice

PACKAGE = "lighthouse@12"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# What is aimed at, in hundredths. Pages behind a sign-in are not for search engines.
AIMS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PAGES = {
    "home": "/",
    "city page": "/locations/boca-raton",
    "booking": "/portal/book/first-visit",
    "portal sign-in": "/portal/sign-in",
}
NOT_FOR_SEARCH = ("booking", "portal sign-in")
BROWSER_FLAGS = "--headless=new --no-sandbox --disable-gpu"
WITHIN = 240  # seconds a page


@dataclass(frozen=True)
class Scores:
    """One page: scores in hundredths, and what was sent over the network."""

    page: str
    scores: dict[str, int]
    kilobytes: float

    def below(self) -> list[str]:
        """The categories that miss their aim."""
        wanted = dict(AIMS)
        if self.page in NOT_FOR_SEARCH:
            del wanted["seo"]
        return [name for name, aim in wanted.items() if self.scores.get(name, 0) < aim]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", help="a practice that runs already")
    chosen = parser.parse_args()
    print(report(chosen.url) if chosen.url else fresh_report())
    return 0


def fresh_report() -> str:
    """The same for a practice that is started for it."""
    missing = why_not()
    if missing:
        return f"LIGHTHOUSE SKIPPED: {missing}"
    with temporary_practice() as practice:
        return report(f"http://localhost:{practice.place.port}")


def report(base: str) -> str:
    """The table as Markdown, or one loud line where it cannot be made."""
    missing = why_not()
    if missing:
        return f"LIGHTHOUSE SKIPPED: {missing}"
    lines = ["| page | " + " | ".join(CATEGORIES) + " | KB | below its aim |"]
    lines.append("|" + "---|" * (len(CATEGORIES) + 3))
    for name, path in PAGES.items():
        found = measure(name, base + path)
        if found is None:
            lines.append(f"| {name} | could not be measured |")
            continue
        cells = [str(found.scores.get(each, "-")) for each in CATEGORIES]
        below = ", ".join(found.below()) or "none"
        lines.append(f"| {name} | {' | '.join(cells)} | {found.kilobytes:.0f} | {below} |")
    return "\n".join(lines)


def why_not() -> str | None:
    """What is missing on this machine; None when nothing is."""
    if shutil.which("npx") is None:
        return "there is no Node here (npx)"
    if browser() is None:
        return "there is no Chromium here (set CHROME_PATH)"
    return None


def browser() -> str | None:
    """The browser that Lighthouse drives."""
    return (
        os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    )


def measure(name: str, url: str) -> Scores | None:
    """One run as a slow phone; None when Lighthouse did not finish."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        command = ["npx", "--yes", PACKAGE, url, "--quiet", "--output=json"]
        command += [f"--output-path={out}", f"--chrome-flags={BROWSER_FLAGS}"]
        command += [f"--only-categories={','.join(CATEGORIES)}"]
        environ = {**os.environ, "CHROME_PATH": browser() or ""}
        try:
            subprocess.run(command, env=environ, timeout=WITHIN, check=True, capture_output=True)
            return read(name, json.loads(out.read_text()))
        except (subprocess.SubprocessError, OSError, ValueError) as error:
            print(f"lighthouse: {name}: {error}", file=sys.stderr)
            return None


def read(name: str, found: dict[str, Any]) -> Scores:
    """The scores of a report."""
    scores = {
        each: round(100 * (found["categories"][each]["score"] or 0))
        for each in CATEGORIES
        if each in found["categories"]
    }
    weight = found["audits"].get("total-byte-weight", {}).get("numericValue", 0)
    return Scores(name, scores, weight / 1024)


if __name__ == "__main__":
    sys.exit(main())
