"""The brand: tried out, kept, gone back to; nothing unreadable, no file that is not a picture."""

import io
import re

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from shared.access.principal import Role
from shared.db import open_session
from shared.models.practice import Practice
from shared.models.practice_look import PracticeLogo, PracticeLook
from shared.practices.editing import update_practice
from shared.web.pipeline import forget_practices
from tests.browsing import Browser, signed_in, stranger
from tests.people import Cast, PracticeOf

PAGE = "/admin/settings/brand"
LOOK = {
    "accent": "#0b5d4f",
    "surface": "160",
    "second": "50",
    "heading": "sans",
    "corners": "crisp",
    "motif": "rails",
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    forget_practices()
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, practice: PracticeOf) -> Browser:
    """The owner."""
    return signed_in(app, practice, practice.staff["maya"])


def png(size: tuple[int, int] = (300, 80)) -> io.BytesIO:
    out = io.BytesIO()
    Image.new("RGBA", size, (11, 93, 79, 255)).save(out, "PNG")
    out.seek(0)
    return out


def save(browser: Browser, **changes: object) -> tuple[int, str]:
    answer = browser.post(PAGE, {**LOOK, **changes}, printed_on=PAGE)
    return answer.status_code, answer.get_data(as_text=True)


def stored(practice: PracticeOf) -> Practice:
    with open_session(practice.context("bedside_manager")) as session:
        return session.scalars(select(Practice).where(Practice.id == practice.id)).one()


def test_a_saved_look_is_in_force_at_once(maya: Browser, practice: PracticeOf, app: Flask) -> None:
    before = re.search(r"/brand/[\w-]+\.css", maya.get(PAGE).get_data(as_text=True))
    assert before
    assert save(maya)[0] == 303
    text = maya.get(PAGE).get_data(as_text=True)
    assert before[0] not in text
    address = re.search(r"/brand/[\w-]+\.css", text)
    assert address
    css = stranger(app, practice).get(address[0])
    assert "--accent-lightness: 0.4" in css.get_data(as_text=True)
    assert "immutable" in css.headers["Cache-Control"]
    assert stored(practice).brand["motif"] == "rails"


def test_nothing_changes_when_nothing_was_changed(maya: Browser, practice: PracticeOf) -> None:
    save(maya)
    save(maya)
    with open_session(practice.context("bedside_manager")) as session:
        looks = session.scalars(select(PracticeLook)).all()
    # The look it was made with, and the one that was chosen.
    assert len(looks) == 2


def test_an_earlier_look_comes_back(maya: Browser, practice: PracticeOf) -> None:
    first = dict(stored(practice).brand)
    save(maya)
    text = maya.get(PAGE).get_data(as_text=True)
    back = re.findall(rf"{PAGE}/looks/[0-9a-f-]+", text)
    assert len(back) == 1
    assert maya.post(back[0], printed_on=PAGE).status_code == 303
    assert {key: stored(practice).brand[key] for key in first} == first


@pytest.mark.parametrize("colour", ["#ffe000", "#ffffff"])
def test_colours_without_contrast_are_refused_by_name(
    maya: Browser, practice: PracticeOf, colour: str
) -> None:
    status, text = save(maya, accent=colour)
    assert status == 422
    assert "the text of a button on your colour is hard to read" in text
    assert "The nearest that works is #" in text
    assert stored(practice).brand.get("accent_lightness") != 1


@pytest.mark.parametrize("colour", ["red", "#12345", "url(x)", "#000000;}*{", ""])
def test_what_is_no_colour_is_refused(maya: Browser, colour: str) -> None:
    status, text = save(maya, accent=colour)
    assert status == 422
    assert "Choose a colour." in text


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (SVG, "SVG files can carry programs"),
        (b"MZ not a picture", "not a picture we can read"),
        (bytes(2 * 1024 * 1024), "not a picture we can read"),
        (bytes(2 * 1024 * 1024 + 1), "This file is too large"),
    ],
    ids=["svg", "program", "largest", "large"],
)
def test_a_file_that_is_no_picture_is_refused(
    maya: Browser, practice: PracticeOf, sent: bytes, words: str
) -> None:
    status, text = save(maya, logo=(io.BytesIO(sent), "logo.png"))
    assert status == 422
    assert words in text
    assert stored(practice).brand["motif"] != "rails", "nothing is half saved"


def test_twenty_megabytes_are_refused(maya: Browser) -> None:
    status, _text = save(maya, logo=(io.BytesIO(bytes(20 * 1024 * 1024)), "logo.png"))
    assert status in {413, 422}


