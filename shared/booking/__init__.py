"""Booking: what times are open, who holds them, how a visit is booked and cancelled."""

from shared.booking.cancelling import can_cancel, cancel_appointment, terms_of
from shared.booking.confirming import confirm_appointment
from shared.booking.desk import book_at_desk
from shared.booking.errors import (
    CannotCancel,
    HoldGone,
    JustTaken,
    NoSuchVisit,
    OpenTime,
    OwnOverlap,
    SlotGone,
    SlotRefused,
)
from shared.booking.holds import hold_slot, is_live
from shared.booking.invitation import invitation
from shared.booking.keeping import (
    claim_hold,
    expire_holds,
    extend_hold,
    note_whereabouts,
    release_hold,
)
from shared.booking.offers import get_visit_type, list_visit_types
from shared.booking.slots import Refusal, Rule
from shared.booking.times import find_next_times, load_openings, why_not

__all__ = [
    "CannotCancel",
    "HoldGone",
    "JustTaken",
    "NoSuchVisit",
    "OpenTime",
    "OwnOverlap",
    "Refusal",
    "Rule",
    "SlotGone",
    "SlotRefused",
    "book_at_desk",
    "can_cancel",
    "cancel_appointment",
    "claim_hold",
    "confirm_appointment",
    "expire_holds",
    "extend_hold",
    "find_next_times",
    "get_visit_type",
    "hold_slot",
    "invitation",
    "is_live",
    "list_visit_types",
    "load_openings",
    "note_whereabouts",
    "release_hold",
    "terms_of",
    "why_not",
]
