"""How a patient and a story read on the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from admin.events.words import say
from admin.schedule.presenters import TONES as STATUS_TONES
from admin.schedule.presenters import status_words
from shared.access.story import StoryEvent
from shared.messaging.catalogue import CATALOGUE
from shared.web.formats import day, money, phone, when, zone_name
from shared.web.states import NAMES

if TYPE_CHECKING:
    from shared.access.appointments import Visit
    from shared.models.dispatch import Dispatch
    from shared.models.patient import Patient
    from shared.models.payment import Payment

# How the story names those who have no name of their own in it.
ACTORS = {
    "patient": "The patient",
    "proxy": "Somebody acting for the patient",
    "anonymous": "A visitor",
    "job": "Bedside",
    "operator": "The operator",
    "webhook": "Bedside",
}
TONES = {
    "appointment.booked": "good",
    "payment.captured": "good",
    "appointment.cancelled": "warn",
    "dispatch.bounced": "bad",
    "dispatch.failed": "bad",
    "refund.failed": "bad",
}

Words = Mapping[str, tuple[LazyString, str]]
PAYMENT_WORDS: Words = {
    "open": (_l("Not paid yet"), "warn"),
    "succeeded": (_l("Paid"), "good"),
    "canceled": (_l("Not paid"), "neutral"),
    "refunded": (_l("Given back"), "neutral"),
}
ACCOUNT_WORDS: Mapping[str, LazyString] = {
    "practice": _l("Practice"),
    "consulting": _l("Consulting"),
}
MESSAGE_WORDS: Words = {
    "queued": (_l("Waiting"), "neutral"),
    "sending": (_l("On its way"), "neutral"),
    "sent": (_l("Sent"), "accent"),
    "delivered": (_l("Delivered"), "good"),
    "deferred": (_l("Delayed"), "warn"),
    "bounced": (_l("Came back"), "bad"),
    "complained": (_l("Reported as unwanted"), "bad"),
    "suppressed": (_l("Held back"), "bad"),
    "failed": (_l("Not sent"), "bad"),
    "cancelled": (_l("Called back"), "neutral"),
    "unknown": (_l("Not certain"), "warn"),
    "skipped": (_l("Not sent"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One line of the story."""

    when: str
    text: str
    detail: str | None
    tone: str


@dataclass(frozen=True, slots=True)
class PatientRow:
    """A patient in a list of results."""

    id: UUID
    name: str
    called: str | None
    born: str
    years: int
    phone: str
    reference: str


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment in the list on a patient's page."""

    when: str
    amount: str
    status: str
    tone: str
    account: str


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message in the list on a patient's page."""

    when: str
    what: str
    to: str
    status: str
    tone: str


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A visit in the list on a patient's page."""

    when: str
    what: str
    with_whom: str
    reference: str
    status: str
    tone: str


def present_event(event: StoryEvent, zone: str) -> TimelineItem:
    """A sentence with its subject, in the practice's zone."""
    subject = event.actor_name or _(ACTORS.get(event.actor_kind, "Somebody of the staff"))
    return TimelineItem(
        when=when(event.at, zone),
        text=f"{subject} {say(event.action, event.details)}.",
        detail=event.reason if event.actor_kind != "job" else None,
        tone=TONES.get(event.action, "neutral"),
    )


def present_visits(visits: "list[Visit]", zone: str) -> list[VisitRow]:
    """A patient's visits in the practice's zone."""
    return [
        VisitRow(
            when=when(visit.appointment.starts_at, zone),
            what=visit.visit_type.name,
            with_whom=f"{visit.practitioner.full_name}, {visit.practitioner.credentials}",
            reference=visit.appointment.reference,
            status=status_words(visit.appointment.status),
            tone=STATUS_TONES.get(visit.appointment.status, "neutral"),
        )
        for visit in visits
    ]


def present_row(patient: "Patient", today: date) -> PatientRow:
    """A result of a search."""
    return PatientRow(
        id=patient.id,
        name=full_name(patient),
        called=patient.preferred_name,
        born=day(patient.birth_date, weekday=False),
        years=age(patient.birth_date, today),
        phone=phone(patient.phone) or _("none"),
        reference=patient.reference,
    )


def full_name(patient: "Patient") -> str:
    """ "Ana Whitfield"; some people have one name only."""
    return f"{patient.given_name} {patient.family_name}".strip()


def present_known_by(patient: "Patient") -> str:
    """What tells two people of one name apart: the day of birth, the reference."""
    return f"{day(patient.birth_date, weekday=False)} · {patient.reference}"


def age(born: date, today: date) -> int:
    """Completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def present_contact(patient: "Patient") -> list[tuple[str, str | None]]:
    """What the head of the page has no room for, as pairs of term and description."""
    called = [(_("Wants to be called"), patient.preferred_name)] if patient.preferred_name else []
    return [
        (_("Legal name"), full_name(patient)),
        *called,
        (_("Address"), patient.address or None),
        (_("State"), NAMES.get(patient.state, patient.state)),
        (_("Their time"), zone_name(patient.time_zone)),
    ]


def present_payments(payments: "list[Payment]", zone: str) -> list[PaymentRow]:
    """What a patient paid, or was asked to."""
    return [
        PaymentRow(
            when=when(one.paid_at or one.created_at, zone),
            amount=money(one.amount_minor, one.currency),
            status=str(PAYMENT_WORDS.get(one.status, (_("Unknown"), ""))[0]),
            tone=PAYMENT_WORDS.get(one.status, ("", "neutral"))[1],
            account=str(ACCOUNT_WORDS.get(one.account_key, one.account_key)),
        )
        for one in payments
    ]


def present_messages(messages: "list[Dispatch]", zone: str) -> list[MessageRow]:
    """What was sent to a patient, and how far it came."""
    return [
        MessageRow(
            when=when(one.sent_at or one.created_at, zone),
            what=mail_words(one.template),
            to=one.to or _("no address"),
            status=str(MESSAGE_WORDS.get(one.status, (_("Unknown"), ""))[0]),
            tone=MESSAGE_WORDS.get(one.status, ("", "neutral"))[1],
        )
        for one in messages
    ]


def mail_words(template: str) -> str:
    """ "booking_confirmed" -> "The booking confirmation"."""
    known = CATALOGUE.get(template)
    label = known.label if known else _("A message")
    return f"{label[:1].upper()}{label[1:]}"
