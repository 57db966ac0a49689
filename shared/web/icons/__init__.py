"""The icons: drawn inline from one sprite, coloured by the text around them.

Inline costs no request and never blinks; the sprite stays one file that a browser could load too.
"""

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup, escape

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
def drawings() -> dict[str, str]:
    """Name -> the marks inside its <symbol>."""
    return dict(_SYMBOL.findall(SPRITE.read_text()))


def draw_icon(name: str, size: str | None = None, label: str | None = None) -> Markup:
    """An icon as inline SVG; silent to screen readers unless it has a label."""
    said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    kind = f"icon icon--{escape(size)}" if size else "icon"
    # Only our own sprite and escaped words reach this markup.
    return Markup(  # noqa: S704
        f'<svg class="{kind}" viewBox="0 0 24 24" {said} focusable="false">'
        f"{drawings().get(name, UNKNOWN)}</svg>"
    )
