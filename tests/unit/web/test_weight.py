"""A first visit is light: what a browser fetches before it knows us, as it travels.

The numbers are promises (60 KB in all, packed): a page that needs more has to take something else
away. What the page itself and the brand's own small files may take is set aside.
"""

import pytest

from shared.web.assets import read_assets
from shared.web.icons import SPRITE
from shared.web.packing import choose_encoding, pack
from shared.web.styles import FACES, squeeze

FIRST_VISIT = 60_000
PAGE = 8_000
STYLES = {"marketing": 13_000, "portal": 10_500, "admin": 15_500}
TEXT_FONT, HEADING_FONT = 16_000, 11_000
HTMX, OUR_SCRIPT = 12_500, 3_000
SPRITE_SIZE = 5_000

TEXT, HEADING = "fonts/atkinson-hyperlegible-next.woff2", "fonts/newsreader.woff2"
# What each face loads for a practice with serif headings; the desk's headings are always sans.
LOADED = {
    "marketing": (TEXT, HEADING, "js/site.js"),
    "portal": (TEXT, HEADING, "vendor/htmx-4.0.1.min.js", "js/app.js"),
    "admin": (TEXT, "vendor/htmx-4.0.1.min.js", "js/app.js", "js/desk.js"),
}
ASSETS = read_assets()


def packed(name: str) -> int:
    """The bytes of a file on their way to a browser of today."""
    found = ASSETS[name]
    encoding = choose_encoding("gzip, br", found.mimetype, len(found.body))
    return len(pack(found.body, encoding) if encoding else found.body)


@pytest.mark.parametrize("face", FACES)
def test_a_faces_styles_keep_their_share(face: str) -> None:
    assert packed(f"css/{face}.css") <= STYLES[face]


def test_fonts_and_scripts_keep_their_share() -> None:
    assert packed(TEXT) <= TEXT_FONT
    assert packed(HEADING) <= HEADING_FONT
    assert packed("vendor/htmx-4.0.1.min.js") <= HTMX
    assert packed("js/app.js") <= OUR_SCRIPT


@pytest.mark.parametrize("face", FACES)
def test_a_first_visit_keeps_its_promise(face: str) -> None:
    assert sum(map(packed, (f"css/{face}.css", *LOADED[face]))) + PAGE <= FIRST_VISIT


def test_the_icons_are_few() -> None:
    assert len(pack(SPRITE.read_bytes(), "br")) <= SPRITE_SIZE


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
        ("BR ; q=0.5", "br"),
    ],
)
def test_an_encoding_is_used_only_when_it_is_taken(accepted: str, encoding: str | None) -> None:
    assert choose_encoding(accepted, "text/css", 5000) == encoding


def test_small_files_and_pictures_are_left_alone() -> None:
    assert choose_encoding("br", "text/css", 100) is None
    assert choose_encoding("br", "font/woff2", 50_000) is None


def test_squeezing_keeps_what_a_sheet_says() -> None:
    css = """
      /* a note */
      @media (min-width: 60rem) { .a > .b, .c { color: red; content: "x y"; } }
    """
    assert squeeze(css) == '@media (min-width:60rem){.a > .b, .c{color:red;content:"x y"}}'
