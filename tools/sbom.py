"""What is inside the image, as CycloneDX 1.5, from the lock alone: `python -m tools.sbom`."""

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.lock"
PIN = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)(.*?)(?=^[A-Za-z0-9]|\Z)", re.MULTILINE | re.DOTALL
)


def bill(lock: str, base: str = "") -> dict[str, Any]:
    """Every pinned package with its version, address (purl) and the hashes it may have."""
    components: list[dict[str, Any]] = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{version}",
            "name": name,
            "version": version,
            "purl": f"pkg:pypi/{name}@{version}",
            "hashes": [
                {"alg": "SHA-256", "content": found}
                for found in re.findall(r"sha256:([0-9a-f]{64})", rest)
            ],
        }
        for name, version, rest in PIN.findall(lock)
    ]
    if base:
        components.append({"type": "container", "bom-ref": base, "name": base})
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": "bedside", "name": "bedside"}},
        "components": components,
        "dependencies": [
            {"ref": "bedside", "dependsOn": [one["bom-ref"] for one in components]},
        ],
    }


def write(path: Path, base: str = "") -> None:
    """Write it where `path` says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(bill(LOCK.read_text(), base), indent=2) + "\n")


if __name__ == "__main__":
    print(json.dumps(bill(LOCK.read_text()), indent=2))