def test_a_logo_is_served_as_we_drew_it(maya: Browser, practice: PracticeOf, app: Flask) -> None:
    assert save(maya, logo=(png(), "Our logo <b>.png"), logo_names="y")[0] == 303
    text = stranger(app, practice).get("/portal/sign-in").get_data(as_text=True)
    found = re.search(r"/brand/logo-[0-9a-f]{16}\.png", text)
    assert found
    answer = stranger(app, practice).get(found[0])
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    with Image.open(io.BytesIO(answer.data)) as shown:
        assert shown.size == (300, 80)


def test_a_logo_goes_again(maya: Browser, practice: PracticeOf) -> None:
    save(maya, logo=(png(), "logo.png"))
    assert "logo" in stored(practice).brand
    save(maya, logo_gone="y")
    assert "logo" not in stored(practice).brand


def test_a_logo_is_no_other_practices(maya: Browser, cast: Cast, app: Flask) -> None:
    save(maya, logo=(png(), "logo.png"))
    with open_session(cast.seagrape.context("bedside_manager")) as session:
        digest = session.scalars(select(PracticeLogo.digest)).one()
    other = stranger(app, cast.ironbound)
    assert other.get(f"/brand/logo-{digest}.png").status_code == 404


def test_a_preview_keeps_nothing(maya: Browser, practice: PracticeOf) -> None:
    before = dict(stored(practice).brand)
    for path in (f"{PAGE}/preview", f"{PAGE}/preview/panel"):
        answer = maya.post(path, LOOK, printed_on=PAGE)
        assert answer.status_code == 200
        text = answer.get_data(as_text=True)
        address = re.search(r'href="([^"]*preview\.css[^"]*)"', text)
        assert address
        css = maya.get(address[1].replace("&amp;", "&")).get_data(as_text=True)
        assert ".brand-preview--dark" in css
        assert "--display-weight:720" in css
    assert dict(stored(practice).brand) == before


def test_a_preview_shows_the_logo_that_was_sent_and_saving_uses_it(
    maya: Browser, practice: PracticeOf
) -> None:
    typed = {**LOOK, "logo": (png(), "logo.png"), "logo_names": "y"}
    text = maya.post(f"{PAGE}/preview", typed, printed_on=PAGE).get_data(as_text=True)
    shown = re.search(r"/brand/logo-([0-9a-f]{16})\.png", text)
    assert shown
    assert maya.get(shown[0]).status_code == 200
    assert "Save to use it." in text
    assert "logo" not in stored(practice).brand
    assert re.search(rf'name="logo_tried" value="{shown[1]}"', text)
    assert save(maya, logo_tried=shown[1], logo_names="y")[0] == 303
    kept = stored(practice).brand["logo"]
    assert (kept["digest"], kept["names"]) == (shown[1], True)


@pytest.mark.parametrize("digest", ["0" * 16, "../../etc", "x"])
def test_a_logo_that_was_never_sent_is_not_used(
    maya: Browser, practice: PracticeOf, digest: str
) -> None:
    save(maya, logo_tried=digest)
    assert "logo" not in stored(practice).brand


def test_the_name_stays_when_an_earlier_look_comes_back(
    maya: Browser, practice: PracticeOf
) -> None:
    save(maya)
    with open_session(practice.context()) as session:
        update_practice(
            session, values={"name": "Seagrape Two"}, by=practice.staff["maya"].acting(Role.OWNER)
        )
    forget_practices()
    [back] = re.findall(rf"{PAGE}/looks/[0-9a-f-]+", maya.get(PAGE).get_data(as_text=True))
    maya.post(back, printed_on=PAGE)
    assert stored(practice).name == "Seagrape Two"


def test_a_preview_says_what_cannot_be_read(maya: Browser) -> None:
    text = maya.post(f"{PAGE}/preview", {**LOOK, "accent": "#ffe000"}, printed_on=PAGE)
    assert "This cannot be saved yet" in text.get_data(as_text=True)


def test_a_previews_address_takes_only_our_own_values(maya: Browser) -> None:
    hostile = "accent_hue=url(x)&heading=%22;}*{&motif=leaf);background:url(//evil)&corners=1"
    css = maya.get(f"{PAGE}/preview.css?{hostile}").get_data(as_text=True)
    assert "evil" not in css
    assert "url(x)" not in css


def test_only_owners_choose_the_look(app: Flask, practice: PracticeOf) -> None:
    rosa = signed_in(app, practice, practice.staff["rosa"])
    assert rosa.get(PAGE).status_code in {403, 404}
    assert rosa.post(PAGE, dict(LOOK), printed_on="/admin/security").status_code in {403, 404}
