"""Where a visit stands for its patient: the one page they belong on now."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask import Response

from portal.appointments.presenters import Shown, present
from shared import clock
from shared.access.appointments import access_visit
from shared.access.errors import NotFound
from shared.access.video_rooms import find_guest_room
from shared.access.visits import find_visit_of
from shared.visits.arriving import is_open
from shared.visits.attending import opens_at
from shared.visits.consents import has_agreed
from shared.visits.identity import is_confirmed
from shared.visits.states import OVER, Status
from shared.web.answers import to
from shared.web.current import practice, transaction, viewer

if TYPE_CHECKING:
    from shared.access.appointments import Visit as Booked
    from shared.models.visit import Visit

# Places and the pages they are.
PAGES = {
    "elsewhere": "portal.appointments_show",
    "early": "portal.visits_show",
    "after": "portal.visits_show",
    "where": "portal.visit_places_new",
    "consent": "portal.visit_consents_new",
    "waiting": "portal.waiting_show",
    "call": "portal.calls_show",
    "phone": "portal.phone_calls_show",
}
# Once checked in, these are open in any order.
ARRIVED = frozenset({"waiting", "call", "phone"})
NEVER = frozenset({"pending", "cancelled", "proposed", "waitlist"})


@dataclass(frozen=True, slots=True)
class Standing:
    """A visit as its patient's pages need it; `visit` is None before its door was opened."""

    booked: "Booked"
    shown: Shown
    visit: "Visit | None"
    place: str

    @property
    def id(self) -> UUID:
        """The appointment's id, which every address here carries."""
        return self.shown.id

    @property
    def doctor(self) -> str:
        """With whom."""
        return self.booked.practitioner.full_name

    @property
    def opened(self) -> "Visit":
        """The visit; only for places that have one. Raises NotFound."""
        if self.visit is None:
            raise NotFound
        return self.visit


def find_standing(appointment_id: UUID) -> Standing:
    """The patient's own visit and where it stands. Raises NotFound."""
    booked = access_visit(transaction(), viewer=viewer(), appointment_id=appointment_id)
    visit = find_visit_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    return Standing(booked, present(booked), visit, _place(booked, visit))


def lead_on(standing: Standing) -> Response:
    """To the page the patient belongs on."""
    return to(PAGES[standing.place], appointment_id=standing.id)


def asks_who(visit: "Visit | None") -> bool:
    """True while the practice wants to hear who has come."""
    if visit is None:
        return practice().asks_identity
    return visit.checked_in_at is None and not is_confirmed(transaction(), visit=visit)


def _place(booked: "Booked", visit: "Visit | None") -> str:
    appointment = booked.appointment
    if visit is not None and Status(visit.status) in OVER:
        return "elsewhere" if visit.status == Status.CANCELLED else "after"
    if appointment.modality != "video" or appointment.status in NEVER:
        return "elsewhere"
    if visit is not None and visit.status == Status.CONVERTED_TO_PHONE:
        return "phone"
    if not is_open(appointment):
        return "early" if clock.now() < opens_at(appointment) else "after"
    if visit is None or visit.checked_in_at is None:
        return _step(booked, visit)
    room = find_guest_room(transaction(), viewer=viewer(), visit=visit)
    return "call" if visit.practitioner_joined_at and room else "waiting"


def _step(booked: "Booked", visit: "Visit | None") -> str:
    """Which question of the check-in is next."""
    patient_id = booked.appointment.patient_id
    if visit is None or visit.location_state is None or patient_id is None:
        return "where"
    if asks_who(visit):
        return "where"
    agreed = has_agreed(transaction(), patient_id=patient_id, by=viewer())
    return "where" if agreed else "consent"
