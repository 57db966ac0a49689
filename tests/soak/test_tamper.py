"""A log is changed in a thousand random ways, by somebody who owns the server: every one is found.

`SOAK_TAMPERINGS` says how many, `SOAK_SEED` repeats a run. Each happens inside a transaction
of a superuser with every trigger off; the verifier reads what that transaction sees and the
checkpoints as they lie in the archive, and names the entry. Then all of it is rolled back.
"""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import pytest

from shared.jobs.registry import Job
from shared.proof import sealing
from shared.proof.exporting import CHECKPOINTS, PUBLIC_KEY, export_checkpoints
from shared.proof.sealing import seal_log
from tests.integration.proof.conftest import (
    Superuser,
    app,
    cast,
    job,
    running,
    sandbox,
    settings,
    something_happens,
    superuser,
)
from tests.people import Cast
from tests.soak.reports import report
from tests.soak.sizes import dice, size
from tests.soak.tampering import TABLES, WAYS, Expected, Link, Meddler
from tools.verify_audit import Finding, Log, read_keys, verify

# The same ground as the proof's own tests: a sandbox, and the worker's login.
__all__ = ["app", "cast", "job", "running", "sandbox", "settings", "superuser"]
pytestmark = [pytest.mark.slow, pytest.mark.soak]

TIMES = size("TAMPERINGS", 1000)


@pytest.fixture
def meddler(
    job: Job, cast: Cast, superuser: Superuser, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Meddler:
    """A log of some hundred entries under several checkpoints, and a few entries after them."""
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 29)
    something_happens(cast, 25)
    seal_log(job, at_once=True)
    rows = superuser.execute(
        "select seq, event_id, event_hash from audit.link where practice_id = %s order by seq",
        (job.practice_id,),
    ).fetchall()
    covered = len(rows)
    something_happens(cast, 3)
    rows = superuser.execute(
        "select seq, event_id, event_hash from audit.link where practice_id = %s order by seq",
        (job.practice_id,),
    ).fetchall()
    assert len(rows) > covered > 60
    export_checkpoints(job, tmp_path)
    links = [Link(row[0], row[1], bytes(row[2])) for row in rows]
    return Meddler(superuser, job.practice_id, links, covered, dice())


def verified(meddler: Meddler, folder: Path) -> Log:
    """What the verifier says of the log as this connection sees it now."""
    lines = meddler.connection.execute(
        "select line from audit.line where practice_id = %s order by seq", (meddler.practice_id,)
    ).fetchall()
    lines += meddler.connection.execute(
        "select line from audit.loose where practice_id = %s", (meddler.practice_id,)
    ).fetchall()
    export = folder / "now.ndjson"
    export.write_text("".join(f"{row[0]}\n" for row in lines))
    return verify(export, folder / CHECKPOINTS, read_keys(folder / PUBLIC_KEY))


def names(finding: Finding, expected: Expected) -> bool:
    return finding.kind in expected.kinds and (
        finding.seq in expected.seqs or finding.event_id in expected.ids
    )


def test_every_tampering_is_found_and_named(meddler: Meddler, tmp_path: Path) -> None:
    assert list(verified(meddler, tmp_path).findings.values()) == []
    missed: list[dict[str, object]] = []
    found: Counter[str] = Counter()
    for number in range(TIMES):
        way = WAYS[number % len(WAYS)]
        with meddler.connection.transaction(force_rollback=True):
            for table in TABLES:
                meddler.run(f"alter table audit.{table} disable trigger all")
            expected = way(meddler)
            log = verified(meddler, tmp_path)
        findings = sorted(log.findings.values(), key=lambda one: (one.seq is None, one.seq or 0))
        if findings and any(names(one, expected) for one in findings[:1]):
            found[way.__name__] += 1
        else:
            seen = [asdict(one) for one in findings[:4]]
            missed.append({"way": way.__name__, "expected": str(expected), "found": seen})
    report("tamper", {"times": TIMES, "found_and_named": sum(found.values()), "ways": found})
    assert not missed, json.dumps(missed[:5], indent=1)
    assert list(verified(meddler, tmp_path).findings.values()) == []


def test_a_tail_cut_after_the_last_checkpoint_is_reported_as_not_covered(
    meddler: Meddler, tmp_path: Path
) -> None:
    """What no checkpoint reached yet can be cut off unseen; the verifier says so."""
    with meddler.connection.transaction(force_rollback=True):
        for table in TABLES:
            meddler.run(f"alter table audit.{table} disable trigger all")
        last = meddler.links[-1]
        meddler.run("delete from audit.payload where event_id = %s", last.event_id)
        meddler.run("delete from audit.event where id = %s", last.event_id)
        meddler.run("delete from audit.link where event_id = %s", last.event_id)
        log = verified(meddler, tmp_path)
    assert list(log.findings.values()) == []
    assert (log.covered, log.last_seq) == (meddler.covered, last.seq - 1)
