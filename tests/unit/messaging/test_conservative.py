"""Mails use what mail programs have understood for twenty years, by day and by night.

The lists are what Outlook's Word engine, Gmail, Apple Mail and the web mailers all keep
(caniemail.com): tables, inline styles, a few properties. What only some know stands in the one
<style> of the head, where the others leave it out without harm.
"""

import re
from html.parser import HTMLParser

import pytest

from shared.messaging.catalogue import CATALOGUE
from shared.messaging.letterhead import Letterhead
from shared.messaging.palette import mail_palette
from shared.messaging.samples import sample_message
from shared.practices.colours import contrast

TAGS = frozenset(
    "html head meta title style body div table tr td h1 p span a br img strong".split()
)
ATTRIBUTES = frozenset(
    "lang charset name content class style role width height cellpadding cellspacing border align"
    " valign bgcolor href src alt aria-hidden".split()
)
PROPERTIES = frozenset(
    "margin padding padding-top padding-left background color width height max-width max-height"
    " border border-top border-radius display overflow font-family font-size font-weight"
    " line-height letter-spacing text-decoration white-space word-break mso-hide"
    " -webkit-text-size-adjust".split()
)
# Mails over 102 KB are cut off by Gmail.
LARGEST = 40_000
LOGO = {"digest": "0123456789abcdef", "width": 300, "height": 80, "names": False}
BRANDS = {
    "serif": {"accent_hue": 2, "accent_chroma": 0.115, "surface_hue": 165, "heading": "serif"},
    "crisp": {"accent_hue": 256, "accent_chroma": 0.125, "corners": "crisp", "logo": LOGO},
    "named": {"logo": LOGO | {"names": True}},
}
ORIGINS = {"portal": "https://portal.seagrape.example", "admin": "https://admin.seagrape.example"}


class Reader(HTMLParser):
    """What a mail is made of, and whether it closes what it opens."""

    VOID = frozenset({"meta", "br", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.properties: set[str] = set()
        self.open: list[str] = []
        self.pictures: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        style = dict(attrs).get("style") or ""
        self.properties |= {part.split(":")[0].strip() for part in style.split(";") if part.strip()}
        if tag == "img":
            self.pictures.append(dict(attrs))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def html_of(name: str, brand: str) -> str:
    letterhead = Letterhead("Seagrape Medical", "+15615550132", BRANDS[brand], ORIGINS)
    return sample_message(name, letterhead).html


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    assert reader.open == []
    return reader


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_mail_uses_only_what_every_program_knows(name: str, brand: str) -> None:
    html = html_of(name, brand)
    found = read(html)
    assert found.tags - TAGS == set()
    assert found.attributes - ATTRIBUTES == set()
    assert found.properties - PROPERTIES == set()
    assert len(html.encode()) < LARGEST


@pytest.mark.parametrize("name", sorted(CATALOGUE))
def test_a_mail_loads_nothing_but_the_practices_logo(name: str) -> None:
    html = html_of(name, "crisp")
    assert re.findall(r"url\(|@import|<link|<script|<form|<iframe", html) == []
    [logo] = read(html).pictures
    assert logo["src"] == f"{ORIGINS['portal']}/brand/logo-{LOGO['digest']}.png"
    assert (logo["width"], logo["height"]) == ("150", "40")
    assert read(html_of(name, "serif")).pictures == []


def test_a_logo_says_the_name_only_when_the_name_is_not_beside_it() -> None:
    beside, instead = (html_of("sign_in", brand) for brand in ("crisp", "named"))
    assert read(beside).pictures[0]["alt"] == ""
    assert read(instead).pictures[0]["alt"] == "Seagrape Medical"


@pytest.mark.parametrize("brand", BRANDS)
def test_a_mail_can_be_read_by_night(brand: str) -> None:
    """Every class that changes by night is in use, and text keeps its contrast there."""
    html = html_of("booking_confirmed", brand)
    night = html[html.index("prefers-color-scheme: dark") : html.index("</style>")]
    changed = set(re.findall(r"\.(\w+) \{", night))
    used = {name for classes in re.findall(r'class="([^"]+)"', html) for name in classes.split()}
    assert {"page", "card", "ink", "muted", "press"} <= changed & used
    dark = mail_palette(BRANDS[brand]).dark
    for ground in ("paper", "surface", "wash"):
        assert contrast(dark["ink"], dark[ground]) >= 4.5
        assert contrast(dark["ink_soft"], dark[ground]) >= 4.5
    assert contrast(dark["on_accent"], dark["accent"]) >= 4.5
