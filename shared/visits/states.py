"""The machines of a visit and of its room. Allowed moves are data, compared by tests with docs.

A visit's last states keep what happened: `converted_to_phone` becomes `ended` like a video visit,
and its modality says how it took place; one that was cancelled, or that nobody came to, stays so,
and `torn_down_at` says when its room was gone. Back to `scheduled` leads one way only: the
appointment was moved to another time.
"""

from enum import StrEnum


class Status(StrEnum):
    """Visit.status."""

    SCHEDULED = "scheduled"
    ROOM_READY = "room_ready"
    PATIENT_CHECKED_IN = "patient_checked_in"
    PRACTITIONER_JOINED = "practitioner_joined"
    IN_PROGRESS = "in_progress"
    DROPPED = "dropped"
    CONVERTED_TO_PHONE = "converted_to_phone"
    ENDED = "ended"
    TORN_DOWN = "torn_down"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class RoomStatus(StrEnum):
    """VideoRoom.status."""

    WANTED = "wanted"
    MAKING = "making"
    UNKNOWN = "unknown"
    READY = "ready"
    CLOSING = "closing"
    GONE = "gone"
    FAILED = "failed"


# Before both sides are there, each may still fail to come, and either may ask for the phone. Who
# has checked in does not fail to come before the practitioner has.
_UNDECIDED = {Status.CONVERTED_TO_PHONE, Status.NO_SHOW, Status.CANCELLED}

MOVES: dict[Status, frozenset[Status]] = {
    Status.SCHEDULED: frozenset(
        {Status.ROOM_READY, Status.PATIENT_CHECKED_IN, Status.PRACTITIONER_JOINED, *_UNDECIDED}
    ),
    Status.ROOM_READY: frozenset(
        {Status.PATIENT_CHECKED_IN, Status.PRACTITIONER_JOINED, Status.SCHEDULED, *_UNDECIDED}
    ),
    Status.PATIENT_CHECKED_IN: frozenset(
        {
            Status.PRACTITIONER_JOINED,
            Status.IN_PROGRESS,
            Status.SCHEDULED,
            Status.CONVERTED_TO_PHONE,
            Status.CANCELLED,
        }
    ),
    # Where nobody met there is nothing to end: the patient did not come, or it goes on by phone.
    Status.PRACTITIONER_JOINED: frozenset({Status.IN_PROGRESS, *_UNDECIDED}),
    Status.IN_PROGRESS: frozenset({Status.DROPPED, Status.CONVERTED_TO_PHONE, Status.ENDED}),
    Status.DROPPED: frozenset({Status.IN_PROGRESS, Status.CONVERTED_TO_PHONE, Status.ENDED}),
    Status.CONVERTED_TO_PHONE: frozenset({Status.ENDED, Status.NO_SHOW}),
    Status.ENDED: frozenset({Status.TORN_DOWN}),
    Status.NO_SHOW: frozenset(),
    Status.CANCELLED: frozenset(),
    Status.TORN_DOWN: frozenset(),
}

ROOM_MOVES: dict[RoomStatus, frozenset[RoomStatus]] = {
    RoomStatus.WANTED: frozenset({RoomStatus.MAKING, RoomStatus.CLOSING, RoomStatus.GONE}),
    RoomStatus.MAKING: frozenset(
        {
            RoomStatus.READY,
            RoomStatus.UNKNOWN,
            RoomStatus.FAILED,
            RoomStatus.MAKING,
            RoomStatus.CLOSING,
        }
    ),
    RoomStatus.UNKNOWN: frozenset({RoomStatus.MAKING, RoomStatus.CLOSING}),
    # Gone at once: the vendor removed it by itself.
    RoomStatus.READY: frozenset({RoomStatus.CLOSING, RoomStatus.GONE}),
    RoomStatus.CLOSING: frozenset({RoomStatus.GONE}),
    RoomStatus.FAILED: frozenset({RoomStatus.CLOSING}),
    RoomStatus.GONE: frozenset(),
}

# What the room is still needed in.
OPEN = frozenset(
    {
        Status.SCHEDULED,
        Status.ROOM_READY,
        Status.PATIENT_CHECKED_IN,
        Status.PRACTITIONER_JOINED,
        Status.IN_PROGRESS,
        Status.DROPPED,
    }
)
OVER = frozenset({Status.ENDED, Status.TORN_DOWN, Status.NO_SHOW, Status.CANCELLED})


class MoveRefused(Exception):
    """The state does not allow that step."""

    def __init__(self, current: str, wanted: str) -> None:
        super().__init__(f"{current} -> {wanted}")
        self.current = current
        self.wanted = wanted


def can_move(current: str, wanted: Status) -> bool:
    """True when a visit's machine has that arrow."""
    return wanted in MOVES[Status(current)]


def check_move(current: str, wanted: Status) -> None:
    """Raises MoveRefused unless a visit's machine has that arrow."""
    if not can_move(current, wanted):
        raise MoveRefused(current, wanted)


def check_room_move(current: str, wanted: RoomStatus) -> None:
    """Raises MoveRefused unless a room's machine has that arrow."""
    if wanted not in ROOM_MOVES[RoomStatus(current)]:
        raise MoveRefused(current, wanted)
