"""The machine of an encounter. Allowed moves are data, compared by tests with docs.

The visit takes the first steps, and may be called off; from `in_progress` on the practitioner does,
and what is signed never goes back.
"""

from collections.abc import Mapping
from enum import StrEnum

from shared.models.encounter import Encounter


class Status(StrEnum):
    """Encounter.status."""

    PLANNED = "planned"
    ARRIVED = "arrived"
    IN_PROGRESS = "in_progress"
    DOCUMENTED = "documented"
    SIGNED = "signed"
    SUMMARY_SENT = "summary_sent"
    CANCELLED = "cancelled"


MOVES: Mapping[Status, frozenset[Status]] = {
    Status.PLANNED: frozenset({Status.ARRIVED, Status.IN_PROGRESS, Status.CANCELLED}),
    Status.ARRIVED: frozenset({Status.IN_PROGRESS, Status.PLANNED, Status.CANCELLED}),
    Status.IN_PROGRESS: frozenset({Status.DOCUMENTED, Status.CANCELLED}),
    Status.DOCUMENTED: frozenset({Status.SIGNED}),
    Status.SIGNED: frozenset({Status.SUMMARY_SENT}),
    Status.SUMMARY_SENT: frozenset(),
    Status.CANCELLED: frozenset(),
}
# FHIR R4 Encounter.status, https://hl7.org/fhir/R4/valueset-encounter-status.html
FHIR_STATUS: Mapping[Status, str] = {
    Status.PLANNED: "planned",
    Status.ARRIVED: "arrived",
    Status.IN_PROGRESS: "in-progress",
    Status.DOCUMENTED: "finished",
    Status.SIGNED: "finished",
    Status.SUMMARY_SENT: "finished",
    Status.CANCELLED: "cancelled",
}
# FHIR R4 Encounter.class, of v3 ActCode: a call by video or phone is virtual.
FHIR_CLASS: Mapping[str, str] = {"video": "VR", "phone": "VR", "in_person": "AMB"}

# The note is being written; nothing is signed yet.
OPEN = frozenset({Status.PLANNED, Status.ARRIVED, Status.IN_PROGRESS, Status.DOCUMENTED})
# The visit took place, so its note may be signed.
HELD = frozenset({Status.IN_PROGRESS, Status.DOCUMENTED})
SIGNED = frozenset({Status.SIGNED, Status.SUMMARY_SENT})


class MoveRefused(Exception):
    """The state does not allow that step."""


def can_move(current: str, wanted: Status) -> bool:
    """True when the machine has that arrow."""
    return wanted in MOVES[Status(current)]


def move(encounter: Encounter, wanted: Status) -> None:
    """Take the step. Raises MoveRefused unless the machine has that arrow."""
    if not can_move(encounter.status, wanted):
        raise MoveRefused(f"{encounter.status} -> {wanted}")
    encounter.status = wanted.value
