"""Rebuilding every record from the event log alone, and proving that nothing is missing."""

from shared.replay.comparing import Difference
from shared.replay.drill import Drill, TargetUnfit, run_drill
from shared.replay.revisions import UnknownRevision
from shared.replay.standing import compare_standing

__all__ = [
    "Difference",
    "Drill",
    "TargetUnfit",
    "UnknownRevision",
    "compare_standing",
    "run_drill",
]
