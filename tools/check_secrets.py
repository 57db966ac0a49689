"""Looks for keys and passwords in what git would commit; known harmless ones are in a baseline.

`python -m tools.check_secrets --accept` writes the baseline after somebody has read the findings.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.verdict import Verdict

BASELINE = Path("tools/secrets.baseline")
# Hashes, by design: locks; vendors' published test vectors are accepted in the baseline instead.
PASSED_OVER = (".lock", ".svg", ".png", ".min.js", ".baseline")


def run() -> Verdict:
    """Fails on a finding that the baseline does not hold."""
    accepted = set(json.loads(BASELINE.read_text())) if BASELINE.exists() else set()
    new = [one for one in _findings() if _fingerprint(one) not in accepted]
    lines = [f"{one['filename']}:{one['line_number']}: {one['type']}" for one in new]
    help_line = "Harmless? Read each, then: python -m tools.check_secrets --accept"
    return Verdict(not new, "\n".join([*lines, help_line]) if new else "")


def _findings() -> list[dict[str, Any]]:
    tracked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(tracked, capture_output=True, text=True, check=True).stdout.split("\n")
    files = [name for name in listed if name and not name.endswith(PASSED_OVER)]
    program = str(Path(sys.executable).parent / "detect-secrets")
    done = subprocess.run(
        [program, "scan", "--force-use-all-plugins", *_quiet_plugins(), *files],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[dict[str, Any]]] = json.loads(done.stdout)["results"]
    return [one for several in found.values() for one in several]


def _quiet_plugins() -> list[str]:
    """The two that find words like `password=` and loopback addresses, not secrets."""
    return ["--disable-plugin", "KeywordDetector", "--disable-plugin", "IPPublicDetector"]


def _fingerprint(finding: dict[str, Any]) -> str:
    return f"{finding['filename']} {finding['type']} {finding['hashed_secret']}"


def accept() -> None:
    BASELINE.write_text(json.dumps(sorted(map(_fingerprint, _findings())), indent=1) + "\n")


if __name__ == "__main__":
    if "--accept" in sys.argv:
        accept()
    verdict = run()
    print(verdict.output or "No new secrets.")
    sys.exit(0 if verdict.passed else 1)
