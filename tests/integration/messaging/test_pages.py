"""The patient's list of what was sent, and the page of mail samples."""

from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.app import create_app
from shared.config import Settings, load_settings
from shared.messaging.catalogue import CATALOGUE
from tests.browsing import Browser, signed_in, stranger
from tests.integration.messaging.post import Post, ask, bounce, notice, tell, work
from tests.people import Cast, PracticeOf


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def ana(app: Flask, practice: PracticeOf) -> Browser:
    return signed_in(app, practice, practice.patients["ana"])


def test_nothing_sent_says_what_comes_next(ana: Browser) -> None:
    answer = ana.get("/portal/sent")
    assert answer.status_code == 200
    assert "Nothing was sent to you yet" in answer.text


def test_each_message_shows_where_it_went_and_how_it_stands(
    ana: Browser, practice: PracticeOf, settings: Settings, post: Post
) -> None:
    delivered, bounced = ask(practice), ask(practice, template="payment_refunded", context=REFUND)
    skipped = ask(practice, to=None)
    for each in (delivered, bounced, skipped):
        work(practice, settings, each)
    tell(practice, notice(practice, delivered, "Delivery"))
    tell(practice, bounce(practice, bounced))
    text = ana.get("/portal/sent").text
    assert text.count('data-testid="sent-message"') == 3
    for words in ("Your booking", "Your refund", "Delivered", "Came back", "Not sent"):
        assert words in text
    assert practice.patients["ana"].email in text
    assert "no e-mail address for you" in text
    for code in ("permanent_no_email", "no_address", "booking_confirmed", "queued"):
        assert code not in text.replace('data-status="', "")


def test_a_long_list_has_pages(ana: Browser, practice: PracticeOf) -> None:
    start = clock.now()
    for number in range(23):
        with clock.freeze(start + timedelta(seconds=number)):
            ask(practice)
    first = ana.get("/portal/sent").text
    assert first.count('data-testid="sent-message"') == 20
    older = first.split("before=")[1].split('"')[0]
    second = ana.get(f"/portal/sent?before={older}").text
    assert second.count('data-testid="sent-message"') == 3


def test_somebody_elses_list_shows_nothing_of_it(app: Flask, practice: PracticeOf) -> None:
    sent = ask(practice)
    ben = signed_in(app, practice, practice.patients["ben"])
    assert "Nothing was sent to you yet" in ben.get("/portal/sent").text
    assert ben.get(f"/portal/sent?before={sent}").status_code == 404
    assert ben.get("/portal/sent?before=nonsense").status_code == 200


def test_a_stranger_is_asked_to_sign_in(app: Flask, practice: PracticeOf) -> None:
    assert stranger(app, practice).get("/portal/sent").status_code == 303


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_sample_may_style_itself_and_run_nothing(
    app: Flask, practice: PracticeOf, name: str
) -> None:
    answer = stranger(app, practice).get(f"/_mail/{name}")
    assert answer.status_code == 200
    policy = answer.headers["Content-Security-Policy"]
    assert "sandbox allow-popups" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "allow-scripts" not in policy
    assert "Seagrape Medical" in answer.text


def test_the_list_of_samples_and_their_texts(app: Flask, practice: PracticeOf) -> None:
    browser = stranger(app, practice)
    listed = browser.get("/_mail/")
    assert all(name in listed.text for name in CATALOGUE)
    text = browser.get("/_mail/sign_in/text")
    assert text.mimetype == "text/plain"
    assert text.text.startswith("Subject: Sign in to Seagrape Medical")
    assert browser.get("/_mail/nobody").status_code == 404


def test_production_has_no_samples() -> None:
    settings = load_settings(
        {"BEDSIDE_SECRET_KEY": "x" * 32, "BEDSIDE_WEB_DSN": "postgresql://nowhere/x"}
    )
    app = create_app([], settings)
    assert not [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/_mail")]


REFUND = {"first_name": "Ana", "link": "/portal/"}
