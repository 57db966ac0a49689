"""The sections of a note and of a summary, and their text as it is kept."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.encounters.errors import TooLong

NOTE = ("reason", "history", "observations", "assessment", "plan")
SUMMARY = ("talked", "to_do", "medicines", "seek_help", "follow_up")
# About thirteen pages; more in one section is a paste that went wrong.
LONGEST = 40_000
# The version of a text that has not been saved yet.
FIRST = 0
_KEPT = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Saved:
    """How a text stands after a save: its version, and when that was saved."""

    version: int = FIRST
    at: datetime | None = None


def clean(text: str) -> str:
    """Any script and any sign, without what no keyboard types: control characters, lone halves.

    Direction marks stay, people who write from right to left need them; the page isolates them.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    fit = "".join(
        letter
        for letter in unicodedata.normalize("NFC", lines)
        if letter in _KEPT or unicodedata.category(letter) not in {"Cc", "Cs"}
    )
    return fit.rstrip()


def cleaned(texts: Mapping[str, str], names: tuple[str, ...]) -> dict[str, str]:
    """Every section, cleaned. Raises TooLong naming the first that is."""
    found = {name: clean(texts.get(name, "")) for name in names}
    for name, text in found.items():
        if len(text) > LONGEST:
            raise TooLong(name)
    return found


def texts_of(row: Any, names: tuple[str, ...]) -> dict[str, str]:
    """The sections of a note, a version or a summary as they stand; absent ones are empty."""
    return {name: getattr(row, name) or "" for name in names}


def fill(row: Any, texts: Mapping[str, str]) -> None:
    """Set the sections that differ: the others keep their ciphertext."""
    for name, text in texts.items():
        if (getattr(row, name) or "") != text:
            setattr(row, name, text or None)


def has_words(texts: Mapping[str, str]) -> bool:
    """True when any section says something."""
    return any(text.strip() for text in texts.values())
