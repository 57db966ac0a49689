"""Booking: what times are open, who holds them, how a visit is booked and cancelled."""

from shared.booking.attribution import Origin, note_origin, read_origin
from shared.booking.cancelling import can_cancel, cancel_appointment, terms_of
from shared.booking.confirming import confirm_appointment
from shared.booking.desk import book_at_desk, hold_for_payment, pay_until
from shared.booking.desk_times import desk_openings, why_not_at_desk
from shared.booking.errors import (
    CannotCancel,
    CannotMove,
    HoldGone,
    JustTaken,
    MovedMeanwhile,
    NoSuchVisit,
    OpenTime,
    OwnOverlap,
    SlotGone,
    SlotRefused,
    TooSoonToPay,
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
from shared.booking.moving import can_move, move_appointment
from shared.booking.offers import get_visit_type, list_visit_types
from shared.booking.slots import Refusal, Rule
from shared.booking.times import find_next_times, load_openings, why_not

__all__ = [
    "CannotCancel",
    "CannotMove",
    "HoldGone",
    "JustTaken",
    "MovedMeanwhile",
    "NoSuchVisit",
    "OpenTime",
    "Origin",
    "OwnOverlap",
    "Refusal",
    "Rule",
    "SlotGone",
    "SlotRefused",
    "TooSoonToPay",
    "book_at_desk",
    "can_cancel",
    "can_move",
    "cancel_appointment",
    "claim_hold",
    "confirm_appointment",
    "desk_openings",
    "expire_holds",
    "extend_hold",
    "find_next_times",
    "get_visit_type",
    "hold_for_payment",
    "hold_slot",
    "invitation",
    "is_live",
    "list_visit_types",
    "load_openings",
    "move_appointment",
    "note_origin",
    "note_whereabouts",
    "pay_until",
    "read_origin",
    "release_hold",
    "terms_of",
    "why_not",
    "why_not_at_desk",
]
