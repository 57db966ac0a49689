"""The style sheets joined into one a face, in the order of their cascade layers, and made small."""

import re
from collections.abc import Callable
from pathlib import Path

CSS = Path(__file__).parent / "static" / "css"
LAYERS = ("reset.css", "tokens.css", "base.css", "ui/*.css", "rooms/*.css", "utilities.css")
# Each face gets its own sheet: files whose name begins with a word of another face stay away.
FACES: dict[str, tuple[str, ...]] = {
    "marketing": ("marketing",),
    "portal": ("portal",),
    # Rooms of the desk, and the parts that only the desk uses so far.
    "admin": (
        *("admin", "attention", "log", "schedule", "settings"),
        *("avatar", "chart", "file", "filters", "palette", "search", "section", "stat", "timeline"),
    ),
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ADDRESS = re.compile(r"url\(\"?\.\./([^\")]+)\"?\)")


def styles_of(folder: Path, face: str | None) -> list[Path]:
    """The style sheets of a face in layer order; all of them for None."""
    files = [path for pattern in LAYERS for path in sorted(folder.glob(pattern))]
    others = tuple(
        word for other, words in FACES.items() if face and other != face for word in words
    )
    return [path for path in files if not path.name.startswith(others)]


def join_styles(folder: Path, address: Callable[[str], str], face: str | None = None) -> str:
    """The sheets as one; `address` gives the served address of a file they name."""
    text = "\n".join(squeeze(path.read_text()) for path in styles_of(folder, face))
    return _ADDRESS.sub(lambda match: f'url("{address(match.group(1))}")', text)


def squeeze(css: str) -> str:
    """Without comments, line breaks and needless space; our sheets hold no such text in quotes."""
    lines = " ".join(_COMMENT.sub("", css).split())
    return re.sub(r"\s*([{};])\s*", r"\1", lines).replace(";}", "}").replace(": ", ":")
