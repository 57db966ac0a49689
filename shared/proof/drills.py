"""A restore drill: noted for every practice; its report signed like a checkpoint, and locked."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from shared import clock
from shared.adapters.storage.s3 import AlreadyStored
from shared.models.log_verification import LogVerification
from shared.proof.forms import PLATFORM
from shared.proof.sealing import KEPT_FOR
from shared.proof.verifying import keep_verification
from shared.proof.work import Work, archive, signing
from shared.queue import defer

# What a practice is told of a drill that was held for all of them.
TOLD_TO_ALL = ("moment", "copy_s_old", "restore_s", "gigabytes", "entries", "rows")


def note_drill(works: Iterable[Work], found: dict[str, Any], *, started_at: datetime) -> None:
    """Note for every practice what came of a drill; the platform's note is signed by a job.

    `found` holds `identical`, `wrong` and `differences`, whose sentences may name rows of any
    practice: only the platform's note has them.
    """
    for work in works:
        whole = work.practice_id == PLATFORM
        told = found if whole else {name: found[name] for name in TOLD_TO_ALL if name in found}
        sentences = found["differences"] if whole else _summary(found["wrong"])
        with work.session() as session:
            row = keep_verification(
                session,
                practice_id=work.practice_id,
                kind="restore",
                started_at=started_at,
                outcome="passed" if found["identical"] else "failed",
                details={**told, "found": [{"sentence": one} for one in sentences]},
            )
            if whole:
                defer(session, "sign_restore_report", verification_id=row.id)


def _summary(wrong: int) -> list[str]:
    return [f"{wrong} differences; the operator has the report."] if wrong else []


def sign_noted(work: Work, verification_id: UUID) -> None:
    """Sign what was noted of a drill and lock it away; once, however often it is asked.

    For a drill that was held where nothing may sign. Raises KeysUnavailable, StorageUnavailable.
    """
    with work.session() as session:
        row = session.get_one(LogVerification, (work.practice_id, verification_id))
        found, at = {**row.details, "outcome": row.outcome}, row.finished_at
    try:
        keep_report(work, sign_report(work, found), at=at)
    except AlreadyStored:
        return


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


def keep_report(work: Work, report: dict[str, Any], *, at: datetime) -> str:
    """Store it locked, by its moment; returns where. Raises AlreadyStored, StorageUnavailable."""
    place = f"{PLATFORM}/drills/{at.astimezone(UTC):%Y-%m-%dT%H%M%SZ}-restore.json"
    archive(work.settings).put(
        place,
        json.dumps(report, indent=1).encode(),
        content_type="application/json",
        keep_until=clock.now() + KEPT_FOR,
    )
    return place
