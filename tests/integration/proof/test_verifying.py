"""The program's own verification: green when all is well, loud and precise when it is not."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import boto3
import pytest
from sqlalchemy import select, text

from shared import clock
from shared.config import Settings
from shared.jobs import proof as jobs
from shared.jobs.registry import Job
from shared.keyring import KeysUnavailable
from shared.models.log_verification import LogVerification
from shared.proof import reading, sealing, verifying
from shared.proof.forms import PLATFORM, SealedCheckpoint
from shared.proof.sealing import seal_log
from shared.proof.verifying import verify_log
from shared.proof.work import Finding, LogBroken, signing
from tests.integration.proof.conftest import BUCKET, Superuser, meddle, objects, something_happens
from tests.people import Cast
from tests.sandbox_process import SandboxHandle


@pytest.fixture
def sealed(job: Job, cast: Cast) -> Job:
    """A log under two checkpoints."""
    seal_log(job)
    something_happens(cast, 3)
    seal_log(job, at_once=True)
    return job


def kept(job: Job) -> list[tuple[str, str]]:
    with job.session() as session:
        rows = session.scalars(select(LogVerification).order_by(LogVerification.finished_at))
        return [(row.kind, row.outcome) for row in rows]


def broken(job: Job) -> list[Finding]:
    with pytest.raises(LogBroken) as loud:
        verify_log(job, whole=True)
    return loud.value.findings


def test_a_log_that_is_well_passes_and_the_run_is_kept(sealed: Job, cast: Cast) -> None:
    something_happens(cast)
    runs = {run.kind: run for run in verify_log(sealed)}
    assert {run.outcome for run in runs.values()} == {"passed"}
    assert runs["chain"].report.counts["entries"] == runs["chain"].report.counts["covered"] + 2
    assert runs["checkpoint"].report.counts["checkpoints"] == 2
    assert sorted(kept(sealed)) == [
        ("archive", "passed"), ("chain", "passed"), ("checkpoint", "passed")
    ]  # fmt: skip
    verify_log(sealed)


def test_an_empty_log_passes(settings: Settings, job: Job) -> None:
    verify_log(Job("test", PLATFORM, settings))


# All links anew, as they would be had it always been so.
REWRITE = """do $$ declare l record; hashed bytea;
    before bytea := sha256(uuid_send('{practice}'::uuid)); begin
    for l in select * from audit.link where practice_id = '{practice}' order by seq loop
        select audit.event_hash(e) into hashed from audit.event e where id = l.event_id;
        before := sha256(before || int8send(l.seq) || hashed);
        update audit.link set event_hash = hashed, hash = before
        where practice_id = '{practice}' and seq = l.seq;
    end loop; end $$"""
EVENT = "select event_id from {at}"
DONE = [
    (f"update audit.event set reason = 'x' where id = ({EVENT} = 3)", "altered", 3),
    (f"update audit.payload set salt = sha256('') where event_id = ({EVENT} = 4)", "altered", 4),
    (f"update audit.payload set kind = 'look' where event_id = ({EVENT} = 4)", "altered", 4),
    (f"delete from audit.payload where event_id = ({EVENT} = 5)", "missing", 5),
    (f"delete from audit.event where id = ({EVENT} = 6)", "missing", 6),
    ("delete from {at} = 7", "missing", 7),
    ("update audit.link set hash = sha256(hash) where {of} = 8", "relinked", 8),
    ("delete from {at} >= 9", "truncated", 9),
]


@pytest.mark.parametrize(("statement", "kind", "seq"), DONE)
def test_what_was_done_is_named(
    sealed: Job, superuser: Superuser, statement: str, kind: str, seq: int
) -> None:
    of = f"practice_id = '{sealed.practice_id}' and seq"
    meddle(superuser, statement.format(at=f"audit.link where {of}", of=of))
    findings = broken(sealed)
    assert (kind, seq) in {(one.kind, one.seq) for one in findings}
    assert min(one.seq for one in findings if one.seq) == seq
    assert ("chain", "failed") in kept(sealed)


def test_an_event_that_belongs_to_no_entry_is_named(sealed: Job, superuser: Superuser) -> None:
    forged = "01990000-0000-7000-8000-000000000000"
    meddle(
        superuser,
        "insert into audit.event select (jsonb_populate_record(e, jsonb_build_object('id',"
        f" '{forged}'))).* from audit.event e where practice_id = '{sealed.practice_id}' limit 1",
    )
    assert ("inserted", forged) in {(one.kind, one.event_id) for one in broken(sealed)}


def test_a_chain_written_anew_is_not_what_was_signed(sealed: Job, superuser: Superuser) -> None:
    ours = f"practice_id = '{sealed.practice_id}'"
    meddle(
        superuser,
        f"update audit.event set reason = 'because' where id = (select event_id from audit.link"
        f" where {ours} and seq = 5)",
        REWRITE.format(practice=sealed.practice_id),
    )
    [finding] = broken(sealed)
    assert (finding.kind, finding.seq) == ("rewritten", 5)


def test_checkpoints_that_a_new_bucket_lacks_are_stored_again(sealed: Job) -> None:
    store = boto3.client("s3")
    store.create_bucket(Bucket="bedside-elsewhere", ObjectLockEnabledForBucket=True)
    moved = replace(sealed, settings=replace(sealed.settings, archive_bucket="bedside-elsewhere"))
    runs = {run.kind: run for run in verify_log(moved)}
    assert runs["checkpoint"].report.counts["stored_again"] == 2
    for key in objects(f"{sealed.practice_id}/checkpoints/"):
        again = store.get_object(Bucket="bedside-elsewhere", Key=key)["Body"].read()
        assert again == store.get_object(Bucket=BUCKET, Key=key)["Body"].read()


def test_what_is_written_and_sealed_meanwhile_is_no_finding(
    sealed: Job, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The run began before an entry that was sealed by the time its checkpoint was read."""
    with sealed.session() as session:
        before = reading.head(session, sealed.practice_id)
    something_happens(cast)
    seal_log(sealed, at_once=True)
    heads = iter([before])
    real = reading.head
    monkeypatch.setattr(
        reading, "head", lambda session, practice: next(heads, None) or real(session, practice)
    )
    runs = {run.kind: run for run in verify_log(sealed)}
    assert runs["chain"].report.counts["entries"] == before


