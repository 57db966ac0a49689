"""Whether a look can be read: each pair of colours the product uses, by day and by night.

Text needs 4.5 to 1 and the edges of fields 3 to 1 (WCAG 2.2, 1.4.3 and 1.4.11, level AA).
"""

from dataclasses import dataclass, replace

from shared.practices.colours import contrast
from shared.practices.look import Brand
from shared.practices.tokens import colours_of

TEXT, EDGE = 4.5, 3.0
# What stands on what, as in use: (colour, ground, least ratio).
PAIRS: tuple[tuple[str, str, float], ...] = (
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("accent", "paper", TEXT),
    ("accent", "surface", TEXT),
    ("accent", "wash", TEXT),
    ("accent", "accent-wash", TEXT),
    ("accent-strong", "paper", TEXT),
    ("accent-strong", "surface", TEXT),
    ("accent-strong", "accent-wash", TEXT),
    ("ink", "paper", TEXT),
    ("ink", "surface", TEXT),
    ("ink", "wash", TEXT),
    ("ink", "accent-wash", TEXT),
    ("ink", "second", TEXT),
    ("ink-soft", "paper", TEXT),
    ("ink-soft", "surface", TEXT),
    ("ink-soft", "wash", TEXT),
    ("ink-soft", "accent-wash", TEXT),
    ("paper", "ink", TEXT),
    ("second-ink", "second-wash", TEXT),
    ("second-ink", "surface", TEXT),
    ("on-deep", "deep", TEXT),
    ("good", "good-wash", TEXT),
    ("good", "surface", TEXT),
    ("warn", "warn-wash", TEXT),
    ("warn", "surface", TEXT),
    ("bad", "bad-wash", TEXT),
    ("bad", "surface", TEXT),
    ("bad", "paper", TEXT),
    ("ink", "good-wash", TEXT),
    ("ink", "warn-wash", TEXT),
    ("ink", "bad-wash", TEXT),
    ("focus", "paper", EDGE),
    ("focus", "surface", EDGE),
    ("line-strong", "surface", EDGE),
    ("chart-1", "surface", EDGE),
)
STEP = 0.01


@dataclass(frozen=True, slots=True)
class TooClose:
    """A pair that cannot be told apart: where, how close, what it would need."""

    colour: str
    ground: str
    scheme: str
    ratio: float
    needed: float


class ContrastTooLow(Exception):
    """The look has pairs that are hard to read; `pairs` names them, `instead` is one that works."""

    def __init__(self, pairs: list[TooClose], instead: Brand | None) -> None:
        super().__init__(f"{len(pairs)} pairs of colours are too close")
        self.pairs = pairs
        self.instead = instead


def too_close(look: Brand) -> list[TooClose]:
    """The pairs of a look that fail; none when it may be used."""
    colours = colours_of(look)
    return [
        TooClose(one, other, scheme, ratio, needed)
        for scheme, found in (("light", colours.light), ("dark", colours.dark))
        for one, other, needed in PAIRS
        if (ratio := contrast(found[one], found[other])) < needed
    ]


def check_contrast(look: Brand) -> None:
    """Raises ContrastTooLow unless everything in this look can be read."""
    pairs = too_close(look)
    if pairs:
        raise ContrastTooLow(pairs, nearest(look))


def nearest(look: Brand) -> Brand | None:
    """The same hue, as little darker as makes it work."""
    lightness = look.accent_lightness
    while lightness > STEP:
        lightness = round(lightness - STEP, 4)
        darker = replace(look, accent_lightness=lightness)
        if not too_close(darker):
            return darker
    return None
