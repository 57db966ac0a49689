"""A practice's colours for its mail: the portal's own design tokens, worked out to sRGB.

The style sheet of the tokens is read, not copied, so that a changed token changes the letters too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from shared.messaging.oklch import to_hex

TOKENS = Path(__file__).parents[1] / "web" / "static" / "css" / "tokens.css"

# The token names a mail uses.
COLOURS = ("paper", "surface", "wash", "line", "ink", "ink-soft", "accent", "on-accent")
# What a practice's brand may choose among the tokens, with the greatest value of each.
CHOICES = {
    "accent_hue": 360.0,
    "accent_lightness": 1.0,
    "accent_chroma": 0.3,
    "surface_hue": 360.0,
}
TEXT_FONT = "-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica,Arial,sans-serif"
SERIF_FONT = "Georgia,Times New Roman,serif"

_DECLARED = re.compile(r"--([a-z-]+):\s*([^;]+);")
_DARK = "@media (prefers-color-scheme: dark)"
_COLOUR = re.compile(
    r"oklch\((?:(?P<lightness>[\d.]+)%|var\(--(?P<lightness_of>[a-z-]+)\))\s+"
    r"(?:(?P<chroma>[\d.]+)|calc\(var\(--(?P<scaled>[a-z-]+)\) \* (?P<factor>[\d.]+)\)|"
    r"var\(--(?P<chroma_of>[a-z-]+)\))\s+"
    r"(?:(?P<hue>[\d.]+)|var\(--(?P<hue_of>[a-z-]+)\))\)"
)


@dataclass(frozen=True, slots=True)
class Palette:
    """One mail's look: colours of both schemes by token name ("ink_soft"), and its shapes."""

    light: Mapping[str, str]
    dark: Mapping[str, str]
    heading_font: str
    radius: str
    card_radius: str


def mail_palette(brand: Mapping[str, object]) -> Palette:
    """The palette of a practice's stored brand; whatever cannot be read keeps the token's value."""
    chosen = {}
    for name, most in CHOICES.items():
        value = brand.get(name)
        if isinstance(value, int | float) and 0 <= value <= most:
            chosen[name.replace("_", "-")] = float(value)
    crisp = brand.get("corners") == "crisp"
    return _palette(
        tuple(sorted(chosen.items())),
        SERIF_FONT if brand.get("heading") == "serif" else TEXT_FONT,
        "4px" if crisp else "10px",
        "6px" if crisp else "16px",
    )


@cache
def _palette(
    chosen: tuple[tuple[str, float], ...], heading_font: str, radius: str, card_radius: str
) -> Palette:
    day, _, night = TOKENS.read_text().partition(_DARK)
    light, dark = dict(_DECLARED.findall(day)), dict(_DECLARED.findall(night))
    values = {name: float(text) for name, text in light.items() if _is_number(text)}
    values |= dict(chosen)
    return Palette(
        light={_name(name): _hex(light[name], values) for name in COLOURS},
        dark={_name(name): _hex((light | dark)[name], values) for name in COLOURS},
        heading_font=heading_font,
        radius=radius,
        card_radius=card_radius,
    )


def _hex(declared: str, values: Mapping[str, float]) -> str:
    found = _COLOUR.fullmatch(declared.strip())
    if not found:
        raise ValueError(f"mail cannot read the colour {declared!r}")
    part = found.groupdict()
    if part["chroma"]:
        chroma = float(part["chroma"])
    else:
        chroma = values[part["scaled"] or part["chroma_of"]] * float(part["factor"] or 1)
    hue = float(part["hue"]) if part["hue"] else values[part["hue_of"]]
    chosen = part["lightness_of"]
    lightness = values[chosen] if chosen else float(part["lightness"]) / 100
    return to_hex(lightness, chroma, hue)


def _name(token: str) -> str:
    return token.replace("-", "_")


def _is_number(text: str) -> bool:
    return re.fullmatch(r"[\d.]+", text.strip()) is not None
