"""Visits that were booked and paid before anybody looks: made by the services a patient uses."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.payments import list_checkouts
from shared.access.principal import Principal, Role
from shared.adapters.payments.values import CheckoutState
from shared.billing.pages import claim_page
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.checkout import open_checkout
from shared.checkout.settling import settle_page
from shared.config import Settings
from shared.db import open_session
from shared.demo.facts import Booked
from shared.events import act
from shared.models.checkout_session import CheckoutSession
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.payment import Payment


def add_bookings(settings: Settings, practice_id: UUID, bookings: Iterable[Booked]) -> None:
    """Book and pay each as its patient did, some days ago by the clock of the log."""
    now = clock.now()
    patients = viewers_of(practice_id)
    for booking in bookings:
        with clock.freeze(now - timedelta(days=booking.days_ago)):
            book_visit(settings, patients[booking.given_name], booking)


def viewers_of(practice_id: UUID) -> dict[str, Principal]:
    """The patients of the practice, signed in, by their given names."""
    with open_session(Principal.job(practice_id, "seed").context()) as session:
        rows = session.execute(
            select(Patient.given_name, Patient.id, PatientAccess.account_id)
            .join(PatientAccess, PatientAccess.patient_id == Patient.id)
            .where(Patient.practice_id == practice_id, PatientAccess.practice_id == practice_id)
            .execution_options(door=True)
        ).all()
    return {
        row.given_name: Principal(
            practice_id,
            frozenset({Role.PATIENT}),
            account_id=row.account_id,
            patient_id=row.id,
            acting_as=Role.PATIENT,
        )
        for row in rows
    }


def book_visit(settings: Settings, patient: Principal, booking: Booked) -> UUID:
    """Hold a time and pay for it, now; the id of the appointment."""
    with open_session(patient.context()) as session:
        visit_type = get_visit_type(session, practice_id=patient.practice_id, slug=booking.visit)
        times = find_next_times(session, visit_type=visit_type, count=booking.nth)
        held = hold_slot(
            session,
            visit_type=visit_type,
            starts_at=times[-1].starts_at,
            by=patient,
            time_zone="America/New_York",
        )
        held.state = booking.state
        act(
            session,
            "appointment.whereabouts_noted",
            target=held,
            patient_id=held.patient_id,
        )
        appointment_id = held.id
    with open_session(patient.context()) as session:
        held = access_appointment(session, viewer=patient, appointment_id=appointment_id)
        payment = open_checkout(session, appointment=held, by=patient, settings=settings)
        if payment is None:
            return appointment_id
        payment_id = payment.id
    job = Principal.job(patient.practice_id, "seed")
    with open_session(job.context()) as session:
        page = list_checkouts(session, viewer=job, payment_id=payment_id)[0]
        claim_page(session, checkout_id=page.id, by=job)
        settle_page(session, state=_as_if_paid(payment, page), by=job)
    return appointment_id


def _as_if_paid(payment: Payment, page: CheckoutSession) -> CheckoutState:
    """What Stripe would say; nobody was charged, and the id says so."""
    return CheckoutState(
        id=f"cs_demo_{page.id.hex}",
        status="complete",
        payment_status="paid",
        amount_minor=payment.amount_minor,
        currency=payment.currency,
        payment_intent=f"pi_demo_{page.id.hex}",
        url=None,
        practice=str(payment.practice_id),
        payment=str(payment.id),
        checkout=str(page.id),
        livemode=False,
    )
