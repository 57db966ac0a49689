"""Changing senders and payment settings: validated, by two people or after a day, undone alike."""

from shared.configuration.proposing import (
    AlreadyPending,
    InvalidProposal,
    OwnChange,
    apply_due_changes,
    confirm_change,
    propose_change,
    withdraw_change,
)
from shared.configuration.reading import Configured, Waiting, configured, waiting
from shared.configuration.testing import send_test

__all__ = [
    "AlreadyPending",
    "Configured",
    "InvalidProposal",
    "OwnChange",
    "Waiting",
    "apply_due_changes",
    "configured",
    "confirm_change",
    "propose_change",
    "send_test",
    "waiting",
    "withdraw_change",
]
