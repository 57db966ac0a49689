"""Checkpoints: what is stored, what is noted, and that dying in between does no harm."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import boto3
import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import clock
from shared.adapters.storage.s3 import StorageUnavailable
from shared.config import Settings
from shared.db import Context, open_session
from shared.events import act
from shared.jobs.registry import Job
from shared.keyring import KeysUnavailable
from shared.proof import sealing
from shared.proof.forms import PLATFORM, read_sealed
from shared.proof.sealing import adopt_stored, seal_log
from shared.proof.work import LogBroken
from tests.integration.proof.conftest import BUCKET, Superuser, meddle, objects, something_happens
from tests.people import Cast
from tests.sandbox_process import SandboxHandle


def noted(job: Job) -> list[tuple[int, int]]:
    with job.session() as session:
        rows = session.execute(
            text("select first_seq, last_seq from audit.checkpoint order by last_seq")
        )
        return [(row.first_seq, row.last_seq) for row in rows]


def head(job: Job) -> int:
    with job.session() as session:
        return int(session.scalar(text("select max(seq) from audit.link")) or 0)


def test_every_entry_is_sealed_once(job: Job, cast: Cast) -> None:
    assert seal_log(job) >= 1
    until = head(job)
    assert seal_log(job, at_once=True) == 0
    something_happens(cast)
    assert seal_log(job, at_once=True) == 1
    ranges = noted(job)
    assert ranges[0][0] == 1
    assert ranges[-2][1] == until
    assert ranges[-1] == (until + 1, until + 2)
    assert len(objects(f"{job.practice_id}/checkpoints/")) == len(ranges)


def test_a_checkpoint_waits_for_its_minute_or_its_thousand(
    job: Job, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    seal_log(job)
    something_happens(cast, 2)
    assert seal_log(job) == 0
    with clock.freeze(clock.now() + timedelta(seconds=41)):
        assert seal_log(job) == 1
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 4)
    something_happens(cast, 3)
    assert seal_log(job) == 2
    assert [last - first + 1 for first, last in noted(job)[-2:]] == [4, 2]


def test_what_is_stored_is_signed_and_locked(job: Job, sandbox: SandboxHandle) -> None:
    seal_log(job)
    [key] = objects(f"{job.practice_id}/checkpoints/")
    store = boto3.client("s3")
    answer = store.get_object(Bucket=BUCKET, Key=key)
    assert answer["ObjectLockMode"] == "COMPLIANCE"
    assert answer["ObjectLockRetainUntilDate"] > clock.now() + timedelta(days=6 * 365)
    sealed = read_sealed(answer["Body"].read())
    assert sealed.holds_together
    assert sealing.is_signed(job, sealed)
    forged = replace(sealed, checkpoint=replace(sealed.checkpoint, made_at=clock.now()))
    assert not sealing.is_signed(job, forged)


def test_the_platforms_own_log_is_sealed_too(settings: Settings, job: Job) -> None:
    platform = Job("test", PLATFORM, settings)
    with platform.session() as session:
        act(session, "schema.migrated", target=("schema", None), revision="0000")
    assert seal_log(platform) == 1
    assert objects(f"{PLATFORM}/checkpoints/")


def test_an_object_without_a_row_is_taken_up(
    job: Job, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(sealing, "note", die)
        with pytest.raises(KeyboardInterrupt):
            seal_log(job)
    until = head(job)
    assert noted(job) == []
    something_happens(cast)
    assert seal_log(job, at_once=True) == 2
    assert noted(job) == [(1, until), (until + 1, until + 2)]


def test_a_vendor_that_is_away_leaves_nothing_half_done(job: Job, sandbox: SandboxHandle) -> None:
    sandbox.fault("kms", "status", 500)
    with pytest.raises(KeysUnavailable):
        seal_log(job)
    sandbox.fault("kms", "off")
    sandbox.fault("s3", "status", 503)
    with pytest.raises(StorageUnavailable):
        seal_log(job)
    sandbox.fault("s3", "off")
    assert noted(job) == []
    assert seal_log(job) == 1


def test_many_at_once_make_one_chain_of_checkpoints(app: Flask, job: Job, cast: Cast) -> None:
    seal_log(job)

    def run(_: int) -> int:
        with app.app_context():
            return seal_log(job, at_once=True)

    for _ in range(4):
        something_happens(cast, 3)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(run, range(4)))
    ranges = noted(job)
    assert [first for first, _ in ranges[1:]] == [last + 1 for _, last in ranges[:-1]]
    assert ranges[-1][1] == head(job)
    assert len(objects(f"{job.practice_id}/checkpoints/")) == len(ranges)


def test_rows_that_were_removed_come_back_from_the_archive(job: Job, superuser: Superuser) -> None:
    seal_log(job)
    before = noted(job)
    meddle(superuser, "delete from audit.checkpoint")
    assert adopt_stored(job) == 1
    assert noted(job) == before


def test_a_tail_that_was_cut_with_its_row_is_noticed_by_the_next_seal(
    job: Job, cast: Cast, superuser: Superuser
) -> None:
    seal_log(job)
    something_happens(cast)
    seal_log(job, at_once=True)
    cut = head(job)
    meddle(
        superuser,
        f"delete from audit.checkpoint where last_seq = {cut}",
        f"delete from audit.link where seq > {cut - 2}",
    )
    something_happens(cast)
    with pytest.raises(LogBroken) as broken:
        seal_log(job, at_once=True)
    assert broken.value.findings[0].seq == cut - 1


@pytest.mark.parametrize("role", ["bedside_manager", "bedside_auditor", "bedside_clinician"])
def test_no_other_role_notes_a_checkpoint(job: Job, role: str) -> None:
    with (
        pytest.raises(DBAPIError, match="permission denied"),
        open_session(Context(job.practice_id, role, "test")) as session,
    ):
        session.execute(text("select audit.note_checkpoint(1, 1, '', '', null, '', '', '', now())"))


def test_the_webs_login_notes_none_in_any_role(settings: Settings, job: Job) -> None:
    with psycopg.connect(settings.web_dsn) as web:
        web.execute("select set_config('app.practice_id', %s, true)", (str(job.practice_id),))
        web.execute("set local role bedside_job")
        with pytest.raises(psycopg.DatabaseError, match="the web does not write"):
            web.execute("select audit.note_checkpoint(1, 1, '', '', null, '', '', '', now())")


def test_a_row_must_follow_the_last_and_end_at_an_entry(job: Job) -> None:
    seal_log(job)
    for values in ("1, 2, 'x', 'y', null", "1000, 1001, 'x', 'y', 'z'"):
        with pytest.raises(DBAPIError, match="begins where"), job.session() as session:
            session.execute(text(f"select audit.note_checkpoint({values}, 'k', 's', 'a', now())"))


def test_another_practices_log_is_another_chain(job: Job, cast: Cast, settings: Settings) -> None:
    other = Job("test", UUID(str(cast.ironbound.id)), settings)
    seal_log(job)
    assert noted(other) == []
    seal_log(other)
    assert noted(other)[0][0] == 1
