"""How a patient and a story read on the page."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import gettext as _

from admin.schedule.presenters import TONES as STATUS_TONES
from admin.schedule.presenters import status_words
from shared.access.story import StoryEvent
from shared.web.formats import day, phone, when

if TYPE_CHECKING:
    from shared.access.appointments import Visit
    from shared.models.patient import Patient

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
    born: str
    phone: str
    reference: str


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
        text=f"{subject} {event.sentence}.",
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


def present_row(patient: "Patient") -> PatientRow:
    """A result of a search."""
    return PatientRow(
        id=patient.id,
        name=full_name(patient),
        born=day(patient.birth_date, weekday=False),
        phone=phone(patient.phone) or _("none"),
        reference=patient.reference,
    )


def full_name(patient: "Patient") -> str:
    """ "Ana Whitfield"."""
    return f"{patient.given_name} {patient.family_name}"


def age(born: date, today: date) -> int:
    """Completed years."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def present_contact(patient: "Patient", today: date) -> list[tuple[str, str]]:
    """Contact data as pairs of term and description."""
    born = _(
        "%(day)s (%(age)s years)",
        day=day(patient.birth_date, weekday=False),
        age=age(patient.birth_date, today),
    )
    return [
        (_("Reference"), patient.reference),
        (_("Date of birth"), born),
        (_("Phone"), phone(patient.phone) or _("none given")),
        (_("E-mail"), patient.email or _("none given")),
        (_("State"), patient.state),
    ]
