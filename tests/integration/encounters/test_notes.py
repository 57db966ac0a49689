"""A note: saved, never overwritten unseen, signed for good, added to."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from shared import clock
from shared.access.notes import list_addenda
from shared.db import open_session
from shared.encounters.addenda import add_addendum
from shared.encounters.errors import ChangedMeanwhile, NotHeld, NothingWritten, NotSigned, TooLong
from shared.encounters.notes import mark_held
from shared.encounters.sections import LONGEST
from shared.events import act
from shared.models.encounter import Encounter
from tests.encountering import OTHER, WINDOW, Writing, said

DOOR = {"door": True}


def test_a_window_goes_on_from_its_own_saves(writing: Writing) -> None:
    assert writing.save("") == 0
    assert writing.save("One", 0) == 1
    assert writing.save("One and two", 1) == 2
    # The second save was on its way when the third left: both come from the same window.
    assert writing.save("One, two and three", 1) == 3
    assert writing.save("One, two and three", 3) == 3
    assert said(writing.note()) == "One, two and three"
    assert [said(row) for row in writing.versions()] == ["One"]


def test_two_windows_keep_both_texts_and_say_so(writing: Writing) -> None:
    writing.save("Mine", 0)
    assert writing.try_to_save("Theirs", 0, OTHER) == "ChangedMeanwhile"
    assert writing.try_to_save("Theirs, more", 0, OTHER) == "ChangedMeanwhile"
    assert said(writing.note()) == "Mine"
    asides = [row for row in writing.versions() if row.kind == "aside"]
    assert [said(row) for row in asides] == ["Theirs"], "not every keystroke is kept"
    assert writing.try_to_save("Theirs, by hand", 0, OTHER, by_hand=True) == "ChangedMeanwhile"
    kept = {said(row) for row in writing.versions()}
    assert kept == {"Mine", "Theirs", "Theirs, by hand"}
    # Having seen both, the other window may go on.
    assert writing.try_to_save("Both", 1, OTHER, by_hand=True) == "saved"
    assert said(writing.note()) == "Both"


def test_versions_are_kept_by_hand_and_every_two_minutes(writing: Writing) -> None:
    started = clock.now()
    writing.save("0", 0)
    for minute in range(1, 6):
        with clock.freeze(started + timedelta(minutes=minute)):
            writing.save(str(minute), minute)
    with clock.freeze(started + timedelta(minutes=6)):
        writing.save("6", 6, by_hand=True)
    assert [said(row) for row in writing.versions()] == ["6", "4", "2", "0"]


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
    assert [one.kind for one in writing.versions()] == ["signed", "saved"]
    assert writing.try_to_save("Late", version, WINDOW) == "AlreadySigned"
    assert said(writing.note()) == "All of it"
    assert said(writing.versions()[0]) == "Late", "typed after the signature, and kept"


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
        found = list_addenda(session, viewer=writing.doctor, note=writing.note())
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
