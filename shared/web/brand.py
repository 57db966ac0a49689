"""A practice's look as a handful of token values, served as its own cacheable style sheet."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from typing import Self

from shared.web.practice_card import PracticeCard, find_practice_card

MOTIFS = ("leaf", "rails", "plain")
HEADINGS = {
    "serif": ('"Newsreader", "Heading Meanwhile", Georgia, serif', "480", "-0.015em"),
    "sans": (
        '"Atkinson Hyperlegible Next", "Text Meanwhile", system-ui, sans-serif',
        "720",
        "-0.028em",
    ),
}
CORNERS = {"soft": ("0.75rem", "1.25rem"), "crisp": ("0.25rem", "0.375rem")}


@dataclass(frozen=True)
class Brand:
    """Token values a practice may choose. Lightness stays ours, so that contrast always holds."""

    accent_hue: float = 225
    accent_chroma: float = 0.075
    surface_hue: float = 225
    second_hue: float = 190
    heading: str = "sans"
    corners: str = "soft"
    motif: str = "plain"

    @classmethod
    def from_mapping(cls, values: Mapping[str, object]) -> Self:
        """Read stored values; what is missing, unknown or out of range keeps its default."""
        base = cls()
        return cls(
            accent_hue=_number(values.get("accent_hue"), base.accent_hue, 360),
            accent_chroma=_number(values.get("accent_chroma"), base.accent_chroma, 0.16),
            surface_hue=_number(values.get("surface_hue"), base.surface_hue, 360),
            second_hue=_number(values.get("second_hue"), base.second_hue, 360),
            heading=_one_of(values.get("heading"), HEADINGS, base.heading),
            corners=_one_of(values.get("corners"), CORNERS, base.corners),
            motif=_one_of(values.get("motif"), MOTIFS, base.motif),
        )

    def css(self) -> str:
        """The style sheet: only numbers and names chosen from our own lists ever reach it."""
        family, weight, spacing = HEADINGS[self.heading]
        small, large = CORNERS[self.corners]
        values = {
            "accent-hue": f"{self.accent_hue:g}",
            "accent-chroma": f"{self.accent_chroma:g}",
            "surface-hue": f"{self.surface_hue:g}",
            "second-hue": f"{self.second_hue:g}",
            "font-display": family,
            "display-weight": weight,
            "display-spacing": spacing,
            "radius": small,
            "radius-large": large,
            "motif": f"var(--motif-{self.motif})",
            "mark": f"var(--mark-{self.motif})",
        }
        lines = "".join(f"  --{name}: {value};\n" for name, value in values.items())
        return f"@layer brand {{\n:root {{\n{lines}}}\n}}\n"


@dataclass(frozen=True)
class Site:
    """What every page may say about the practice it belongs to, database or not."""

    slug: str
    name: str
    phone: str | None
    email: str | None
    time_zone: str
    motif: str
    stylesheet: str


def _number(value: object, default: float, maximum: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= maximum:
        return default
    return float(value)


def _one_of(value: object, choices: Mapping[str, object] | tuple[str, ...], default: str) -> str:
    return value if isinstance(value, str) and value in choices else default


@cache
def digest_of(brand: Brand) -> str:
    return sha256(brand.css().encode()).hexdigest()[:12]


def brand_of(card: PracticeCard) -> Brand:
    return Brand.from_mapping(card.brand)


def site() -> Site:
    """The current practice, or a neutral one when it cannot be known."""
    card = find_practice_card()
    brand = brand_of(card)
    return Site(
        card.slug,
        card.name,
        card.phone,
        card.email,
        card.time_zone,
        brand.motif,
        f"/brand/{card.slug}-{digest_of(brand)}.css",
    )


def brand_stylesheet(name: str) -> tuple[str, bool]:
    """This host's practice's style sheet, and whether `name` names exactly this content."""
    card = find_practice_card()
    brand = brand_of(card)
    return brand.css(), name == f"{card.slug}-{digest_of(brand)}"
