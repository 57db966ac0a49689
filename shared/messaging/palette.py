"""A practice's colours for its mail: the portal's own design tokens, worked out to sRGB."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared.practices.look import Brand, Logo
from shared.practices.tokens import colours_of

# The token names a mail uses.
COLOURS = ("paper", "surface", "wash", "line", "ink", "ink-soft", "accent", "on-accent")
TEXT_FONT = "-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif"
SERIF_FONT = "Georgia,Times New Roman,serif"


@dataclass(frozen=True, slots=True)
class Palette:
    """One mail's look: colours of both schemes by token name ("ink_soft"), its shapes, its logo."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    heading_font: str
    radius: str
    card_radius: str
    logo: Logo | None = None


def mail_palette(brand: Mapping[str, object]) -> Palette:
    """The palette of a practice's stored brand; whatever cannot be read keeps the token's value."""
    look = Brand.from_mapping(brand)
    found = colours_of(look)
    crisp = look.corners == "crisp"
    return Palette(
        light={name.replace("-", "_"): found.light[name] for name in COLOURS},
        dark={name.replace("-", "_"): found.dark[name] for name in COLOURS},
        heading_font=SERIF_FONT if look.heading == "serif" else TEXT_FONT,
        radius="4px" if crisp else "10px",
        card_radius="6px" if crisp else "16px",
        logo=look.logo,
    )
