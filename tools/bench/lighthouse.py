"""Lighthouse as a phone sees the public site and the way into the portal: four scores a page.

Runs by npm where Node is present and says loudly when it is not.
`make bench ARGS=--only-lighthouse` runs nothing else.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.demo.facts import BOOKINGS, PATIENTS, SEAGRAPE
from tools.temporary import temporary_practice
from tools.ways_in import cookie_of, inside

PACKAGE = "lighthouse@12.8.2"
# Fetched once and kept: npx asks the registry before each run, and a slow answer fails the run.
HOME = Path(__file__).parents[2] / "build" / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
# What is aimed at, in hundredths. Pages behind a sign-in are not for search engines.
AIMS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PAGES = {
    "home": "/",
    "city page": "/locations/boca-raton",
    "booking": "/portal/book/first-visit",
    "portal sign-in": "/portal/sign-in",
    "portal home": "/portal/",
}
NOT_FOR_SEARCH = ("booking", "portal sign-in", "portal home")
SIGNED_IN = ("portal home",)
RUNS = 3  # a page is what its median run says
BROWSER_FLAGS = "--headless=new --no-sandbox --disable-gpu"
WITHIN = 240  # seconds a run
TRIES = 2  # a browser that does not come up in time is started again
LAST_WORDS = 4  # lines of what a failed run said


@dataclass(frozen=True)
class Scores:
    """One page: scores in hundredths, and what was sent over the network."""

    page: str
    scores: dict[str, int]
    kilobytes: float
    findings: tuple[str, ...] = ()

    def below(self) -> list[str]:
        """The categories that miss their aim."""
        wanted = dict(AIMS)
        if self.page in NOT_FOR_SEARCH:
            del wanted["seo"]
        return [name for name, aim in wanted.items() if self.scores.get(name, 0) < aim]


def fresh_report() -> str:
    """The table as Markdown, for a practice started for it; or one loud line why there is none."""
    missing = why_not() or fetch()
    if missing:
        return f"LIGHTHOUSE SKIPPED: {missing}"
    with temporary_practice() as practice:
        with inside(practice):
            cookie = cookie_of(SEAGRAPE.hosts["portal"], "portal", _regular())
        return report(f"http://localhost:{practice.place.port}", cookie.header)


def _regular() -> str:
    """The address of a patient who has a visit to come."""
    name = BOOKINGS[SEAGRAPE.slug][-1].given_name
    return next(one.email for one in PATIENTS[SEAGRAPE.slug] if one.given_name == name)


def report(base: str, cookie: str) -> str:
    """What was found, line by line."""
    lines = ["| page | " + " | ".join(CATEGORIES) + " | KB | below its aim |"]
    lines.append("|" + "---|" * (len(CATEGORIES) + 3))
    findings: list[str] = []
    for name, path in PAGES.items():
        runs = [measure(name, base + path, cookie) for _ in range(RUNS)]
        found = middle([each for each in runs if each is not None])
        if found is None:
            lines.append(f"| {name} | could not be measured |")
            continue
        cells = [str(found.scores.get(each, "-")) for each in CATEGORIES]
        below = ", ".join(found.below()) or "none"
        lines.append(f"| {name} | {' | '.join(cells)} | {found.kilobytes:.0f} | {below} |")
        findings += [f"- {name}: {each}" for each in found.findings]
    lines += [
        "",
        f"The median of {RUNS} runs as a phone of the middle class on slow 4G (simulated);",
    ]
    lines += [f"{PACKAGE}, {version_of(browser() or '')}.", "", *findings]
    return "\n".join(lines)


def middle(runs: list[Scores]) -> Scores | None:
    """The median run by performance."""
    ordered = sorted(runs, key=lambda each: each.scores.get("performance", 0))
    return ordered[len(ordered) // 2] if ordered else None


def version_of(program: str) -> str:
    """What the browser calls itself."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return said.stdout.strip()


def why_not() -> str | None:
    """What is missing on this machine; None when nothing is."""
    if shutil.which("npm") is None:
        return "there is no Node here (npm)"
    if browser() is None:
        return "there is no Chromium here (set CHROME_PATH)"
    return None


def fetch() -> str | None:
    """Have the package here; why that failed, or None."""
    kept = HOME / "node_modules" / "lighthouse" / "package.json"
    wanted = PACKAGE.rpartition("@")[2]
    if kept.exists() and json.loads(kept.read_text())["version"] == wanted:
        return None
    HOME.mkdir(parents=True, exist_ok=True)
    command = ["npm", "install", "--prefix", str(HOME), "--no-audit", "--no-fund", PACKAGE]
    try:
        subprocess.run(command, timeout=WITHIN, check=True, capture_output=True)
    except (subprocess.SubprocessError, OSError) as error:
        return f"npm could not fetch {PACKAGE}: {reason(error)}"
    return None


def browser() -> str | None:
    """The browser that Lighthouse drives."""
    return (
        os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
    )


def measure(name: str, url: str, cookie: str) -> Scores | None:
    """One run as a slow phone; None when Lighthouse did not finish."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        program = HOME / "node_modules" / ".bin" / "lighthouse"
        command = [str(program), url, "--quiet", "--output=json"]
        command += [f"--output-path={out}", f"--chrome-flags={BROWSER_FLAGS}"]
        command += [f"--only-categories={','.join(CATEGORIES)}"]
        if name in SIGNED_IN:
            command += [f"--extra-headers={json.dumps({'Cookie': cookie})}"]
        environ = {**os.environ, "CHROME_PATH": browser() or ""}
        for _ in range(TRIES):
            try:
                subprocess.run(
                    command, env=environ, timeout=WITHIN, check=True, capture_output=True
                )
                return read(name, json.loads(out.read_text()))
            except (subprocess.SubprocessError, OSError, ValueError) as error:
                print(f"lighthouse: {name}: {reason(error)}", file=sys.stderr)
        return None


def reason(error: Exception) -> str:
    """Why a run came to nothing, in the words of whoever failed."""
    if isinstance(error, subprocess.TimeoutExpired):
        return f"not done after {WITHIN} seconds"
    if isinstance(error, subprocess.CalledProcessError):
        said = (error.stderr or b"").decode(errors="replace").split("\n")
        lines = [line.strip() for line in said if line.strip() and not line.startswith("    at ")]
        return f"exit code {error.returncode}: {' / '.join(lines[-LAST_WORDS:]) or 'no word'}"
    return f"{type(error).__name__}: {error}"


def read(name: str, found: dict[str, Any]) -> Scores:
    """The scores of a report."""
    scores = {
        each: round(100 * (found["categories"][each]["score"] or 0))
        for each in CATEGORIES
        if each in found["categories"]
    }
    weight = found["audits"].get("total-byte-weight", {}).get("numericValue", 0)
    audits = found["audits"].values()
    failed = tuple(
        f"{one['title']} ({one.get('displayValue', '') or one['score']})"
        for one in audits
        if one.get("score") is not None and one["score"] < 0.9
    )
    return Scores(name, scores, weight / 1024, failed)
