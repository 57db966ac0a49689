"""The patient wants to pay for the time they hold, or for a visit booked to be paid later."""

from datetime import timedelta

from sqlalchemy.orm import Session

from shared.access.appointments import access_appointment
from shared.access.principal import Principal
from shared.billing.opening import open_page, open_payment
from shared.booking import HoldGone, confirm_appointment, extend_hold
from shared.booking.holds import check_visits_ahead, is_live
from shared.checkout.reading import is_owed, money_of
from shared.config import Settings
from shared.models.appointment import Appointment
from shared.models.payment import Payment
from shared.practices.hosts import canonical_url

# Between the page's end and the hold's: time for the news of a last-second payment to arrive.
GRACE = timedelta(minutes=2)


def open_checkout(
    session: Session, *, appointment: Appointment, by: Principal, settings: Settings
) -> Payment | None:
    """Open a payment page for a held time and keep the time while the page is open.

    A booked visit that is owed gets a page as well, and stays booked whatever becomes of the page.
    None when the visit is free: it is booked at once. Pressing twice opens one page. Raises
    HoldGone, SlotRefused (they have enough visits ahead), NothingToPay (already settled),
    TooManyPages.
    """
    held = access_appointment(session, viewer=by, appointment_id=appointment.id, lock=True)
    paying = money_of(session, viewer=by, appointment_id=held.id)
    if held.patient_id is None or not (is_live(held) or is_owed(held, paying)):
        raise HoldGone
    if is_live(held):
        # They may have come by with a time that was held before they signed in.
        check_visits_ahead(session, practice_id=held.practice_id, patient_id=held.patient_id)
    if held.price_minor == 0:
        confirm_appointment(session, appointment=held, by=by)
        return None
    payment = open_payment(
        session,
        appointment_id=held.id,
        patient_id=held.patient_id,
        amount_minor=held.price_minor,
        currency=held.currency,
        by=by,
    )
    portal = canonical_url(session, settings, practice_id=held.practice_id, face="portal")
    page = open_page(
        session,
        payment=payment,
        success_url=f"{portal}/portal/payments/{payment.id}/return",
        cancel_url=f"{portal}/portal/appointments/{held.id}/payment",
        by=by,
    )
    if is_live(held):
        extend_hold(session, appointment=held, until=page.expires_at + GRACE, by=by)
    return payment
