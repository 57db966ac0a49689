"""What a run of the soak found, kept for docs/reports: build/soak.json."""

import json
import sys
from pathlib import Path
from typing import Any

FILE = Path(__file__).parents[2] / "build" / "soak.json"


def report(name: str, found: dict[str, Any]) -> None:
    """Keep the numbers of one test beside those of the others."""
    FILE.parent.mkdir(exist_ok=True)
    known = json.loads(FILE.read_text()) if FILE.exists() else {}
    FILE.write_text(json.dumps(known | {name: found}, indent=2) + "\n")
    sys.stdout.write(f"{name}: {found}\n")
