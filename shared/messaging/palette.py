"""The portal's colours in the only notation mail programs know.

The design tokens are written in OKLCH. Mail gets the same colours, worked out to sRGB, so that a
changed token changes the letters too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)
_OKLCH = re.compile(r"oklch\(\s*([\d.]+)(%?)\s+([\d.]+)\s+([\d.]+)(?:deg)?\s*\)", re.IGNORECASE)

DEFAULT_ACCENT = "#0f6b5f"
WHITE = "#ffffff"
# WCAG 2.2, 1.4.3: text on the accent, and the accent as text on white.
LEAST_CONTRAST = 4.5


@dataclass(frozen=True, slots=True)
class Palette:
    """One mail's colours, light and dark."""

    accent: str
    accent_dark: str
    on_accent: str = WHITE
    page: str = "#f3f5f4"
    page_dark: str = "#141918"
    card: str = WHITE
    card_dark: str = "#1e2423"
    soft: str = "#eef2f1"
    soft_dark: str = "#29312f"
    ink: str = "#1c2422"
    ink_dark: str = "#eef2f1"
    muted: str = "#566360"
    muted_dark: str = "#a9b5b2"
    line: str = "#dde4e2"
    line_dark: str = "#37413e"


@cache
def mail_palette(accent: str) -> Palette:
    """The palette for a practice's accent (hex or OKLCH); an unreadable one is not used."""
    colour = to_hex(accent)
    if contrast(colour, WHITE) < LEAST_CONTRAST:
        colour = DEFAULT_ACCENT
    return Palette(accent=colour, accent_dark=_lighten(colour))


def to_hex(colour: str) -> str:
    """ "#rrggbb" from a hex or OKLCH colour; the default accent from anything else."""
    text = colour.strip()
    if _HEX.fullmatch(text):
        return text.lower()
    found = _OKLCH.fullmatch(text)
    if not found:
        return DEFAULT_ACCENT
    lightness = float(found[1]) / (100 if found[2] else 1)
    return _oklch_to_hex(lightness, float(found[3]), float(found[4]))


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two hex colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _lighten(colour: str, towards_white: float = 0.55) -> str:
    mixed = (round(255 * (c + (1 - c) * towards_white)) for c in _channels(colour))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _oklch_to_hex(lightness: float, chroma: float, hue: float) -> str:
    """Ottosson's OKLab matrices (https://bottosson.github.io/posts/oklab/), clipped to sRGB."""
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return "#" + "".join(f"{round(255 * _gamma(value)):02x}" for value in linear)


def _gamma(value: float) -> float:
    clipped = min(max(value, 0.0), 1.0)
    return 12.92 * clipped if clipped <= 0.0031308 else 1.055 * clipped ** (1 / 2.4) - 0.055
