"""A note: saved, never overwritten unseen, signed for good, added to."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.notes import find_note, list_addenda, list_versions
from shared.access.principal import Principal, Role
from shared.auth.roles import add_grant
from shared.db import db, open_session
from shared.encounters.addenda import add_addendum
from shared.encounters.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    NotHeld,
    NothingWritten,
    NotSigned,
    NotTheirs,
    TooLong,
    WritingRefused,
)
from shared.encounters.notes import mark_held, save_note, sign_note
from shared.encounters.sections import LONGEST, NOTE, texts_of
from shared.events import act
from shared.models.account import Account
from shared.models.encounter import Encounter
from shared.models.note import Note, NoteVersion
from tests.encountering import OTHER, WINDOW, Writing

DOOR = {"door": True}


def note_of(writing: Writing) -> Note:
    with open_session(writing.doctor.context()) as session:
        found = find_note(session, viewer=writing.doctor, encounter=writing.row())
        assert found is not None
        return found


def versions_of(writing: Writing) -> list[NoteVersion]:
    with open_session(writing.doctor.context()) as session:
        return list_versions(session, viewer=writing.doctor, note=note_of(writing))


def said(row: Any) -> str:
    return texts_of(row, NOTE)["plan"]


def try_to_save(writing: Writing, *args: Any, **more: Any) -> str:
    """Save as the edge does: what was put aside is committed with the refusal."""
    with open_session(writing.doctor.context()) as session:
        try:
            texts = dict.fromkeys(NOTE, args[0])
            save_note(
                session, encounter_id=writing.encounter_id, texts=texts, version=args[1],
                window=args[2], by=writing.doctor, **more,
            )  # fmt: skip
        except (ChangedMeanwhile, AlreadySigned) as refusal:
            return type(refusal).__name__
    return "saved"


def test_a_window_goes_on_from_its_own_saves(writing: Writing) -> None:
    assert writing.save("") == 0
    assert writing.save("One", 0) == 1
    assert writing.save("One and two", 1) == 2
    # The second save was on its way when the third left: both come from the same window.
    assert writing.save("One, two and three", 1) == 3
    assert writing.save("One, two and three", 3) == 3
    assert said(note_of(writing)) == "One, two and three"
    assert [said(row) for row in versions_of(writing)] == ["One"]


def test_two_windows_keep_both_texts_and_say_so(writing: Writing) -> None:
    writing.save("Mine", 0)
    assert try_to_save(writing, "Theirs", 0, OTHER) == "ChangedMeanwhile"
    assert try_to_save(writing, "Theirs, more", 0, OTHER) == "ChangedMeanwhile"
    assert said(note_of(writing)) == "Mine"
    asides = [row for row in versions_of(writing) if row.kind == "aside"]
    assert [said(row) for row in asides] == ["Theirs"], "not every keystroke is kept"
    assert try_to_save(writing, "Theirs, by hand", 0, OTHER, by_hand=True) == "ChangedMeanwhile"
    kept = {said(row) for row in versions_of(writing)}
    assert kept == {"Mine", "Theirs", "Theirs, by hand"}
    # Having seen both, the other window may go on.
    assert try_to_save(writing, "Both", 1, OTHER, by_hand=True) == "saved"
    assert said(note_of(writing)) == "Both"


def test_versions_are_kept_by_hand_and_every_two_minutes(writing: Writing) -> None:
    started = clock.now()
    writing.save("0", 0)
    for minute in range(1, 6):
        with clock.freeze(started + timedelta(minutes=minute)):
            writing.save(str(minute), minute)
    with clock.freeze(started + timedelta(minutes=6)):
        writing.save("6", 6, by_hand=True)
    assert [said(row) for row in versions_of(writing)] == ["6", "4", "2", "0"]


def test_signing_locks_and_signing_twice_is_signing_once(writing: Writing) -> None:
    with pytest.raises(NothingWritten):
        writing.sign(0)
    version = writing.save("All of it", 0)
    with pytest.raises(ChangedMeanwhile):
        writing.sign(version + 1)
    writing.sign(version)
    writing.sign(version)
    row = writing.row()
    assert (row.status, row.signed_at) == ("signed", clock.now())
    assert [one.kind for one in versions_of(writing)] == ["signed", "saved"]
    assert try_to_save(writing, "Late", version, WINDOW) == "AlreadySigned"
    assert said(note_of(writing)) == "All of it"
    assert said(versions_of(writing)[0]) == "Late", "typed after the signature, and kept"


@pytest.mark.parametrize(
    "change",
    [
        "update note set version = version + 1",
        "update note set plan_ct = reason_ct",
        "update note set signed_at = null",
        "update note_version set kind = 'saved'",
        "update note_addendum set created_at = now()",
        "update encounter set status = 'in_progress', signed_at = null",
    ],
)
def test_the_database_refuses_to_change_what_was_signed(
    writing: Writing, server: Any, database: str, change: str
) -> None:
    """Not even its owner may."""
    writing.sign(writing.save("All of it", 0))
    writing.do(add_addendum, why="a result came in", words="It is fine.")
    with psycopg.connect(server.dsn_for(dbname=database)) as owner:
        owner.execute("select set_config('app.action', 'note.saved', false)")
        with pytest.raises(psycopg.DatabaseError, match="signed"):
            owner.execute(change.encode())


def test_addenda_come_after_the_signature_with_reason_and_author(writing: Writing) -> None:
    version = writing.save("All of it", 0)
    with pytest.raises(NotSigned):
        writing.do(add_addendum, why="a result", words="Fine.")
    writing.sign(version)
    for why, words in (("", "Fine."), ("a result", "   "), ("x", "Fine.")):
        with pytest.raises(NothingWritten):
            writing.do(add_addendum, why=why, words=words)
    with pytest.raises(TooLong):
        writing.do(add_addendum, why="a result", words="x" * (LONGEST + 1))
    writing.do(add_addendum, why="a\nresult", words="First.")
    writing.do(add_addendum, why="a dose was mistyped", words="Second.")
    with open_session(writing.doctor.context()) as session:
        found = list_addenda(session, viewer=writing.doctor, note=note_of(writing))
    assert [(one.why, one.words) for one in found] == [
        ("a result", "First."),
        ("a dose was mistyped", "Second."),
    ]
    assert {one.written_by for one in found} == {writing.doctor.account_id}


def test_a_visit_that_has_not_begun_is_not_signed_until_it_took_place(writing: Writing) -> None:
    with open_session(writing.doctor.context()) as session:
        row = session.get_one(
            Encounter, (writing.practice.id, writing.encounter_id), execution_options=DOOR
        )
        row.status, row.began_at = "arrived", None
        act(session, "encounter.arrived", target=row, patient_id=row.patient_id)
    version = writing.save("Prepared", 0)
    with pytest.raises(NotHeld):
        writing.sign(version)
    writing.do(mark_held)
    writing.do(mark_held)
    assert writing.row().status == "documented"
    writing.sign(version)


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
        assert said(note_of(writing)) == "Secret", name


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


def in_parallel(app: Flask, steps: list[Any]) -> list[str]:
    """Every step in a thread of its own, begun together; how each ended."""

    def run(step: Any) -> str:
        with app.app_context():
            try:
                return str(step())
            except WritingRefused as refusal:
                return type(refusal).__name__

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))


def test_many_windows_at_once_lose_nothing(app: Flask, writing: Writing) -> None:
    """Eight windows save eight texts at the same moment: one stands, seven are kept beside it."""
    texts = [f"Text of window {number}" for number in range(8)]
    told = in_parallel(
        app,
        [
            lambda t=text, n=number: try_to_save(writing, t, 0, f"window-{n}", by_hand=True)
            for number, text in enumerate(texts)
        ],
    )
    assert sorted(told) == ["ChangedMeanwhile"] * 7 + ["saved"]
    rows = versions_of(writing)
    assert {said(row) for row in rows} == set(texts)
    assert len([row for row in rows if row.kind == "aside"]) == 7


def test_signing_while_saves_run_signs_one_text_and_keeps_the_others(
    app: Flask, writing: Writing
) -> None:
    version = writing.save("As read before signing", 0)
    saves = [
        lambda n=number: try_to_save(writing, f"Typed {n}", version, WINDOW, by_hand=True)
        for number in range(5)
    ]
    signs = [lambda: writing.do(sign_note, version=version).version for _ in range(3)]
    told = in_parallel(app, [*saves[:2], *signs, *saves[2:]])
    note = note_of(writing)
    kept = {said(row) for row in versions_of(writing)}
    assert {"As read before signing", *(f"Typed {n}" for n in range(5))} <= kept
    signed = [row for row in versions_of(writing) if row.kind == "signed"]
    if note.signed_at is None:
        assert signed == []
        assert told.count("ChangedMeanwhile") == 3, "it was another text by then"
    else:
        assert [said(row) for row in signed] == [said(note)] == ["As read before signing"]
        assert told.count("AlreadySigned") == 5


HOSTILE = {
    "script": "<script>alert(1)</script>{{ 7*7 }}",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627",
    "emoji": "\U0001f469\u200d\u2695\ufe0f\U0001f92f" * 50,
    "long": "x" * LONGEST,
    "lines": "one\r\ntwo\rthree\n\n\tfour",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_text_comes_back_as_it_was_typed(writing: Writing, kind: str) -> None:
    typed = HOSTILE[kind]
    writing.save(typed, 0)
    expected = typed.replace("\r\n", "\n").replace("\r", "\n")
    assert said(note_of(writing)) == expected


def test_what_no_keyboard_types_is_left_out_and_too_much_is_refused(writing: Writing) -> None:
    writing.save("a\x00b\x07c\ud800d", 0)
    assert said(note_of(writing)) == "abcd"
    with pytest.raises(TooLong):
        writing.save("x" * 100_000, 1)
    assert said(note_of(writing)) == "abcd"


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
