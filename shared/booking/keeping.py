"""What becomes of a hold: claimed by who signed in, kept for the payment, let go, or run out.

Nobody holds two times. Holding another one lets go of the first at once (`hold_slot`): the person
says so, on our page, and money that was under way for it goes back. Claiming a time by signing in
lets go of what the same person held before, and there the money decides: they may be paying for
it in another window. Its payment page is closed at Stripe first; only when it closed unpaid is
the time given up, and when it was paid by then, the visit is booked.
"""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.errors import NotFound
from shared.access.holds import list_expired_holds, list_holds_of, lock_unclaimed_hold
from shared.access.principal import Principal
from shared.billing import abandon_appointment, close_pages
from shared.booking.conflicts import PATIENT_OVERLAP, constraint_of
from shared.booking.errors import HoldGone, OwnOverlap, SlotRefused
from shared.booking.rows import end_appointment, lock_practitioner, sweep_holds, told
from shared.booking.slots import Refusal, Rule
from shared.booking.states import Status
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.visit_type import VisitType
from shared.queue import defer

# Ten minutes to say who one is, ten more for the mail to come and be read.
HOLD_WITH_SIGN_IN = timedelta(minutes=20)


def claim_hold(
    session: Session, *, appointment_id: UUID, patient_id: UUID, by: Principal
) -> Appointment:
    """The visitor `by` has signed in as that patient: what they held is the patient's now.

    Claiming twice is claiming once. What else the patient holds is let go of by a job, since
    whoever signs people in sees no money. Raises HoldGone when it ran out or is somebody else's,
    OwnOverlap when the patient has a visit at that time.
    """
    held = lock_unclaimed_hold(session, practice_id=by.practice_id, appointment_id=appointment_id)
    if held is None:
        raise HoldGone
    if held.patient_id == patient_id:
        return held
    if held.patient_id is not None or by.visitor is None or held.visitor_key != by.visitor:
        raise HoldGone
    try:
        with session.begin_nested():
            held.patient_id, held.visitor_key = patient_id, None
            act(
                session,
                "appointment.hold_claimed",
                target=held,
                patient_id=patient_id,
                **told(held),
            )
    except IntegrityError as refused:
        if constraint_of(refused) != PATIENT_OVERLAP:
            raise
        raise OwnOverlap from refused
    for other in list_holds_of(session, practice_id=by.practice_id, patient_id=patient_id):
        if other != held.id:
            defer(session, "give_up_hold", appointment_id=other)
    return held


def give_up_hold(session: Session, *, appointment_id: UUID, by: Principal) -> None:
    """Its patient took another time: let go of this one, unless it is being paid or is over.

    An open payment page is closed first; what became of it settles the hold.
    """
    try:
        held = _mine(session, appointment_id, by)
    except HoldGone:
        return
    if not close_pages(session, appointment_id=held.id, by=by):
        release_hold(session, appointment=held, by=by)


def extend_hold(
    session: Session, *, appointment: Appointment, until: datetime, by: Principal
) -> None:
    """Keep a hold until then, when that is longer. Raises HoldGone when it ran out."""
    held = _mine(session, appointment.id, by)
    if held.hold_expires_at is not None and held.hold_expires_at >= until:
        return
    held.hold_expires_at = until
    act(
        session,
        "appointment.hold_extended",
        target=held,
        patient_id=held.patient_id,
        **told(held),
    )


def extend_for_sign_in(session: Session, *, appointment: Appointment, by: Principal) -> None:
    """Time to read a mail: once, and only for somebody who has said who they are."""
    until = appointment.created_at + HOLD_WITH_SIGN_IN
    extend_hold(session, appointment=appointment, until=until, by=by)


def note_whereabouts(
    session: Session, *, appointment: Appointment, state: str, by: Principal
) -> None:
    """Where the patient will be (two letters). Raises SlotRefused where the practice may not
    see people, HoldGone when the hold ran out."""
    allowed = _states(session, appointment)
    if state not in allowed:
        raise SlotRefused(Refusal(Rule.STATE, {"states": ", ".join(allowed)}))
    held = _mine(session, appointment.id, by)
    if held.state != state:
        held.state = state
        act(session, "appointment.whereabouts_noted", target=held, patient_id=held.patient_id)


def release_hold(session: Session, *, appointment: Appointment, by: Principal) -> None:
    """Let go of a hold and close its payment page; one that is over already stays as it is."""
    try:
        held = _mine(session, appointment.id, by)
    except HoldGone:
        return
    if held.patient_id is not None:
        abandon_appointment(session, appointment_id=held.id, by=by)
    end_appointment(
        session,
        appointment=held,
        by=by,
        action="appointment.hold_released",
        reason="hold_released",
    )


def expire_holds(session: Session, *, by: Principal) -> int:
    """Void every hold of the practice that ran out; how many there were. May run at any time."""
    ended = 0
    for practitioner_id in list_expired_holds(session, viewer=by, at=clock.now()):
        lock_practitioner(session, practitioner_id)
        ended += sweep_holds(session, practitioner_id)
    return ended


def _mine(session: Session, appointment_id: UUID, by: Principal) -> Appointment:
    """The hold, locked. Raises HoldGone when it is over or not the viewer's."""
    try:
        held = access_appointment(session, viewer=by, appointment_id=appointment_id, lock=True)
    except NotFound as gone:
        raise HoldGone from gone
    if held.status != Status.PENDING:
        raise HoldGone
    return held


def _states(session: Session, appointment: Appointment) -> list[str]:
    visit_type = session.get_one(VisitType, (appointment.practice_id, appointment.visit_type_id))
    return sorted(visit_type.states)
