"""An appointment in the patient's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from shared import booking, clock
from shared.booking.cancelling import Terms
from shared.checkout import Money
from shared.visits.arriving import is_open
from shared.visits.attending import BOOKED
from shared.web.formats import money as money_words
from shared.web.formats import zone_name
from shared.web.i18n import gettext as _

if TYPE_CHECKING:
    from shared.access.appointments import Visit
    from shared.models.appointment import Appointment, AppointmentCancellation

# FHIR status -> words and tone of the badge.
TONES = {
    "pending": "warn",
    "booked": "good",
    "checked-in": "good",
    "arrived": "good",
    "fulfilled": "neutral",
    "cancelled": "neutral",
    "noshow": "bad",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One appointment on a page."""

    id: UUID
    reference: str
    visit: str
    slug: str
    minutes: int
    with_whom: str
    how: str
    starts_at: datetime
    zone: str
    practice_zone: str | None
    status: str
    status_words: str
    tone: str
    held_until: datetime | None
    can_cancel: bool


def present(visit: "Visit", took: str = "") -> Shown:
    """The appointment in words; a held time that ran out reads as such.

    `took`: how it takes place after all, where that was asked for; else as it was booked.
    """
    appointment, person = visit.appointment, visit.practitioner
    zone, theirs = appointment.patient_time_zone, appointment.time_zone
    held = appointment.status == "pending"
    return Shown(
        id=appointment.id,
        reference=appointment.reference,
        visit=visit.visit_type.name,
        slug=visit.visit_type.slug,
        minutes=visit.visit_type.length_minutes,
        with_whom=f"{person.full_name}, {person.credentials}".rstrip(", "),
        how=modality_words(took or appointment.modality),
        starts_at=appointment.starts_at,
        zone=zone,
        practice_zone=theirs if zone_name(theirs) != zone_name(zone) else None,
        status=appointment.status,
        status_words=_statuses()[appointment.status],
        tone=TONES.get(appointment.status, "neutral"),
        held_until=appointment.hold_expires_at if held and booking.is_live(appointment) else None,
        can_cancel=booking.can_cancel(appointment),
    )


def present_all(visits: "Sequence[Visit]") -> list[Shown]:
    """The same for a list."""
    return [present(visit) for visit in visits]


def standing_words(money: Money | None) -> str | None:
    """What became of the money, in one line; None when there is nothing to say."""
    if money is None:
        return None
    amount = money_words(money.amount_minor, money.currency)
    said = {
        "paid": _("%(amount)s paid", amount=amount),
        "refunding": _("%(amount)s is on its way back to you", amount=amount),
        "refunded": _("%(amount)s was given back", amount=amount),
        "refund_failed": _(
            "%(amount)s could not be given back yet. Please call us.", amount=amount
        ),
    }
    return said.get(money.standing)


def cancelled_words(ended: "AppointmentCancellation | None") -> str | None:
    """Who cancelled, for the page of a cancelled visit."""
    if ended is None:
        return None
    said = {
        "patient_request": _("You cancelled this visit."),
        "practice_request": _("The practice cancelled this visit. We are sorry."),
        "hold_expired": _("This time was held for you and not booked in time."),
    }
    return said.get(ended.reason, _("This time was held and let go of."))


def enter_words(appointment: "Appointment") -> str | None:
    """What the way to a video visit is called now; None where there is no such way."""
    if appointment.modality != "video" or appointment.status not in BOOKED:
        return None
    if not is_open(appointment):
        return _("How the visit works") if appointment.starts_at > clock.now() else None
    return _("Check in") if appointment.status == "booked" else _("Go to your visit")


def terms_words(terms: Terms, paid: Money | None) -> str:
    """What cancelling now means for the money."""
    if paid is None or paid.standing != "paid":
        return _("Nothing was paid for this visit, so nothing is owed.")
    amount = money_words(paid.amount_minor, paid.currency)
    if terms.within_policy:
        return _(
            "You get %(amount)s back on the card you paid with. Banks take 5 to 10 days.",
            amount=amount,
        )
    return _(
        "It is too late for a refund: the %(amount)s you paid will not be given back.",
        amount=amount,
    )


def modality_words(modality: str) -> str:
    """How a visit takes place."""
    said = {
        "video": _("By secure video"),
        "phone": _("By phone"),
        "in_person": _("In our rooms"),
    }
    return said[modality]


def _statuses() -> dict[str, str]:
    return {
        "proposed": _("Suggested"),
        "pending": _("Held, not booked yet"),
        "booked": _("Booked"),
        "checked-in": _("You are in the waiting room"),
        "arrived": _("Under way"),
        "fulfilled": _("Done"),
        "cancelled": _("Cancelled"),
        "noshow": _("Missed"),
        "waitlist": _("On the waiting list"),
    }
