"""The few public facts of the current practice, with neutral ones when nobody knows it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.web.current import find_practice


@dataclass(frozen=True)
class PracticeCard:
    """Name, ways to reach it and brand values; never anything private."""

    slug: str = "practice"
    name: str = "Your practice"
    phone: str | None = None
    email: str | None = None
    time_zone: str = "America/New_York"
    brand: Mapping[str, object] = field(default_factory=dict)
    # What the practice adds to 911 and 988.
    emergency_words: str = ""


NEUTRAL = PracticeCard()


def find_practice_card() -> PracticeCard:
    """The card of the practice behind this request; the neutral card when it is not resolved."""
    found = find_practice()
    if found is None:
        return NEUTRAL
    return PracticeCard(
        found.slug,
        found.name,
        found.phone,
        found.email,
        found.time_zone,
        found.brand,
        found.emergency_words,
    )
