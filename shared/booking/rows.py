"""Making and ending appointment rows: the one place that fills their times and writes their end."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range as StoredRange
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal, Role
from shared.booking.offers import rules_of
from shared.booking.states import Status, check_move
from shared.booking.zones import zone
from shared.events import act
from shared.ids import new_reference
from shared.messaging.spoken import spoken_day, spoken_time
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.practitioner import PractitionerRole
from shared.models.visit_type import VisitType

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('booking ' || :who, 0))")
_SWEEP = text("select void_expired_holds(cast(:who as uuid))")


@dataclass(frozen=True, slots=True)
class Times:
    """When and by whose clock: the schedule's zone and the patient's."""

    starts_at: datetime
    schedule_zone: str
    patient_zone: str


def lock_practitioner(session: Session, practitioner_id: UUID) -> None:
    """Until the commit, nobody else takes or frees this person's time. First thing to be taken."""
    session.execute(_LOCK, {"who": str(practitioner_id)})


def sweep_holds(session: Session, practitioner_id: UUID) -> int:
    """Void the practitioner's expired holds, in every practice; the caller has the lock."""
    session.flush()
    ended: int = session.execute(_SWEEP, {"who": str(practitioner_id)}).scalar_one()
    return ended


def new_appointment(
    *,
    visit_type: VisitType,
    role: PractitionerRole,
    starts_at: datetime,
    patient_zone: str,
    status: Status,
    patient_id: UUID | None = None,
    visitor: bytes | None = None,
    hold_expires_at: datetime | None = None,
) -> Appointment:
    """An appointment with all its times filled in, not yet added to a session."""
    rules, now = rules_of(visit_type), clock.now()
    visit, blocked = rules.visit(starts_at), rules.blocked(starts_at)
    return Appointment(
        practice_id=visit_type.practice_id,
        reference=new_reference(),
        status=status.value,
        patient_id=patient_id,
        practitioner_id=role.practitioner_id,
        visit_type_id=visit_type.id,
        during=StoredRange(visit.starts_at, visit.ends_at),
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        occupied=StoredRange(blocked.starts_at, blocked.ends_at),
        time_zone=role.time_zone,
        wall_clock=starts_at.astimezone(zone(role.time_zone)).replace(tzinfo=None),
        patient_time_zone=patient_zone,
        modality=visit_type.modality,
        price_minor=visit_type.price_minor,
        currency=visit_type.currency,
        visitor_key=visitor,
        hold_expires_at=hold_expires_at,
        booked_at=now if status is Status.BOOKED else None,
        sequence=0,
        created_at=now,
    )


def end_appointment(
    session: Session,
    *,
    appointment: Appointment,
    by: Principal,
    action: str,
    reason: str,
    within_policy: bool = True,
    refund_due_minor: int = 0,
) -> AppointmentCancellation:
    """Cancel the row and write who, when and why. Raises MoveRefused."""
    check_move(appointment.status, Status.CANCELLED)
    appointment.status = Status.CANCELLED.value
    appointment.sequence += 1
    ended = AppointmentCancellation(
        practice_id=appointment.practice_id,
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        cancelled_by=by.account_id,
        by_kind=(by.acting_as or Role.ANONYMOUS).value,
        reason=reason,
        within_policy=within_policy,
        refund_due_minor=refund_due_minor,
        created_at=clock.now(),
    )
    session.add(ended)
    act(
        session,
        action,
        target=appointment,
        patient_id=appointment.patient_id,
        **told(appointment),
    )
    return ended


def told(appointment: Appointment) -> dict[str, str]:
    """What the log's sentences say of it: the time, as the practice reads it."""
    at, where = appointment.starts_at, appointment.time_zone
    return {"when": f"{spoken_day(at, where)} at {spoken_time(at, where)}"}
