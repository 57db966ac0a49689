"""The life of a dispatch: which status may follow which, and what a person is told about it.

Notices of a vendor arrive twice, late and in any order, so each status has a rank and a notice may
only move a dispatch up: a delivery after a bounce changes nothing, a complaint after a delivery
does. `failed`, `cancelled` and `skipped` are ends, because nothing left the house.
"""

from __future__ import annotations

# Statuses a vendor's notice can bring, by how final they are.
RANK = {
    "sending": 1,
    "unknown": 1,
    "sent": 2,
    "deferred": 3,
    "delivered": 4,
    "bounced": 5,
    "suppressed": 5,
    "complained": 6,
}

# What our own program may do.
OWN_STEPS: dict[str, frozenset[str]] = {
    "queued": frozenset({"sending", "skipped", "cancelled", "failed"}),
    "sending": frozenset({"sent", "failed", "unknown", "queued"}),
    "unknown": frozenset({"sent", "failed", "queued"}),
}

ENDS = frozenset({"failed", "cancelled", "skipped"})


class NotAllowed(Exception):
    """A step our own program may never take. A defect."""


def check_step(status: str, following: str) -> None:
    """Refuse a step of our own that is not in the table. Raises NotAllowed."""
    if following not in OWN_STEPS.get(status, frozenset()):
        raise NotAllowed(f"{status} -> {following}")


def may_become(status: str, following: str) -> bool:
    """True when a vendor's notice moves a dispatch on from `status`."""
    if status in ENDS or status not in RANK or following not in RANK:
        return status in RANK and following == "failed" and RANK[status] <= RANK["deferred"]
    return RANK[following] > RANK[status]
