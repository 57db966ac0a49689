"""An encounter follows its visit: it is made with it, and each of the visit's steps moves it.

A step that comes twice, late or out of order changes nothing that was signed, and nothing twice.
"""

from sqlalchemy.orm import Session

from shared import clock
from shared.access.encounters import find_encounter_of
from shared.access.principal import Principal
from shared.encounters.states import OPEN, Status, can_move, move
from shared.events import act
from shared.models.encounter import Encounter
from shared.models.visit import Visit

NO_SHOW, CANCELLED = "no_show", "cancelled"


def encounter_of(session: Session, *, visit: Visit, by: Principal) -> Encounter:
    """The visit's encounter, locked; made when it is first needed."""
    found = find_encounter_of(session, viewer=by, appointment_id=visit.appointment_id, lock=True)
    if found is not None:
        return found
    row = Encounter(
        practice_id=visit.practice_id,
        appointment_id=visit.appointment_id,
        patient_id=visit.patient_id,
        practitioner_id=visit.practitioner_id,
        status=Status.PLANNED.value,
        planned_for=visit.starts_at,
        created_at=clock.now(),
    )
    session.add(row)
    act(session, "encounter.planned", target=row, patient_id=row.patient_id)
    return row


def arrive(session: Session, *, visit: Visit, by: Principal) -> None:
    """The patient is here."""
    row = encounter_of(session, visit=visit, by=by)
    if not can_move(row.status, Status.ARRIVED):
        return
    move(row, Status.ARRIVED)
    row.arrived_at = clock.now()
    act(session, "encounter.arrived", target=row, patient_id=row.patient_id)


def begin(session: Session, *, visit: Visit, by: Principal) -> None:
    """Both are there, in the room or on the telephone."""
    row = encounter_of(session, visit=visit, by=by)
    if can_move(row.status, Status.IN_PROGRESS):
        _begin(session, row)


def end(session: Session, *, visit: Visit, by: Principal) -> None:
    """The visit is over. With words in its note the encounter is documented."""
    row = encounter_of(session, visit=visit, by=by)
    if can_move(row.status, Status.IN_PROGRESS):
        _begin(session, row)
    if Status(row.status) not in OPEN or row.ended_at is not None:
        return
    row.ended_at = clock.now()
    act(session, "encounter.ended", target=row, patient_id=row.patient_id)
    note_documented(session, row)


def close(session: Session, *, visit: Visit, because: str, by: Principal) -> None:
    """Nobody came, or it was called off."""
    row = encounter_of(session, visit=visit, by=by)
    if not can_move(row.status, Status.CANCELLED):
        return
    move(row, Status.CANCELLED)
    row.closed_because = because
    act(session, "encounter.cancelled", target=row, patient_id=row.patient_id, why=because)


def postpone(session: Session, *, visit: Visit, by: Principal) -> None:
    """The visit is at another time now."""
    row = encounter_of(session, visit=visit, by=by)
    if row.planned_for == visit.starts_at or Status(row.status) not in OPEN:
        return
    if can_move(row.status, Status.PLANNED):
        move(row, Status.PLANNED)
    row.planned_for, row.arrived_at = visit.starts_at, None
    act(session, "encounter.postponed", target=row, patient_id=row.patient_id)


def note_documented(session: Session, encounter: Encounter) -> None:
    """Once the visit is over and its note has words, it is documented."""
    over = encounter.ended_at is not None and encounter.written_at is not None
    if over and can_move(encounter.status, Status.DOCUMENTED):
        move(encounter, Status.DOCUMENTED)
        act(session, "encounter.documented", target=encounter, patient_id=encounter.patient_id)


def _begin(session: Session, row: Encounter) -> None:
    move(row, Status.IN_PROGRESS)
    row.began_at = row.began_at or clock.now()
    act(session, "encounter.began", target=row, patient_id=row.patient_id)
