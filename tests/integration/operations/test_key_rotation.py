"""Turning a practice's data key: everything readable at every moment, also when somebody dies."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from shared import clock, keyring
from shared.access.errors import NotFound
from shared.access.patients import find_known_patients
from shared.access.resealing import lock_rows_sealed_otherwise, sealed_models
from shared.app import in_app
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.jobs import keys as jobs
from shared.jobs.registry import Job
from shared.keyring import KeysUnavailable, UnreadableField, blind_index
from shared.models.patient import Patient
from shared.practices import rotation
from shared.practices.keys import load_keys
from shared.practices.rotation import begin_rotation, finish_rotation, progress, reseal
from tests.browsing import signed_in
from tests.keys import LocalKeys
from tests.people import DOOR, Cast, PracticeOf

LATER = timedelta(minutes=11)


class TwoKeys(LocalKeys):
    """A KMS with an old key and a new one; the old one can be taken away."""

    def __init__(self) -> None:
        super().__init__()
        self.old_is_gone = False

    def generate(self, context: dict[str, str]) -> tuple[bytes, bytes, str]:
        plain, wrapped, _ = super().generate(context)
        return plain, wrapped, "new-key"

    def unwrap(self, wrapped: bytes, context: dict[str, str], key_id: str | None = None) -> bytes:
        if self.old_is_gone and key_id != "new-key":
            raise KeysUnavailable("the old key is gone")
        return super().unwrap(wrapped, context)

    def rewrap(self, wrapped: bytes, context: dict[str, str], key_id: str) -> tuple[bytes, str]:
        return super().rewrap(wrapped, context, key_id)[0], "new-key"


@pytest.fixture
def kms(app: Flask) -> TwoKeys:
    made = TwoKeys()
    keyring.install(fresh_ring(app, made))
    return made


def fresh_ring(app: Flask, kms: TwoKeys) -> keyring.Keyring:
    """A keyring as another process has it."""
    return keyring.Keyring(kms, in_app(app, load_keys))


@pytest.fixture
def job(cast: Cast, settings: Settings) -> Job:
    return Job("keys", cast.seagrape.id, settings)


def versions(practice: PracticeOf) -> set[int]:
    """The data keys that sealed values are under, over every table."""
    found: set[int] = set()
    with open_session(practice.context()) as session:
        for model, names in sealed_models():
            for name in names:
                column = getattr(model, f"{name}_ct")
                rows = session.scalars(
                    select(column).where(column.is_not(None)).execution_options(**DOOR)
                )
                found |= {keyring.sealed_version(one) for one in rows}
    return found


def emails(practice: PracticeOf) -> dict[Any, str]:
    with open_session(practice.context()) as session:
        rows = session.scalars(select(Patient).execution_options(**DOOR)).all()
        return {row.id: row.email for row in rows}


def test_everything_is_sealed_anew_and_the_old_key_retired(
    app: Flask, cast: Cast, job: Job, kms: TwoKeys
) -> None:
    practice = cast.seagrape
    before = emails(practice)
    assert versions(practice) == {1}
    assert begin_rotation(job, kms) == 2
    assert emails(practice) == before
    assert reseal(job) > 0
    assert versions(practice) == {2}
    assert not finish_rotation(job, kms), "a process may still seal under the old version"
    with clock.freeze(clock.now() + LATER):
        assert finish_rotation(job, kms)
    kms.old_is_gone = True
    keyring.install(fresh_ring(app, kms))
    assert emails(practice) == before
    with job.session() as session:
        assert progress(session, viewer=job.principal).open_versions == (2,)
    assert versions(cast.ironbound) == {1}, "another practice's keys are its own"


def test_the_old_kms_key_is_needed_until_it_is_done(
    app: Flask, cast: Cast, job: Job, kms: TwoKeys
) -> None:
    begin_rotation(job, kms)
    kms.old_is_gone = True
    keyring.install(fresh_ring(app, kms))
    with pytest.raises(KeysUnavailable):
        reseal(job)
    assert versions(cast.seagrape) == {1}
    kms.old_is_gone = False
    assert reseal(job) > 0
    assert versions(cast.seagrape) == {2}


def test_killed_in_the_middle_it_goes_on(
    cast: Cast, job: Job, kms: TwoKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = emails(cast.seagrape)
    monkeypatch.setattr(rotation, "AT_ONCE", 1)
    begin_rotation(job, kms)
    real, steps = act, iter(range(3))

    def die(*given: Any, **more: Any) -> None:
        real(*given, **more)
        if next(steps, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(rotation, "act", die)
        with pytest.raises(KeyboardInterrupt):
            reseal(job)
    assert versions(cast.seagrape) == {1, 2}
    assert emails(cast.seagrape) == before
    with job.session() as session:
        left = progress(session, viewer=job.principal).left
    assert left > 0
    assert reseal(job) == left, "what was done is not done again"
    assert versions(cast.seagrape) == {2}
    assert reseal(job) == 0


def test_blind_indexes_find_people_as_before(cast: Cast, job: Job, kms: TwoKeys) -> None:
    practice, ana = cast.seagrape, cast.seagrape.patients["ana"]
    begin_rotation(job, kms)
    reseal(job)
    with clock.freeze(clock.now() + LATER):
        finish_rotation(job, kms)
    with open_session(practice.context("bedside_gate")) as session:
        found = find_known_patients(
            session,
            practice_id=practice.id,
            email_bidx=blind_index(practice.id, "email", ana.email),
        )
    assert [one.id for one in found] == [ana.id]


def test_a_process_that_knows_the_old_keys_only_reads_what_is_sealed_under_the_new(
    app: Flask, cast: Cast, job: Job, kms: TwoKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyring, "ASK_AGAIN_SECONDS", 0.0)
    elsewhere = fresh_ring(app, kms)
    assert elsewhere.newest_version(job.practice_id) == 1
    begin_rotation(job, kms)
    sealed = keyring.current().encrypt(job.practice_id, "table|column|row", "words")
    assert keyring.sealed_version(sealed) == 2
    assert elsewhere.decrypt(job.practice_id, "table|column|row", sealed) == "words"
    unknown = keyring.sealed_under(9) + sealed[5:]
    with pytest.raises(UnreadableField):
        elsewhere.decrypt(job.practice_id, "table|column|row", unknown)


def test_what_does_not_open_keeps_the_old_key(
    cast: Cast, job: Job, kms: TwoKeys, settings: Settings
) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'patient.updated', true)")
        owner.execute(
            "update patient set email_ct = decode('01000000010000', 'hex') where id = %s",
            [cast.seagrape.patients["ana"].id],
        )
    begin_rotation(job, kms)
    assert reseal(job) > 0
    with job.session() as session:
        assert progress(session, viewer=job.principal).left == 1
    with clock.freeze(clock.now() + LATER):
        assert not finish_rotation(job, kms)


def test_the_worker_ends_what_an_operator_began(cast: Cast, job: Job, kms: TwoKeys) -> None:
    jobs.reseal_values(job)
    assert versions(cast.seagrape) == {1}, "nobody asked for anything"
    begin_rotation(job, kms)
    jobs.reseal_values(job)
    assert versions(cast.seagrape) == {2}
    with clock.freeze(clock.now() + LATER):
        jobs.reseal_values(job)
    with job.session() as session:
        assert progress(session, viewer=job.principal).open_versions == (2,)


def test_a_key_is_turned_by_itself_after_ninety_days(
    cast: Cast, job: Job, kms: TwoKeys, settings: Settings
) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'data_key.made', true)")
        owner.execute("update data_key set created_at = now() - interval '89 days'")
    jobs.reseal_values(job)
    assert versions(cast.seagrape) == {1}
    with clock.freeze(clock.now() + timedelta(days=2)):
        jobs.reseal_values(job)
    assert versions(cast.seagrape) == {2}


def test_the_log_tells_of_it_in_acts_that_name_nobody(cast: Cast, job: Job, kms: TwoKeys) -> None:
    begin_rotation(job, kms)
    reseal(job)
    with job.session() as session:
        rows = session.execute(
            text(
                "select e.patient_id, p.body from audit.event e join audit.payload p"
                " on p.event_id = e.id where e.kind = 'act' and e.action like 'data_key.%'"
            )
        ).all()
    assert rows
    assert {row.patient_id for row in rows} == {None}
    assert {key for row in rows for key in row.body} == {"version", "count", "what"}


def test_nobody_but_a_job_comes_through_that_door(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"].viewer
    with open_session(ana.context()) as session, pytest.raises(NotFound):
        lock_rows_sealed_otherwise(
            session, viewer=ana, sealed=next(sealed_models()), version=2, limit=1
        )


def test_pages_are_served_while_it_goes_on(
    app: Flask, cast: Cast, job: Job, kms: TwoKeys, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    assert ana.get("/portal/").status_code == 200
    begin_rotation(job, kms)
    assert ana.get("/portal/").status_code == 200
    reseal(job)
    assert ana.get("/portal/").status_code == 200
