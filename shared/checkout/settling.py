"""What Stripe says is so becomes what we say is so: paid and booked, or ended, or returned.

Called with the state of an object as just fetched from Stripe, never with what a notification
claimed. Locks in the order of the house: the practitioner's time, the appointment, its money.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.appointments import access_appointment
from shared.access.errors import NotFound
from shared.access.payments import (
    access_checkout,
    access_payment,
    find_checkout_by_vendor_id,
    find_refund_by_vendor_id,
    list_checkouts,
)
from shared.access.principal import Principal
from shared.adapters.payments.values import CheckoutState, RefundState
from shared.billing.capture import Capture, record_capture
from shared.billing.pages import end_page, give_up_payment, lock_page, note_opened
from shared.billing.refunds import lock_refund, note_refund, refund_page
from shared.billing.states import CheckoutStatus
from shared.booking import SlotGone, confirm_appointment, release_hold
from shared.booking.rows import lock_practitioner
from shared.booking.states import MoveRefused
from shared.checkout.telling import tell_refunded
from shared.models.appointment import Appointment
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment


class UnknownReference(Exception):
    """Stripe speaks of an object that we have no row for, or not yet."""


def settle_page(session: Session, *, state: CheckoutState, by: Principal) -> None:
    """Take over a payment page's state. Raises UnknownReference, UnexpectedAmount."""
    appointment, payment, page = _keep(session, _page_id(session, state, by), by)
    note_opened(session, page=page, state=state)
    if state.is_paid:
        _paid(session, appointment, payment, page, state, by)
    elif state.status == "expired" and end_page(session, page=page, status=CheckoutStatus.EXPIRED):
        _let_go(session, appointment, payment, by)


def end_unopened_page(session: Session, *, checkout_id: UUID, by: Principal) -> None:
    """A page that never came to be at Stripe is over."""
    appointment, payment, page = _keep(session, checkout_id, by)
    if end_page(session, page=page, status=CheckoutStatus.EXPIRED):
        _let_go(session, appointment, payment, by)


def settle_refund(session: Session, *, state: RefundState, by: Principal) -> None:
    """Take over a refund's state; the patient is told once, when the money has left."""
    refund = find_refund_by_vendor_id(session, viewer=by, vendor_id=state.id)
    refund_id = refund.id if refund else _own_id(state.refund)
    try:
        payment, locked = lock_refund(session, refund_id=refund_id, by=by)
    except NotFound as error:
        raise UnknownReference(state.id) from error
    if note_refund(session, payment=payment, refund=locked, state=state):
        tell_refunded(session, payment=payment, refund=locked, by=by)


def _paid(
    session: Session,
    appointment: Appointment,
    payment: Payment,
    page: CheckoutSession,
    state: CheckoutState,
    by: Principal,
) -> None:
    outcome = record_capture(session, payment=payment, page=page, state=state, by=by)
    if outcome is Capture.SECOND:
        refund_page(session, payment=payment, page=page, reason="paid_twice")
    elif outcome is Capture.FIRST:
        try:
            with session.begin_nested():
                confirm_appointment(session, appointment=appointment, by=by)
        except (SlotGone, MoveRefused):
            refund_page(session, payment=payment, page=page, reason="slot_gone")


def _let_go(session: Session, appointment: Appointment, payment: Payment, by: Principal) -> None:
    """Nobody paid and no page is left: the time is everybody's again."""
    pages = list_checkouts(session, viewer=by, payment_id=payment.id)
    if give_up_payment(session, payment=payment, pages=pages):
        release_hold(session, appointment=appointment, by=by)


def _keep(
    session: Session, checkout_id: UUID, by: Principal
) -> tuple[Appointment, Payment, CheckoutSession]:
    page = access_checkout(session, viewer=by, checkout_id=checkout_id)
    payment = access_payment(session, viewer=by, payment_id=page.payment_id)
    wanted = payment.appointment_id
    appointment = access_appointment(session, viewer=by, appointment_id=wanted)
    lock_practitioner(session, appointment.practitioner_id)
    appointment = access_appointment(session, viewer=by, appointment_id=wanted, lock=True)
    payment, page = lock_page(session, checkout_id=checkout_id, by=by)
    return appointment, payment, page


def _page_id(session: Session, state: CheckoutState, by: Principal) -> UUID:
    """Our row of Stripe's page: by its id there, or by ours in its metadata (not yet noted)."""
    page = find_checkout_by_vendor_id(session, viewer=by, vendor_id=state.id)
    if page is not None:
        return page.id
    try:
        return access_checkout(session, viewer=by, checkout_id=_own_id(state.checkout)).id
    except NotFound as error:
        raise UnknownReference(state.id) from error


def _own_id(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise UnknownReference(text or "no reference of ours") from error
