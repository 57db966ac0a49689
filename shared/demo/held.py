"""Visits of the past, held and written about by the services a practice uses, at their own time."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.principal import Principal, Role
from shared.access.visits import get_visit
from shared.config import Settings
from shared.db import open_session
from shared.demo.bookings import book_visit, viewers_of
from shared.demo.charts import WasHeld
from shared.demo.facts import Booked
from shared.encounters.addenda import add_addendum
from shared.encounters.following import encounter_of
from shared.encounters.notes import save_note, sign_note
from shared.encounters.summaries import approve_summary, save_summary
from shared.models.appointment import Appointment
from shared.models.practitioner import PractitionerRole
from shared.people.consent_texts import consent_text
from shared.visits.attending import begin, check_in, end_visit, open_visit, step_in
from shared.visits.consents import sign_consent

WINDOW = "demo"
EARLY, LENGTH = timedelta(minutes=5), timedelta(minutes=24)


def add_held_visits(settings: Settings, practice_id: UUID, held: Iterable[WasHeld]) -> None:
    """Book, hold, write and tell each, at its own moments by the clock of the log."""
    now = clock.now()
    patients = viewers_of(practice_id)
    for one in held:
        patient = patients[one.given_name]
        booked = Booked(one.given_name, one.visit, one.days_ago, one.nth, one.state)
        with clock.freeze(now - timedelta(days=one.days_ago)):
            appointment_id = book_visit(settings, patient, booked)
        _hold(patient, appointment_id, one)


def _hold(patient: Principal, appointment_id: UUID, one: WasHeld) -> None:
    with open_session(patient.context()) as session:
        row = access_appointment(session, viewer=patient, appointment_id=appointment_id)
        starts_at = row.starts_at
    doctor = _doctor_of(patient.practice_id, row)
    with clock.freeze(starts_at - EARLY), open_session(patient.context()) as session:
        row = access_appointment(session, viewer=patient, appointment_id=appointment_id)
        visit = open_visit(session, appointment=row, by=patient)
        sign_consent(session, visit=visit, version=consent_text().version, by=patient)
        check_in(session, visit=visit, state=one.state, by=patient)
        visit_id = visit.id
    with clock.freeze(starts_at), open_session(doctor.context()) as session:
        visit = get_visit(session, viewer=doctor, visit_id=visit_id)
        step_in(session, visit=visit, by=doctor)
        begin(session, visit=get_visit(session, viewer=doctor, visit_id=visit_id), by=doctor)
    with clock.freeze(starts_at + LENGTH), open_session(doctor.context()) as session:
        visit = end_visit(
            session, visit=get_visit(session, viewer=doctor, visit_id=visit_id), by=doctor
        )
        encounter_id = encounter_of(session, visit=visit, by=doctor).id
    with clock.freeze(starts_at + LENGTH + EARLY):
        _write(doctor, encounter_id, one)


def _write(doctor: Principal, encounter_id: UUID, one: WasHeld) -> None:
    with open_session(doctor.context()) as session:
        saved = save_note(
            session,
            encounter_id=encounter_id,
            texts=one.note,
            version=0,
            window=WINDOW,
            by=doctor,
        )
        if not one.summary:
            return
        sign_note(session, encounter_id=encounter_id, version=saved.version, by=doctor)
    with open_session(doctor.context()) as session:
        draft = save_summary(
            session,
            encounter_id=encounter_id,
            texts=one.summary,
            version=0,
            window=WINDOW,
            by=doctor,
        )
        approve_summary(session, encounter_id=encounter_id, version=draft.version, by=doctor)
        if one.addendum:
            why, words = one.addendum
            add_addendum(session, encounter_id=encounter_id, why=why, words=words, by=doctor)


def _doctor_of(practice_id: UUID, appointment: Appointment) -> Principal:
    """The practitioner of the visit, at work."""
    with open_session(Principal.job(practice_id, "seed").context()) as session:
        account_id = session.scalar(
            select(PractitionerRole.account_id).where(
                PractitionerRole.practice_id == practice_id,
                PractitionerRole.practitioner_id == appointment.practitioner_id,
            )
        )
    return Principal(
        practice_id,
        frozenset({Role.PHYSICIAN}),
        account_id=account_id,
        acting_as=Role.PHYSICIAN,
    )