def test_a_checkpoint_on_its_way_to_its_row_is_no_finding(
    sealed: Job, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    something_happens(cast)
    monkeypatch.setattr(sealing, "note", lambda *_: False)
    with sealed.session() as session:
        last = reading.last_checkpoint(session, sealed.practice_id)
        links = reading.list_links(session, sealed.practice_id, after=seq_of(last), limit=1000)
    sealing._seal(sealed, last, links)
    monkeypatch.setattr(verifying, "adopt_stored", lambda _: 0)
    runs = {run.kind: run for run in verify_log(sealed)}
    assert runs["checkpoint"].report.counts["not_noted"] == 1


def seq_of(noted: reading.NotedCheckpoint | None) -> int:
    return noted.checkpoint.last_seq if noted else 0


def test_a_checkpoint_hidden_by_a_marker_still_proves_and_is_told(sealed: Job) -> None:
    key = objects(f"{sealed.practice_id}/checkpoints/")[0]
    boto3.client("s3").delete_object(Bucket=BUCKET, Key=key)
    assert [(one.kind, one.seq) for one in broken(sealed)] == [("checkpoint", 1)]


def test_a_history_signed_anew_by_the_worker_itself_is_found(
    sealed: Job, superuser: Superuser
) -> None:
    """The worst: somebody who owns the server and holds the worker's rights to sign and to put."""
    ours = f"practice_id = '{sealed.practice_id}'"
    meddle(
        superuser,
        f"update audit.event set reason = 'because' where id = (select event_id from audit.link"
        f" where {ours} and seq = 5)",
        REWRITE.format(practice=sealed.practice_id),
        f"delete from audit.checkpoint where {ours}",
    )
    store = boto3.client("s3")
    with sealed.session() as session:
        links = reading.list_links(session, sealed.practice_id, after=0, limit=1000)
    forged = sealing._draft(sealed, None, links)
    signed = signing(sealed.settings).sign(forged.message)
    leaves = tuple(link.leaf for link in links)
    body = SealedCheckpoint(forged, signed.signature, signed.key_id, leaves).write()
    store.put_object(Bucket=BUCKET, Key=forged.stored_as, Body=body)
    assert ("rewritten", 5) in {(one.kind, one.seq) for one in broken(sealed)}


def forged_signature(body: dict[str, str]) -> dict[str, str]:
    return body | {"signature": body["signature"][:-8] + "AAAAAAA="}


def other_leaves(body: dict[str, str]) -> dict[str, str]:
    return body | {"leaves": "AAAA" + body["leaves"][4:]}


def other_message(body: dict[str, str]) -> dict[str, str]:
    return body | {"message": body["message"].replace('"made_at":"2', '"made_at":"3')}


def no_checkpoint(_: dict[str, str]) -> dict[str, str]:
    return {"hello": "there"}


@pytest.mark.parametrize("forge", [forged_signature, other_leaves, other_message, no_checkpoint])
def test_a_forged_checkpoint_proves_nothing(
    sealed: Job, forge: Callable[[dict[str, str]], dict[str, str]]
) -> None:
    key = objects(f"{sealed.practice_id}/checkpoints/")[1]
    store = boto3.client("s3")
    body = json.loads(store.get_object(Bucket=BUCKET, Key=key)["Body"].read())
    # Over an older version: Object Lock keeps that, and a reader gets the newest.
    store.put_object(Bucket=BUCKET, Key=key, Body=json.dumps(forge(body)).encode())
    assert "checkpoint" in {one.kind for one in broken(sealed)}


@pytest.mark.parametrize("column", ["signature = 'x'", "key_id = 'x'", "merkle_root = sha256('')"])
def test_a_row_that_differs_from_its_object_is_named(
    sealed: Job, superuser: Superuser, column: str
) -> None:
    meddle(superuser, f"update audit.checkpoint set {column} where first_seq = 1")
    assert ("checkpoint", 1) in {(one.kind, one.seq) for one in broken(sealed)}


def test_a_vendor_that_is_away_is_no_verdict(sealed: Job, sandbox: SandboxHandle) -> None:
    sandbox.fault("kms", "status", 500)
    with pytest.raises(KeysUnavailable):
        verify_log(replace(sealed, settings=replace(sealed.settings, log_level="debug")))
    assert ("chain", "unable") in kept(sealed)


def test_the_night_verifies_once_a_local_day(sealed: Job) -> None:
    with clock.freeze(clock.now().replace(hour=12)):
        jobs.verify_log_nightly(sealed)
        assert len(kept(sealed)) == 3
        jobs.verify_log_nightly(sealed)
        assert len(kept(sealed)) == 3
    with clock.freeze(clock.now().replace(hour=12) + timedelta(days=1)):
        jobs.verify_log_nightly(sealed)
        assert len(kept(sealed)) == 6
        jobs.verify_log_now(sealed)
        assert len(kept(sealed)) == 9


def test_the_owner_is_told_once_when_the_log_is_broken(sealed: Job, superuser: Superuser) -> None:
    meddle(
        superuser, f"delete from audit.link where practice_id = '{sealed.practice_id}' and seq = 3"
    )
    for _ in range(2):
        with pytest.raises(LogBroken):
            jobs.verify_log_now(sealed)
    with sealed.session() as session:
        items = session.execute(
            text("select times from attention_item where kind = 'log_broken'")
        ).all()
    assert [row.times for row in items] == [1]


def test_a_verification_is_itself_in_the_log(sealed: Job) -> None:
    verify_log(sealed)
    with sealed.session() as session:
        told = session.scalars(
            text("select action from audit.event where action = 'log.verified' and kind = 'act'")
        ).all()
    assert len(told) == 3
