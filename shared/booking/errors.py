"""What booking answers when it cannot do what was asked."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.booking.slots import Refusal


@dataclass(frozen=True, slots=True)
class OpenTime:
    """One start that can be held now, and whose it is."""

    starts_at: datetime
    practitioner_id: UUID
    practitioner_name: str


class NoSuchVisit(Exception):
    """The practice offers no visit of that name."""


class SlotRefused(Exception):
    """The time is not offered; the refusal says by which rule."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.rule))
        self.refusal = refusal


class JustTaken(SlotRefused):
    """Somebody was quicker. `alternatives` are the next times that are open, at most three."""

    def __init__(self, refusal: Refusal, alternatives: list[OpenTime]) -> None:
        super().__init__(refusal)
        self.alternatives = alternatives


class SlotGone(Exception):
    """The hold ran out and the time is somebody else's now: money taken for it goes back."""


class HoldGone(Exception):
    """The hold ran out, or was let go of, before it could be used."""


class OwnOverlap(Exception):
    """The patient already has a visit at that time."""


class CannotMove(Exception):
    """The visit is not booked, has begun, or is over."""


class MovedMeanwhile(Exception):
    """Somebody else moved the visit after this page was made."""


class TooSoonToPay(Exception):
    """The visit begins before anybody could pay for it by a link."""


class CannotCancel(Exception):
    """The visit has begun, is over, or was cancelled before."""
