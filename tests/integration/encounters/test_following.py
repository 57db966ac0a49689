"""An encounter follows its visit, what waits is raised once, and a summary is approved once."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.access.visits import get_visit
from shared.attention import resolve_item
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.booking.confirming import confirm_appointment
from shared.config import Settings
from shared.db import open_session
from shared.encounters import following
from shared.encounters.errors import ChangedMeanwhile, NothingWritten, NotSigned, NotTheirs
from shared.encounters.states import FHIR_STATUS, MOVES, Status
from shared.encounters.summaries import approve_summary, save_summary
from shared.encounters.waiting import watch_encounters
from shared.jobs.registry import Job, load_tasks
from shared.models.attention_item import AttentionItem
from shared.models.encounter import Encounter
from shared.people.consent_texts import consent_text
from shared.visits.attending import (
    begin,
    call_off,
    check_in,
    end_visit,
    mark_no_show,
    move_visit,
    open_visit,
    step_in,
)
from shared.visits.consents import sign_consent
from shared.visits.phone import convert_to_phone
from tests.encountering import OTHER, Writing, physician_of
from tests.people import SEEDED_AT, Cast
from tests.visiting import mails


class Day:
    """A booked visit and its steps, at the times they happen."""

    def __init__(self, cast: Cast) -> None:
        self.practice = cast.seagrape
        self.patient = self.practice.patients["ana"].viewer
        self.doctor, _ = physician_of(self.practice)
        self.job = self.practice.job()
        with clock.freeze(SEEDED_AT):
            with open_session(self.patient.context()) as session:
                kind = get_visit_type(session, practice_id=self.practice.id, slug="first-visit")
                free = find_next_times(session, visit_type=kind, count=1)[0]
                held = hold_slot(
                    session, visit_type=kind, starts_at=free.starts_at, by=self.patient,
                    time_zone="America/New_York",
                )  # fmt: skip
                self.appointment_id, self.starts_at = held.id, held.starts_at
            with open_session(self.job.context()) as session:
                row = access_appointment(
                    session, viewer=self.job, appointment_id=self.appointment_id
                )
                confirm_appointment(session, appointment=row, by=self.job)

    def open(self) -> None:
        early = self.starts_at - timedelta(minutes=10)
        with clock.freeze(early), open_session(self.patient.context()) as session:
            row = access_appointment(
                session, viewer=self.patient, appointment_id=self.appointment_id
            )
            self.visit_id = open_visit(session, appointment=row, by=self.patient).id

    def step(self, do: Any, by: Principal, minutes: int = 0, **more: Any) -> str:
        with (
            clock.freeze(self.starts_at + timedelta(minutes=minutes)),
            open_session(by.context()) as session,
        ):
            visit = get_visit(session, viewer=by, visit_id=self.visit_id, lock=True)
            do(session, visit=visit, by=by, **more)
        return self.encounter().status

    def arrive(self) -> str:
        self.step(sign_consent, self.patient, version=consent_text().version)
        return self.step(check_in, self.patient, state="FL")

    def encounter(self) -> Encounter:
        with open_session(self.job.context()) as session:
            return session.scalars(
                select(Encounter)
                .where(Encounter.appointment_id == self.appointment_id)
                .execution_options(door=True)
            ).one()


@pytest.fixture
def day(app: Flask, cast: Cast) -> Day:
    found = Day(cast)
    found.open()
    return found


def test_a_video_visit_takes_its_encounter_along(day: Day) -> None:
    assert day.encounter().status == "planned"
    assert day.arrive() == "arrived"
    assert day.step(step_in, day.doctor) == "arrived", "the room says when both are there"
    assert day.step(begin, day.patient) == "in_progress"
    assert day.step(end_visit, day.doctor, 40) == "in_progress", "over, and no word written"
    assert day.step(end_visit, day.doctor, 41) == "in_progress"
    row = day.encounter()
    assert (row.began_at, row.ended_at) == (
        day.starts_at,
        day.starts_at + timedelta(minutes=40),
    )


def test_a_visit_by_phone_begins_when_the_doctor_comes(day: Day) -> None:
    day.arrive()
    told = {"reason": "check_failed", "number": "(561) 555-0171"}
    assert day.step(convert_to_phone, day.patient, **told) == "arrived"
    assert day.step(step_in, day.doctor, 2) == "in_progress"
    assert day.step(mark_no_show, day.doctor, 20) == "cancelled", "nobody took the call"
    assert day.encounter().closed_because == "no_show"


def test_who_was_absent_stays_absent(day: Day) -> None:
    assert day.step(mark_no_show, day.doctor, 20) == "cancelled"
    for step in (following.arrive, following.begin, following.end):
        assert day.step(step, day.doctor, 22) == "cancelled"
    assert day.encounter().closed_because == "no_show"


def test_a_visit_that_is_moved_or_called_off_takes_it_along(day: Day) -> None:
    day.arrive()
    with open_session(day.job.context()) as session:
        row = access_appointment(session, viewer=day.job, appointment_id=day.appointment_id)
        session.expunge(row)
    row.starts_at += timedelta(days=1)
    row.ends_at += timedelta(days=1)
    assert day.step(move_visit, day.job, appointment=row) == "planned"
    assert day.encounter().planned_for == day.starts_at + timedelta(days=1)
    assert day.step(call_off, day.job) == "cancelled"
    assert day.encounter().closed_because == "cancelled"


def items(writing: Writing) -> list[AttentionItem]:
    with open_session(writing.practice.context()) as session:
        return list(
            session.scalars(
                select(AttentionItem)
                .where(AttentionItem.subject_id == writing.encounter_id)
                .order_by(AttentionItem.since)
                .execution_options(door=True)
            )
        )


def watch(writing: Writing, *, hours: float) -> int:
    job = writing.practice.job()
    later = clock.now() + timedelta(hours=hours)
    with clock.freeze(later), open_session(job.context()) as session:
        return watch_encounters(session, by=job)


def test_what_waits_a_day_is_raised_once_and_ends_by_itself(writing: Writing) -> None:
    assert watch(writing, hours=23) == 0
    assert watch(writing, hours=25) == 1
    assert watch(writing, hours=26) == 0, "twice is once"
    assert watch(writing, hours=400) == 0, "and late is once"
    [item] = items(writing)
    assert (item.kind, item.resolved_at) == ("encounter_undocumented", None)
    writing.sign(writing.save("Now", 0))
    assert items(writing)[0].resolved_at is not None
    assert watch(writing, hours=30) == 1
    unsent = items(writing)[1]
    assert (unsent.kind, unsent.resolved_at) == ("summary_unsent", None)
    writing.approve(writing.summarise("Told", 0))
    assert [one.resolved_at is None for one in items(writing)] == [False, False]
    assert watch(writing, hours=60) == 0


def test_the_worker_knows_the_watch(writing: Writing, settings: Settings) -> None:
    with clock.freeze(clock.now() + timedelta(hours=25)):
        watch = load_tasks()["watch_encounters"]
        watch.call(Job("watch_encounters", writing.practice.id, settings), {})
    [item] = items(writing)
    assert item.kind == "encounter_undocumented"


@pytest.mark.parametrize(("outcome", "again"), [("done", 1), ("not_needed", 0)])
def test_an_answer_holds_for_a_day_or_for_good(writing: Writing, outcome: str, again: int) -> None:
    watch(writing, hours=25)
    [item] = items(writing)
    later = clock.now() + timedelta(hours=25)
    with clock.freeze(later), open_session(writing.doctor.context()) as session:
        resolve_item(session, item_id=item.id, outcome=outcome, by=writing.doctor)
    assert watch(writing, hours=40) == 0
    assert watch(writing, hours=50) == again


def test_a_summary_is_sent_once_and_after_the_signature(writing: Writing) -> None:
    with pytest.raises(NothingWritten):
        writing.approve(0)
    version = writing.save("Note", 0)
    draft = writing.summarise("Words", 0)
    with pytest.raises(NotSigned):
        writing.approve(draft)
    writing.sign(version)
    with pytest.raises(ChangedMeanwhile):
        writing.approve(draft + 1)
    assert writing.approve(draft) == writing.approve(draft)
    told = [context for name, context in mails(writing.practice.id) if name == "summary_ready"]
    assert len(told) == 1
    assert writing.summarise("Words", 0) == 0, "the same text is no correction"


def test_two_windows_never_overwrite_a_summary_unseen(writing: Writing) -> None:
    writing.save("Note", 0)
    assert writing.summarise("One", 0) == 1
    with pytest.raises(ChangedMeanwhile):
        writing.summarise("Two", 0, OTHER)
    assert writing.summarise("Two", 1, OTHER) == 2


def test_nobody_but_the_treating_physician_writes_a_summary(writing: Writing) -> None:
    rosa = writing.practice.staff["rosa"]
    nurse = Principal(
        writing.practice.id,
        frozenset({Role.NURSE}),
        account_id=rosa.account_id,
        acting_as=Role.NURSE,
    )
    for step, more in (
        (save_summary, {"texts": {"talked": "x"}, "version": 0, "window": "w"}),
        (approve_summary, {"version": 1}),
    ):
        with pytest.raises((NotTheirs, NotFound)):
            writing.do(step, by=nurse, **more)


def test_the_machine_has_a_word_of_fhir_for_every_state() -> None:
    known = {"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled"}
    assert set(FHIR_STATUS) == set(Status) == set(MOVES)
    assert set(FHIR_STATUS.values()) <= known
    reached = {end for ends in MOVES.values() for end in ends}
    assert reached == set(Status)
    for signed in (Status.SIGNED, Status.SUMMARY_SENT):
        assert MOVES[signed] <= {Status.SUMMARY_SENT}, "what is signed never goes back"
