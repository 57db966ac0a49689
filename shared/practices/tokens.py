"""The design tokens worked out to sRGB for a practice's look, by day and by night.

The style sheet of the tokens is read, not copied: a changed token changes letters, previews and the
contrast check too.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shared.practices.colours import to_hex
from shared.practices.look import Brand

TOKENS = Path(__file__).parents[1] / "web" / "static" / "css" / "tokens.css"
DARK = "@media (prefers-color-scheme: dark)"
_BLOCK = re.compile(r":root \{(.*?)\n\s*\}", re.DOTALL)
_DECLARED = re.compile(r"--([a-z0-9-]+):\s*([^;]+);")
_COLOUR = re.compile(r"oklch\((?P<parts>.+)\)")
_PART = re.compile(r"calc\([^()]*(?:\([^()]*\)[^()]*)*\)|var\(--[a-z0-9-]+\)|[\d.]+%?")
_CALC = re.compile(r"calc\(var\(--([a-z0-9-]+)\) ([*+-]) ([\d.]+)\)")


class UnreadableToken(ValueError):
    """A colour token is written in a way that only a browser understands."""


@dataclass(frozen=True)
class Colours:
    """Token name -> "#rrggbb", by day and by night."""

    light: Mapping[str, str]
    dark: Mapping[str, str]


def declarations(scheme: str) -> dict[str, str]:
    """The tokens of a scheme as they are written; those of the night stand over the day's."""
    text = TOKENS.read_text()
    day, _, night = text[text.index("@layer tokens") :].partition(DARK)
    found = dict(_DECLARED.findall(_first_block(day)))
    return found | dict(_DECLARED.findall(_first_block(night))) if scheme == "dark" else found


def _first_block(text: str) -> str:
    found = _BLOCK.search(text)
    if found is None:
        raise UnreadableToken("tokens.css has no :root block")
    return found[1]


@lru_cache(maxsize=256)
def colours_of(brand: Brand) -> Colours:
    """Every opaque colour token of a look."""
    return Colours(_scheme("light", brand), _scheme("dark", brand))


def _scheme(scheme: str, brand: Brand) -> dict[str, str]:
    declared = declarations(scheme) | brand.tokens()
    return {
        name: read_colour(value, declared)
        for name, value in declared.items()
        if value.startswith("oklch(") and "/" not in value
    }


def read_colour(written: str, declared: Mapping[str, str]) -> str:
    """ "oklch(45% var(--accent-chroma) 20)" -> "#rrggbb"; raises UnreadableToken."""
    found = _COLOUR.fullmatch(written.strip())
    parts = _PART.findall(found["parts"]) if found else []
    if len(parts) != 3:
        raise UnreadableToken(f"cannot read the colour {written!r}")
    lightness, chroma, hue = (_number(part, declared) for part in parts)
    return to_hex(min(max(lightness, 0.0), 1.0), max(chroma, 0.0), hue)


def _number(part: str, declared: Mapping[str, str]) -> float:
    calc = _CALC.fullmatch(part)
    if calc:
        name, operator, by = calc.groups()
        one, other = _number(declared[name], declared), float(by)
        return one * other if operator == "*" else one + other if operator == "+" else one - other
    if part.startswith("var("):
        return _number(declared[part[6:-1]], declared)
    try:
        return float(part[:-1]) / 100 if part.endswith("%") else float(part)
    except ValueError as error:
        raise UnreadableToken(f"cannot read {part!r}") from error
