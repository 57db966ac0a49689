"""Every icon a template asks for is drawn."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
DRAWN = set(
    re.findall(r'name == "(\w+)"', (ROOT / "shared/web/templates/ui/icon.html").read_text())
)
ASKED = re.compile(r'icon(?:=|\()"(\w+)"')


def test_every_icon_asked_for_is_drawn() -> None:
    asked = {
        name
        for face in ("marketing", "portal", "admin", "shared/web")
        for path in (ROOT / face).rglob("templates/**/*.html")
        for name in ASKED.findall(path.read_text())
    }
    assert asked - DRAWN == set()
