"""Looks up every pinned dependency in the public list of known vulnerabilities."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tools.verdict import Verdict

LOCK = "requirements.lock"
PATIENCE = 90  # seconds


def run() -> Verdict:
    """Fails on a known vulnerability; being offline is said loudly and does not fail."""
    program = str(Path(sys.executable).parent / "pip-audit")
    arguments = ["-r", LOCK, "--require-hashes", "--disable-pip", "--progress-spinner", "off"]
    try:
        done = subprocess.run(
            [program, *arguments, "--timeout", "5", "-f", "json"],
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
        dependencies: list[dict[str, Any]] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError, KeyError):
        return Verdict(True, note="NOT AUDITED: no advisory service answers from here")
    unknown = [one["name"] for one in dependencies if "skip_reason" in one]
    if bad := [one for one in dependencies if one.get("vulns")]:
        return Verdict(False, "\n".join(_describe(one) for one in bad))
    if unknown:
        share = f"{len(unknown)} of {len(dependencies)}"
        return Verdict(True, note=f"NOT AUDITED: the advisory service knows nothing of {share}")
    return Verdict(True)


def _describe(dependency: dict[str, Any]) -> str:
    found = ", ".join(
        f"{one['id']} (fixed in {', '.join(one['fix_versions']) or 'no release'})"
        for one in dependency["vulns"]
    )
    return f"{dependency['name']} {dependency['version']}: {found}"
