"""The icons: drawn inline from one sprite, coloured by the text around them.

Inline costs no request and never blinks; the sprite stays one file that a browser could load too.
"""

import re
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup

FOLDER = Path(__file__).parent
NAMES = FOLDER / "names.txt"
SPRITE = FOLDER / "sprite.svg"
_SYMBOL = re.compile(r'<symbol id="([a-z-]+)" viewBox="0 0 24 24">(.*?)</symbol>')
# What is drawn for a name that is not in the sprite; a test finds those before a person does.
UNKNOWN = '<circle cx="12" cy="12" r="8.5"/>'


def listed(text: str) -> dict[str, str]:
    """Our name -> Lucide's name."""
    return dict(line.split() for line in text.splitlines() if line.strip())


@cache
def drawings() -> dict[str, Markup]:
    """Name -> the marks inside its <symbol>, of our own sprite."""
    found = _SYMBOL.findall(SPRITE.read_text())
    return {name: _ours(marks) for name, marks in found}


def _ours(marks: str) -> Markup:
    """The sprite is a file of this program; nobody's words reach it."""
    return Markup(marks)  # noqa: S704  # nosec B704  # nosemgrep


@lru_cache(maxsize=512)
def draw_icon(name: str, size: str | None = None, label: str | None = None) -> Markup:
    """An icon as inline SVG; silent to screen readers unless it has a label."""
    said = Markup('aria-hidden="true"')
    if label:
        said = Markup('role="img" aria-label="{}"').format(label)
    return Markup('<svg class="{}" viewBox="0 0 24 24" {}>{}</svg>').format(
        f"icon icon--{size}" if size else "icon", said, drawings().get(name, UNKNOWN)
    )
