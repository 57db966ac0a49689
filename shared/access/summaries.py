"""Doors to the summaries of visits: drafts for physicians, what was approved for the patient."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, func, select, text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.notes import reads_notes
from shared.access.principal import Principal
from shared.events import look
from shared.models.appointment import Appointment
from shared.models.encounter import Encounter
from shared.models.practitioner import Practitioner
from shared.models.visit_summary import VisitSummary

_OPENED = text("""
    select min(at) from audit.event
    where practice_id = :practice_id and patient_id = :patient_id and kind = 'look'
        and action = 'summary.viewed' and target_id = :summary_id
        and actor_kind in ('patient', 'proxy')
""")


@dataclass(frozen=True, slots=True)
class OwnSummary:
    """A summary as its patient gets it: the latest word about one visit."""

    summary: VisitSummary
    appointment: Appointment
    practitioner: Practitioner


def list_summaries(
    session: Session, *, viewer: Principal, encounter: Encounter, lock: bool = False
) -> list[VisitSummary]:
    """Every summary of an encounter, a draft among them, latest first. Raises NotFound.

    `lock` is for the service that writes them: that shows them to nobody, so no look.
    """
    if not reads_notes(viewer, encounter.patient_id):
        raise NotFound
    wanted = (
        select(VisitSummary)
        .where(
            VisitSummary.practice_id == viewer.practice_id,
            VisitSummary.encounter_id == encounter.id,
        )
        .order_by(VisitSummary.number.desc())
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    found = list(session.scalars(wanted.execution_options(door=True)))
    for row in [] if lock else found:
        look(session, "summary.viewed", target=row, patient_id=row.patient_id)
    return found


def find_first_opening(
    session: Session, *, viewer: Principal, summary: VisitSummary
) -> datetime | None:
    """When the patient, or who acts for them, first opened it; as the log tells."""
    if not reads_notes(viewer, summary.patient_id):
        raise NotFound
    found: datetime | None = session.scalar(
        _OPENED,
        {
            "practice_id": viewer.practice_id,
            "patient_id": summary.patient_id,
            "summary_id": summary.id,
        },
    )
    return found


def reads_own_summaries(viewer: Principal) -> bool:
    """True for a patient, and for who was given that part of a patient's record."""
    return viewer.patient_id is not None and viewer.may("record")


def access_own_summary(session: Session, *, viewer: Principal, summary_id: UUID) -> OwnSummary:
    """A summary that was approved for the viewer, corrected ones too. Raises NotFound."""
    row = session.execute(_own(viewer).where(VisitSummary.id == summary_id)).one_or_none()
    if row is None:
        raise NotFound
    return _noted(session, OwnSummary(*row))


def find_own_summary_of(
    session: Session, *, viewer: Principal, appointment_id: UUID
) -> UUID | None:
    """The latest summary of one visit of the viewer, by id alone: nothing of it is read."""
    if not reads_own_summaries(viewer):
        return None
    wanted = _own(viewer).where(Appointment.id == appointment_id)
    rows = session.execute(wanted.order_by(VisitSummary.number.desc()).limit(1)).all()
    return rows[0][0].id if rows else None


def list_own_summaries(session: Session, *, viewer: Principal, limit: int = 50) -> list[OwnSummary]:
    """The latest summary of each visit of the viewer, latest visit first."""
    last = (
        select(VisitSummary.encounter_id, func.max(VisitSummary.number).label("number"))
        .where(
            VisitSummary.practice_id == viewer.practice_id,
            VisitSummary.patient_id == viewer.patient_id,
            VisitSummary.approved_at.is_not(None),
        )
        .group_by(VisitSummary.encounter_id)
        .subquery()
    )
    wanted = (
        _own(viewer)
        .join(
            last,
            and_(
                last.c.encounter_id == VisitSummary.encounter_id,
                last.c.number == VisitSummary.number,
            ),
        )
        .order_by(Appointment.starts_at.desc())
        .limit(limit)
    )
    rows = session.execute(wanted).all()
    person = ("patient", viewer.patient_id)
    look(session, "summaries.listed", target=person, patient_id=viewer.patient_id)
    return [OwnSummary(*row) for row in rows]


def _own(viewer: Principal) -> Select[VisitSummary, Appointment, Practitioner]:
    if not reads_own_summaries(viewer):
        raise NotFound
    return (
        select(VisitSummary, Appointment, Practitioner)
        .join(
            Encounter,
            and_(
                Encounter.practice_id == VisitSummary.practice_id,
                Encounter.id == VisitSummary.encounter_id,
            ),
        )
        .join(
            Appointment,
            and_(
                Appointment.practice_id == VisitSummary.practice_id,
                Appointment.id == Encounter.appointment_id,
            ),
        )
        .join(Practitioner, Practitioner.id == Encounter.practitioner_id)
        .where(
            VisitSummary.practice_id == viewer.practice_id,
            VisitSummary.patient_id == viewer.patient_id,
            VisitSummary.approved_at.is_not(None),
        )
        .execution_options(door=True)
    )


def _noted(session: Session, found: OwnSummary) -> OwnSummary:
    row = found.summary
    look(session, "summary.viewed", target=row, patient_id=row.patient_id)
    return found
