"""What keeps a visit from going on, each with what the page needs to say about it."""

from datetime import datetime


class VisitRefused(Exception):
    """Base of everything a person is told and can do something about."""


class NotYet(VisitRefused):
    """Too early; `opens_at` says when the door opens."""

    def __init__(self, opens_at: datetime) -> None:
        super().__init__(opens_at.isoformat())
        self.opens_at = opens_at


class Over(VisitRefused):
    """The visit has ended, was cancelled, or was never booked."""


class Here(VisitRefused):
    """Somebody who waits is not absent."""


class NotCalled(VisitRefused):
    """Somebody checked in, and the practitioner has not come: nobody is absent yet."""


class NotThem(VisitRefused):
    """The practice asks who somebody is, and they have not said it, or not rightly."""


class NotLicensed(VisitRefused):
    """The practitioner holds no licence for where the patient is; `state` is two letters."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class ConsentMissing(VisitRefused):
    """The standing text was not signed."""


class NumberUnusable(VisitRefused):
    """The telephone number cannot be called."""


class Elsewhere(VisitRefused):
    """The same person has the visit open in a newer window or on another device."""
