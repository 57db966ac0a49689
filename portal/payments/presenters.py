"""What the payment pages and the receipt say."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import url_for
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from portal.appointments.presenters import modality_words
from shared.access.appointments import access_visit
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.access.visits import modality_of
from shared.booking import is_live
from shared.checkout import Money, is_owed, money_of, money_of_payment
from shared.web.formats import money as money_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class Shown:
    """A held time, or a visit that is owed, and its price."""

    appointment_id: UUID
    reference: str
    visit: str
    with_whom: str
    starts_at: datetime
    zone: str
    held_until: datetime | None
    amount_minor: int
    currency: str
    is_booked: bool
    is_held: bool
    is_owed: bool
    again_url: str
    money: Money | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """An itemised receipt. Its own words stay neutral; the visit is the patient's to know."""

    money: Money
    reference: str
    number: str
    patient: str
    visit: str
    with_whom: str
    npi: str | None
    visit_at: datetime
    how: str
    zone: str
    again_url: str


# How a payment stands, in a word and its tone.
WORDS: dict[str, tuple[LazyString, str]] = {
    "paid": (_l("Paid"), "good"),
    "refunding": (_l("On its way back"), "warn"),
    "refunded": (_l("Given back"), "neutral"),
    "refund_failed": (_l("Please call us"), "bad"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One payment of the list."""

    payment_id: UUID
    visit: str
    amount: str
    paid_at: datetime
    word: str
    tone: str


def present_payments(
    session: "Session", payments: "Sequence[Money]", *, viewer: Principal
) -> list[Line]:
    """Payments that were made, each with the visit it was for."""
    lines = []
    for money in payments:
        visit = access_visit(session, viewer=viewer, appointment_id=money.appointment_id)
        word, tone = WORDS.get(money.standing, (_l("Paid"), "good"))
        amount = money_words(money.amount_minor, money.currency)
        paid_at = money.paid_at or visit.appointment.starts_at
        name = visit.visit_type.name
        lines.append(Line(money.payment_id, name, amount, paid_at, str(word), tone))
    return lines


def present_checkout(session: "Session", *, viewer: Principal, appointment_id: UUID) -> Shown:
    """Raises NotFound."""
    visit = access_visit(session, viewer=viewer, appointment_id=appointment_id)
    held = visit.appointment
    money = money_of(session, viewer=viewer, appointment_id=appointment_id)
    return Shown(
        appointment_id=held.id,
        reference=held.reference,
        visit=visit.visit_type.name,
        with_whom=_name(visit.practitioner.full_name, visit.practitioner.credentials),
        starts_at=held.starts_at,
        zone=held.patient_time_zone,
        held_until=held.hold_expires_at,
        amount_minor=held.price_minor,
        currency=held.currency,
        is_booked=held.status not in ("pending", "cancelled"),
        is_held=is_live(held),
        is_owed=is_owed(held, money),
        again_url=url_for("portal.booking_show", slug=visit.visit_type.slug),
        money=money,
    )


def present_receipt(session: "Session", *, viewer: Principal, payment_id: UUID) -> Receipt:
    """Raises NotFound."""
    money = money_of_payment(session, viewer=viewer, payment_id=payment_id)
    visit = access_visit(session, viewer=viewer, appointment_id=money.appointment_id)
    patient = access_patient(session, viewer=viewer, patient_id=money.patient_id)
    return Receipt(
        money=money,
        reference=visit.appointment.reference,
        number=f"{visit.appointment.reference}-{payment_id.hex[-6:].upper()}",
        patient=patient.full_name,
        visit=visit.visit_type.name,
        with_whom=_name(visit.practitioner.full_name, visit.practitioner.credentials),
        npi=visit.practitioner.npi,
        visit_at=visit.appointment.starts_at,
        how=modality_words(modality_of(session, viewer=viewer, appointment=visit.appointment)),
        zone=visit.appointment.patient_time_zone,
        again_url=url_for("portal.booking_show", slug=visit.visit_type.slug),
    )


def _name(full_name: str, credentials: str) -> str:
    return f"{full_name}, {credentials}" if credentials else full_name
