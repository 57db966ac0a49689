"""Holding a time: for ten minutes it is one visitor's, then it is everybody's again."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.holds import count_booked_ahead, lock_live_holds
from shared.access.principal import Principal
from shared.billing import abandon_appointment
from shared.booking.conflicts import PATIENT_OVERLAP, PRACTITIONER_OVERLAP, constraint_of
from shared.booking.errors import JustTaken, SlotRefused
from shared.booking.offers import PersonalOffer, horizon_of, load_offers, reread_offers
from shared.booking.rows import (
    end_appointment,
    lock_practitioner,
    new_appointment,
    sweep_holds,
    told,
)
from shared.booking.slots import Refusal, Rule
from shared.booking.states import Status
from shared.booking.times import most_telling, next_of
from shared.booking.zones import zone
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType
from shared.practices.opening import is_open

HOLD_FOR = timedelta(minutes=10)
# One person's visits to come: more than anybody needs, too few to take a practice's days away.
MOST_AHEAD = 8


def hold_slot(
    session: Session,
    *,
    visit_type: VisitType,
    starts_at: datetime,
    by: Principal,
    time_zone: str,
    practitioner_id: UUID | None = None,
) -> Appointment:
    """Hold `starts_at` for the patient or visitor `by`; `time_zone` is the one they read times in.

    Without a practitioner, the first who is free. What they held before is let go. Raises
    JustTaken with the next open times, SlotRefused for a time that is not offered at all and for
    every time of a practice that was not opened, UnknownZone, and ValueError for somebody who is
    neither patient nor visitor.
    """
    if by.patient_id is None and by.visitor is None:
        raise ValueError("a hold belongs to a patient or to a visitor")
    zone(time_zone)
    if not is_open(session, practice_id=by.practice_id):
        raise SlotRefused(Refusal(Rule.NOT_OPEN))
    if by.patient_id is not None:
        check_visits_ahead(session, practice_id=by.practice_id, patient_id=by.patient_id)
    until = horizon_of(visit_type, clock.now())
    before = load_offers(
        session,
        visit_type=visit_type,
        first=starts_at,
        until=until,
        viewer=by,
        practitioner_id=practitioner_id,
    )
    offered = [each for each in before if _not_by_rule(each, starts_at) is None]
    if not offered:
        raise SlotRefused(_refusal(before, starts_at))
    for each in offered:
        lock_practitioner(session, each.practitioner.id)
    kept = _replace_holds(session, visit_type, starts_at, by, {e.practitioner.id for e in offered})
    if kept is not None:
        return kept
    for each in offered:
        sweep_holds(session, each.practitioner.id)
    now_free = reread_offers(session, before, first=starts_at, until=until, viewer=by)
    free = [each for each in now_free if each.offer.why_not(starts_at) is None]
    chosen = next((e for e in free if e.practitioner.id in _ids(offered)), None)
    if chosen is None:
        raise _taken(now_free, starts_at, visit_type)
    return _insert(session, visit_type, chosen, starts_at, by, time_zone, now_free)


def check_visits_ahead(session: Session, *, practice_id: UUID, patient_id: UUID) -> None:
    """Raise SlotRefused when a patient has as many visits ahead as one books by oneself."""
    if count_booked_ahead(session, practice_id=practice_id, patient_id=patient_id) >= MOST_AHEAD:
        raise SlotRefused(Refusal(Rule.MANY))


def is_live(appointment: Appointment) -> bool:
    """True while the hold keeps its time without asking anybody."""
    return (
        appointment.status == Status.PENDING
        and appointment.hold_expires_at is not None
        and appointment.hold_expires_at > clock.now()
    )


def _not_by_rule(each: PersonalOffer, at: datetime) -> Refusal | None:
    """A refusal that waiting cannot change; being taken may be over once the lock is ours."""
    refusal = each.offer.why_not(at)
    return None if refusal is None or refusal.rule is Rule.TAKEN else refusal


def _refusal(offers: list[PersonalOffer], at: datetime) -> Refusal:
    found = most_telling([each.offer.why_not(at) for each in offers])
    return found or Refusal(Rule.CLOSED)


def _ids(offers: list[PersonalOffer]) -> set[UUID]:
    return {each.practitioner.id for each in offers}


def _replace_holds(
    session: Session, visit_type: VisitType, starts_at: datetime, by: Principal, people: set[UUID]
) -> Appointment | None:
    """Let go of what `by` held before; a live hold on the very same time is kept and returned."""
    kept = None
    for held in lock_live_holds(session, viewer=by):
        same = held.visit_type_id == visit_type.id and held.starts_at == starts_at
        if same and held.practitioner_id in people and is_live(held) and kept is None:
            kept = held
            continue
        if held.patient_id is not None:
            abandon_appointment(session, appointment_id=held.id, by=by)
        end_appointment(
            session,
            appointment=held,
            by=by,
            action="appointment.hold_replaced",
            reason="hold_replaced",
        )
    return kept


def _taken(
    offers: list[PersonalOffer], starts_at: datetime, visit_type: VisitType
) -> JustTaken | SlotRefused:
    refusal = _refusal(offers, starts_at)
    if refusal.rule is not Rule.TAKEN:
        return SlotRefused(refusal)
    return JustTaken(refusal, next_of(offers, starts_at, horizon_of(visit_type, clock.now())))


def _insert(
    session: Session,
    visit_type: VisitType,
    chosen: PersonalOffer,
    starts_at: datetime,
    by: Principal,
    time_zone: str,
    offers: list[PersonalOffer],
) -> Appointment:
    held = new_appointment(
        visit_type=visit_type,
        role=chosen.role,
        starts_at=starts_at,
        patient_zone=time_zone,
        status=Status.PENDING,
        patient_id=by.patient_id,
        visitor=None if by.patient_id else by.visitor,
        hold_expires_at=clock.now() + HOLD_FOR,
    )
    try:
        with session.begin_nested():
            session.add(held)
            act(
                session,
                "appointment.held",
                target=held,
                patient_id=held.patient_id,
                visit=visit_type.name,
                **told(held),
            )
    except IntegrityError as refused:
        if constraint_of(refused) == PATIENT_OVERLAP:
            raise SlotRefused(Refusal(Rule.OWN)) from refused
        if constraint_of(refused) != PRACTITIONER_OVERLAP:
            raise
        others = next_of(
            offers, starts_at + timedelta(minutes=1), horizon_of(visit_type, held.created_at)
        )
        raise JustTaken(Refusal(Rule.TAKEN), others) from refused
    return held
