"""Who reads a note, who adds to it, and that nobody else does, in the program and beneath it."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.notes import find_note
from shared.access.principal import Principal, Role
from shared.auth.roles import add_grant
from shared.db import db, open_session
from shared.encounters.addenda import add_addendum
from shared.encounters.errors import NotTheirs
from shared.encounters.notes import save_note, sign_note
from shared.models.account import Account
from tests.encountering import WINDOW, Writing, said


def others(writing: Writing) -> dict[str, Principal]:
    rosa = writing.practice.staff["rosa"]
    account = {"practice_id": writing.practice.id, "account_id": rosa.account_id}
    return {
        role.value: Principal(roles=frozenset({role}), acting_as=role, **account)
        for role in (Role.RECEPTIONIST, Role.NURSE, Role.BILLER, Role.OWNER, Role.AUDITOR)
    } | {"patient": writing.patient.viewer, "job": writing.practice.job()}


def test_nobody_else_reads_or_writes_a_note(writing: Writing) -> None:
    version = writing.save("Secret", 0)
    encounter = writing.row()
    for name, other in others(writing).items():
        with open_session(other.context()) as session, pytest.raises(NotFound):
            find_note(session, viewer=other, encounter=encounter)
        for step, values in (
            (save_note, {"texts": {"plan": "Mine"}, "version": version, "window": WINDOW}),
            (sign_note, {"version": version}),
        ):
            with pytest.raises((NotTheirs, NotFound, DBAPIError)):
                writing.do(step, by=other, **values)
        assert said(writing.note()) == "Secret", name


@pytest.mark.parametrize("role", ["front_desk", "biller", "manager", "auditor", "patient"])
@pytest.mark.parametrize("table", ["note", "note_version", "note_addendum"])
def test_the_database_keeps_notes_from_other_roles(writing: Writing, role: str, table: str) -> None:
    writing.sign(writing.save("Secret", 0))
    context = writing.practice.context(f"bedside_{role}", patient_id=writing.patient.id)
    with open_session(context) as session, pytest.raises(DBAPIError, match="permission denied"):
        session.execute(text(f"select count(*) from {table}"))


def test_a_colleague_reads_adds_and_does_not_write(writing: Writing) -> None:
    rosa = writing.practice.staff["rosa"]
    with open_session(writing.practice.context("bedside_gate")) as session:
        account = session.get_one(Account, (writing.practice.id, rosa.account_id))
        add_grant(session, account=account, role="physician", granted_by=None)
    colleague = Principal(
        writing.practice.id,
        frozenset({Role.PHYSICIAN}),
        account_id=rosa.account_id,
        acting_as=Role.PHYSICIAN,
    )
    version = writing.save("Mine", 0)
    with open_session(colleague.context()) as session:
        assert find_note(session, viewer=colleague, encounter=writing.row()) is not None
    with pytest.raises(NotTheirs):
        writing.do(sign_note, by=colleague, version=version)
    writing.sign(version)
    added = writing.do(add_addendum, by=colleague, why="seen on call", words="Called back.")
    assert added.written_by == colleague.account_id
    forged = text(
        "insert into note_addendum (practice_id, id, note_id, patient_id, why_ct, words_ct,"
        " written_by, created_at) select practice_id, gen_random_uuid(), note_id, patient_id,"
        " why_ct, words_ct, :other, created_at from note_addendum"
    )
    with Session(db.engine) as session:
        session.info["context"] = colleague.context()
        session.execute(text("select set_config('app.action', 'note.saved', true)"))
        with pytest.raises(DBAPIError, match="row-level security"):
            session.execute(forged, {"other": writing.doctor.account_id})


def test_the_log_tells_each_step_without_a_word_of_the_note(
    writing: Writing, server: Any, database: str
) -> None:
    writing.sign(writing.save("Zqcanary of the note", 0))
    writing.do(add_addendum, why="Zqcanary of the reason", words="Zqcanary of the words")
    writing.approve(writing.summarise("Zqcanary of the summary", 0))
    with psycopg.connect(server.dsn_for(dbname=database)) as owner:
        told = owner.execute(
            "select count(*), count(*) filter (where p.body::text ilike '%zqcanary%')"
            " from audit.event e join audit.payload p on p.event_id = e.id"
        ).fetchone()
        actions = {
            row[0]
            for row in owner.execute(
                "select distinct action from audit.event where kind = 'act'"
                " and patient_id = %s", (writing.patient.id,)
            )
        }  # fmt: skip
    assert told is not None
    assert told[0] > 0
    assert told[1] == 0
    assert {"note.begun", "note.signed", "note.addendum_added", "summary.approved"} <= actions
