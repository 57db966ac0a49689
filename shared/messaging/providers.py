"""Two mail providers: the second takes over at once for mails that may arrive twice.

The first one's failure, and its silence, are the same to somebody waiting for a sign-in mail. Every
other mail goes through the first only: sending it again blindly could tell a patient twice.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

from shared.adapters.email.letter import Deferred, Letter, Outcome, Refused, Sent, Unknown
from shared.adapters.email.resend import from_second_provider
from shared.adapters.email.ses import FALLBACK_SENDER, SENDER_REFUSED

FIRST, SECOND = "ses", "resend"
# A letter that cannot be put into words for one provider cannot be for another.
HOPELESS = frozenset({"unwritable_letter"})


class First(Protocol):
    """The provider all mail goes through."""

    def send(self, letter: Letter) -> Outcome: ...


class Second(Protocol):
    """The provider for when it matters."""

    @property
    def is_configured(self) -> bool: ...
    def send(self, letter: Letter, *, key: str) -> Outcome: ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """What was sent at last, by whom, and what came of it."""

    letter: Letter
    outcome: Outcome
    provider: str


def send_by_first(first: First, letter: Letter) -> Attempt:
    """Send; when the vendor refuses the practice's own sender, send under the fallback's."""
    outcome = first.send(letter)
    own = letter.sender.source == "row"
    if own and isinstance(outcome, Refused) and outcome.reason == SENDER_REFUSED:
        fallback = replace(FALLBACK_SENDER, name=letter.sender.name)
        letter = replace(letter, sender=fallback)
        outcome = first.send(letter)
    return Attempt(letter, outcome, FIRST)


def send_by_either(first: First, second: Second, letter: Letter, *, key: str) -> Attempt:
    """Send; whatever but success the first has to say, the second is asked at once."""
    attempt = send_by_first(first, letter)
    outcome = attempt.outcome
    if isinstance(outcome, Sent) or not second.is_configured:
        return attempt
    if isinstance(outcome, Refused) and outcome.reason in HOPELESS:
        return attempt
    other = from_second_provider(letter)
    also = second.send(other, key=key)
    if isinstance(also, Sent):
        return Attempt(other, also, SECOND)
    return replace(attempt, outcome=_worse(outcome, also))


def _worse(first: Outcome, second: Outcome) -> Outcome:
    """What can be said of a mail neither provider took for sure: unknown, then later, then no."""
    for kind in (Unknown, Deferred):
        for outcome in (first, second):
            if isinstance(outcome, kind):
                return outcome
    return first
