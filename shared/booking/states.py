"""The appointment's state machine, in FHIR R4's codes (Appointment.status).

http://hl7.org/fhir/R4/valueset-appointmentstatus.html. The allowed moves are data, so that the
service, the database's CHECK, the documentation and the tests can be compared.
"""

from enum import StrEnum


class Status(StrEnum):
    """Appointment.status, with what each means here."""

    PROPOSED = "proposed"
    PENDING = "pending"
    BOOKED = "booked"
    ARRIVED = "arrived"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    NOSHOW = "noshow"
    CHECKED_IN = "checked-in"
    WAITLIST = "waitlist"
    ENTERED_IN_ERROR = "entered-in-error"


MOVES: dict[Status, frozenset[Status]] = {
    Status.PROPOSED: frozenset({Status.PENDING, Status.BOOKED, Status.CANCELLED}),
    Status.WAITLIST: frozenset({Status.PENDING, Status.BOOKED, Status.CANCELLED}),
    Status.PENDING: frozenset({Status.BOOKED, Status.CANCELLED, Status.ENTERED_IN_ERROR}),
    Status.BOOKED: frozenset(
        {
            Status.CHECKED_IN,
            Status.ARRIVED,
            Status.FULFILLED,
            Status.NOSHOW,
            Status.CANCELLED,
            Status.ENTERED_IN_ERROR,
        }
    ),
    Status.CHECKED_IN: frozenset(
        {Status.ARRIVED, Status.FULFILLED, Status.NOSHOW, Status.CANCELLED, Status.ENTERED_IN_ERROR}
    ),
    Status.ARRIVED: frozenset({Status.FULFILLED, Status.CANCELLED, Status.ENTERED_IN_ERROR}),
    Status.FULFILLED: frozenset({Status.ENTERED_IN_ERROR}),
    Status.NOSHOW: frozenset({Status.FULFILLED, Status.ENTERED_IN_ERROR}),
    Status.CANCELLED: frozenset({Status.BOOKED, Status.ENTERED_IN_ERROR}),
    Status.ENTERED_IN_ERROR: frozenset(),
}
"""From -> to. Cancelled -> booked exists for one case: the money for a hold that ran out arrives
while the time is still free (`confirm_appointment`)."""

OCCUPIES: frozenset[Status] = frozenset(
    {Status.PENDING, Status.BOOKED, Status.CHECKED_IN, Status.ARRIVED, Status.FULFILLED}
)
"""The states in which an appointment keeps its time from others."""


class MoveRefused(Exception):
    """The appointment's state does not allow that step."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"{current} -> {wanted}")
        self.current = current
        self.wanted = wanted


def check_move(current: str, wanted: Status) -> None:
    """Raises MoveRefused unless the machine has that arrow."""
    if wanted not in MOVES[Status(current)]:
        raise MoveRefused(current, wanted)
