"""The report of a restore drill: signed like a checkpoint, kept where nobody can take it away."""

from __future__ import annotations

import base64
import json
from typing import Any

from shared import clock
from shared.proof.forms import PLATFORM
from shared.proof.sealing import KEPT_FOR
from shared.proof.work import Work, archive, signing


def sign_report(work: Work, found: dict[str, Any]) -> dict[str, Any]:
    """What was found, with its moment and a signature over exactly these bytes.

    Raises KeysUnavailable.
    """
    body = json.dumps({**found, "made_at": clock.now().isoformat()}, sort_keys=True)
    signed = signing(work.settings).sign(body.encode())
    return {
        "report": body,
        "key_id": signed.key_id,
        "signature": base64.b64encode(signed.signature).decode(),
    }


def keep_report(work: Work, report: dict[str, Any]) -> str:
    """Store it locked; returns where. Raises StorageUnavailable."""
    place = f"{PLATFORM}/drills/{clock.now():%Y-%m-%dT%H%M%SZ}-restore.json"
    archive(work.settings).put(
        place,
        json.dumps(report, indent=1).encode(),
        content_type="application/json",
        keep_until=clock.now() + KEPT_FOR,
    )
    return place
