"""The list of icons, the sprite and the pages stay in step: nothing missing, nothing unused."""

import re
from pathlib import Path

from shared.web.icons import NAMES, draw_icon, drawings, listed

ROOT = Path(__file__).parents[3]
FACES = ("marketing", "portal", "admin", "shared/web")
ASKED = re.compile(r'icon(?:=|\()"([\w-]+)"')


def sources(ending: str) -> str:
    return "\n".join(
        path.read_text() for face in FACES for path in sorted((ROOT / face).rglob(f"*.{ending}"))
    )


def test_every_icon_asked_for_is_drawn() -> None:
    asked = set(ASKED.findall(sources("html") + sources("py")))
    assert asked - set(drawings()) == set()


def test_the_sprite_holds_what_the_list_says() -> None:
    assert list(drawings()) == list(listed(NAMES.read_text()))


def test_an_icon_is_silent_unless_it_is_labelled() -> None:
    assert 'aria-hidden="true"' in draw_icon("check")
    labelled = draw_icon("check", label='Done "now"')
    assert 'role="img"' in labelled
    assert '"now"' not in labelled
