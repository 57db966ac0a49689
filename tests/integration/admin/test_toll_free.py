"""The kit for the carriers: true for this practice, and silent about what is not there."""

import json

import pytest
from flask import Flask

from shared.db import open_session
from shared.people.consent_texts import SMS, consent_text
from shared.practices.hosts import get_practice
from tests.browsing import Browser, signed_in
from tests.people import Cast, PracticeOf

KIT = "/admin/settings/toll-free"


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """The owner."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


def asks(practice: PracticeOf) -> bool:
    with open_session(practice.context()) as session:
        return get_practice(session, practice.id).asks_about_texts


def test_the_kit_speaks_for_this_practice(maya: Browser) -> None:
    for path in (KIT, f"{KIT}.txt"):
        page = maya.get(path).text
        for words in (
            "Seagrape Medical PLLC",
            "Reply STOP to end",
            "Reply HELP",
            "/privacy",
            "/terms",
            "/text-messages",
            "/portal/profile/texts",
            "Message and data rates may apply",
            "none is sent",
        ):
            assert words in page, words


def test_it_names_pages_that_are_there(app: Flask, cast: Cast, maya: Browser) -> None:
    patient = signed_in(app, cast.seagrape, cast.seagrape.patients["ana"])
    for path in ("/portal/profile/texts", "/privacy", "/terms", "/text-messages"):
        assert patient.get(path).status_code == 200, path


def test_no_agreement_is_described_where_nobody_is_asked(cast: Cast, maya: Browser) -> None:
    maya.post(KIT, {"asks": "no"}, printed_on=KIT)
    assert not asks(cast.seagrape)
    for path in (KIT, f"{KIT}.txt"):
        said = maya.get(path).text
        assert "you do not ask your patients" in said
        assert "empty box with" not in said
        assert "toll-free.json" not in said


@pytest.mark.parametrize("typed", ["no", "", "yes'; --", "YES"])
def test_only_the_one_word_begins_to_ask(cast: Cast, maya: Browser, typed: str) -> None:
    maya.post(KIT, {"asks": "no"}, printed_on=KIT)
    maya.post(KIT, {"asks": typed}, printed_on=KIT)
    assert not asks(cast.seagrape)
    maya.post(KIT, {"asks": "yes"}, printed_on=KIT)
    assert asks(cast.seagrape)
    assert "Patients are asked" in maya.get(KIT).text


def test_who_does_not_own_the_practice_neither_asks_nor_reads(app: Flask, cast: Cast) -> None:
    for name, member in cast.seagrape.staff.items():
        if "owner" in member.roles:
            continue
        desk = signed_in(app, cast.seagrape, member)
        for path in (KIT, f"{KIT}.txt", f"{KIT}.json"):
            assert desk.get(path).status_code == 403, (name, path)
        assert desk.post(KIT, {"asks": "no"}, printed_on="/admin/").status_code == 403
    assert asks(cast.seagrape)


def test_the_file_for_the_pictures_holds_what_they_show_and_no_more(maya: Browser) -> None:
    shown = json.loads(maya.get(f"{KIT}.json").text)
    assert set(shown) == {"name", "legal_name", "phone", "email", "brand"}
    assert "logo" not in shown["brand"]


def test_the_words_are_the_ones_patients_see(maya: Browser) -> None:
    words = consent_text(SMS).body.split("\n\n")[1]
    first = words.split(".** ")[1].split(":")[0]
    assert first in maya.get(f"{KIT}.txt").text
