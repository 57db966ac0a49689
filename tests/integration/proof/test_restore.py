"""A database that was set back to an earlier moment: declared, the log goes on; undeclared, it is
a cut end and named as one. What docs/runbooks/database-lost.md says works."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from admin.events.proof import present_proof
from shared import clock, keyring
from shared.access.log_proof import read_log_proof
from shared.access.principal import Role
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.jobs.registry import Job
from shared.proof import restoring
from shared.proof.archiving import archive_log
from shared.proof.exporting import export_log
from shared.proof.restores import Restore
from shared.proof.restoring import NotARestore, declare_restore, find_loss
from shared.proof.sealing import seal_log
from shared.proof.verifying import verify_log
from shared.proof.work import LogBroken
from tests.integration.proof.conftest import Superuser, meddle, objects, something_happens
from tests.integration.proof.test_sealing import head, noted
from tests.integration.proof.test_verifying import REWRITE
from tests.people import Cast
from tools import verify_audit

WHO = {"by": "Omar Haddad", "second": "Maya Ellison", "reason": "disk failure, ticket 7"}


def set_back(superuser: Superuser, job: Job, until: int) -> None:
    """The database as a backup of that moment holds it."""
    mine = f"practice_id = '{job.practice_id}'"
    lost = f"(select event_id from audit.link where {mine} and seq > {until})"
    meddle(
        superuser,
        f"delete from audit.checkpoint where {mine} and last_seq > {until}",
        f"delete from audit.fork where {mine} and event_id in {lost}",
        f"delete from audit.archive where {mine} and last_seq > {until}",
        f"delete from audit.event where id in {lost}",
        f"delete from audit.payload where event_id in {lost}",
        f"delete from audit.link where {mine} and seq > {until}",
    )


@pytest.fixture
def lost(job: Job, cast: Cast, superuser: Superuser) -> tuple[int, datetime]:
    """Two checkpoints and half of a third are kept of five; the newest entry kept, the moment."""
    seal_log(job)
    something_happens(cast)
    seal_log(job, at_once=True)
    something_happens(cast)
    until, moment = head(job), clock.now()
    something_happens(cast, 2)
    seal_log(job, at_once=True)
    something_happens(cast)
    seal_log(job, at_once=True)
    set_back(superuser, job, until)
    return until, moment


def exported(job: Job, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    export_log(job, folder, reason="test")
    capsys.readouterr()
    code = verify_audit.main([str(folder)])
    return code, capsys.readouterr().out


def test_an_undeclared_cut_is_found_and_stops_the_sealing(
    job: Job, cast: Cast, lost: tuple[int, datetime], tmp_path: Path, capsys: Any
) -> None:
    with pytest.raises(LogBroken) as broken:
        verify_log(job)
    found = {one.seq for one in broken.value.findings if one.kind == "truncated"}
    assert lost[0] + 1 in found
    something_happens(cast)
    with pytest.raises(LogBroken):
        seal_log(job, at_once=True)
    code, said = exported(job, tmp_path, capsys)
    assert (code, "NOT what it was" in said, "SET BACK" in said) == (1, True, False)


def test_a_declared_restore_is_explained_and_sealing_goes_on(
    job: Job, cast: Cast, lost: tuple[int, datetime], tmp_path: Path, capsys: Any
) -> None:
    until, moment = lost
    something_happens(cast)  # somebody worked before the operator came to it
    before = set(objects())
    made = declare_restore(job, to=moment, **WHO)
    assert (made.fork, made.last_kept, made.last_lost) == (1, until, until + 6)
    assert len(made.void) == 2
    assert seal_log(job, at_once=True) == 1
    assert noted(job)[-1] == (until - 1, head(job))
    assert before < set(objects()), "what was signed stays where it was"
    assert any("/fork-0001/" in one for one in objects())
    [chain, checkpoints, _] = verify_log(job, whole=True)
    assert (chain.outcome, checkpoints.report.counts["void"]) == ("passed", 2)
    something_happens(cast)
    assert seal_log(job, at_once=True) == 1
    verify_log(job)
    code, said = exported(job, tmp_path, capsys)
    assert code == 0, said
    assert "SET BACK" in said
    for word in (WHO["by"], WHO["second"], f"Entries {until + 1} to {until + 6}"):
        assert word in said


def test_the_reason_and_the_digests_stand_in_the_log(job: Job, lost: tuple[int, datetime]) -> None:
    made = declare_restore(job, to=lost[1], **WHO)
    with job.session() as session:
        row = session.execute(
            text(
                "select e.reason, p.retention, p.body from audit.event e join audit.payload p"
                " on p.event_id = e.id where e.action = 'log.restored'"
            )
        ).one()
    assert (row.reason, row.retention) == (WHO["reason"], "configuration")
    assert {one["sha256"] for one in row.body["void"]} == set(made.void)
    assert row.body["lost"] == 6


def test_after_a_restore_a_new_cut_is_still_found(
    job: Job, cast: Cast, lost: tuple[int, datetime], superuser: Superuser,
    tmp_path: Path, capsys: Any,
) -> None:  # fmt: skip
    declare_restore(job, to=lost[1], **WHO)
    seal_log(job, at_once=True)
    something_happens(cast)
    end = head(job)
    seal_log(job, at_once=True)
    set_back(superuser, job, end - 2)
    with pytest.raises(LogBroken) as broken:
        verify_log(job)
    assert end in {one.seq for one in broken.value.findings}
    something_happens(cast)
    assert exported(job, tmp_path, capsys)[0] == 1


def test_a_restore_excuses_nothing_that_was_kept(
    job: Job, cast: Cast, lost: tuple[int, datetime], superuser: Superuser,
    tmp_path: Path, capsys: Any,
) -> None:  # fmt: skip
    """The last kept entries are vouched for by a void checkpoint alone, until they are sealed."""
    until, moment = lost
    declare_restore(job, to=moment, **WHO)
    mine = f"practice_id = '{job.practice_id}'"
    changed = f"(select event_id from audit.link where seq = {until} and {mine})"
    meddle(
        superuser,
        f"update audit.event set reason = 'x' where id = {changed}",
        REWRITE.replace("{practice}", str(job.practice_id)),
    )
    with pytest.raises(LogBroken) as broken:
        verify_log(job)
    assert ("rewritten", until) in {(one.kind, one.seq) for one in broken.value.findings}
    code, said = exported(job, tmp_path, capsys)
    assert (code, "before the restore" in said) == (1, True)


def test_a_second_restore_behind_the_first_ones_declaration(
    job: Job, cast: Cast, lost: tuple[int, datetime], superuser: Superuser,
    tmp_path: Path, capsys: Any,
) -> None:  # fmt: skip
    until, moment = lost
    declare_restore(job, to=moment, **WHO)
    seal_log(job, at_once=True)
    set_back(superuser, job, until)
    again = declare_restore(job, to=moment, **WHO)
    assert (again.fork, again.last_kept, len(again.void)) == (2, until, 3)
    assert seal_log(job, at_once=True) == 1
    verify_log(job)
    assert exported(job, tmp_path, capsys)[0] == 0


def test_a_day_whose_archive_was_lost_is_archived_again(
    job: Job, cast: Cast, superuser: Superuser
) -> None:
    seal_log(job)
    until, moment = head(job), clock.now()
    something_happens(cast)
    seal_log(job, at_once=True)
    with clock.freeze(clock.now() + timedelta(days=2)):
        assert archive_log(job) >= 1
        set_back(superuser, job, until)
        with pytest.raises(LogBroken):
            archive_log(job)
        declare_restore(job, to=moment, **WHO)
        assert archive_log(job) >= 1
        seal_log(job, at_once=True)
        verify_log(job, whole=True)


def test_what_is_declared_must_fit_the_log(
    job: Job, cast: Cast, lost: tuple[int, datetime]
) -> None:
    _, moment = lost
    with pytest.raises(NotARestore, match="later"):
        declare_restore(job, to=moment - timedelta(days=400), **WHO)
    something_happens(cast)
    with pytest.raises(NotARestore, match="earlier"):
        declare_restore(job, to=clock.now() + timedelta(days=1), **WHO)
    with pytest.raises(NotARestore, match="alone"):
        declare_restore(job, to=moment, by="Omar", second="omar ", reason="x")
    with pytest.raises(NotARestore, match="why"):
        declare_restore(job, to=moment, by="Omar", second="Maya", reason=" ")
    assert find_loss(job).fork == 1


def test_a_forged_object_in_the_archive_is_no_restore(
    job: Job, lost: tuple[int, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "is_signed", lambda *_: False)
    with pytest.raises(LogBroken, match="not ours"):
        declare_restore(job, to=lost[1], **WHO)


def test_nobody_notes_such_an_entry_by_hand(job: Job, settings: Settings, cast: Cast) -> None:
    for action in ("log.restored", "payload.erased"):
        with (
            pytest.raises(DBAPIError, match="not noted by hand"),
            open_session(cast.seagrape.context()) as session,
        ):
            act(session, action, target=("log", None))
    with psycopg.connect(settings.web_dsn) as web:
        web.execute("select set_config('app.practice_id', %s, true)", (str(job.practice_id),))
        web.execute("set local role bedside_job")
        with pytest.raises(psycopg.DatabaseError, match="the web does not write"):
            web.execute("select audit.note_restore(1, 0, '{}')")


def test_a_fork_begins_once_and_behind_what_is_sealed(job: Job) -> None:
    seal_log(job)
    note = text("select audit.note_restore(:fork, :kept, '{}')")
    with pytest.raises(DBAPIError, match="behind what is sealed"), job.session() as session:
        session.execute(note, {"fork": 1, "kept": 0})
    with job.session() as session:
        session.execute(note, {"fork": 1, "kept": head(job)})
    with pytest.raises(DBAPIError, match="declared before"), job.session() as session:
        session.execute(note, {"fork": 1, "kept": head(job)})


def test_the_operators_command(
    app: Flask, job: Job, lost: tuple[int, datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = keyring.current()
    asked = ("audit", "restored", "--practice", "seagrape", "--by", WHO["by"])
    asked += ("--second", WHO["second"], "--reason", WHO["reason"])
    run = app.test_cli_runner().invoke
    done = run(args=[*asked, "--to", f"{lost[1]:%Y-%m-%dT%H:%M:%S}Z"], input="n\n")
    assert (done.exit_code, "6 sealed entries beyond are lost" in done.output) == (1, True)
    done = run(args=[*asked, "--to", "2001-01-01T00:00:00Z", "--yes"])
    assert (done.exit_code, "was kept and is of" in done.output) == (1, True)
    done = run(
        args=[*asked, "--to", f"{lost[1] + timedelta(seconds=1):%Y-%m-%dT%H:%M:%S}Z", "--yes"]
    )
    assert (done.exit_code, "fork 1" in done.output) == (0, True), done.output
    keyring.install(kept)


def test_the_log_screen_tells_of_it(
    app: Flask, job: Job, cast: Cast, lost: tuple[int, datetime]
) -> None:
    made: Restore = declare_restore(job, to=lost[1], **WHO)
    owner = next(one for one in cast.seagrape.staff.values() if Role.OWNER in one.roles)
    viewer = owner.acting(Role.OWNER)
    with open_session(viewer.context()) as session:
        proof = read_log_proof(session, viewer=viewer)
    assert [one.fork for one in proof.restores] == [made.fork]
    with app.test_request_context():
        [said] = present_proof(proof, "America/New_York").restores
    for words in (WHO["by"], WHO["second"], WHO["reason"], "6 entries"):
        assert words in said
