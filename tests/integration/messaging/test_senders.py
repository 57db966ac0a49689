"""Whom mail comes from: the practice's own sender, or the fallback, and it says which."""

import pytest

from shared import clock
from shared.adapters.email.letter import Refused
from shared.adapters.email.ses import FALLBACK_SENDER, SENDER_REFUSED
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.messaging.senders import set_sender
from shared.models.sender import MessageSender
from tests.integration.messaging.post import (
    Post,
    ask,
    read,
    work,
)
from tests.people import Cast, PracticeOf

SIGN_IN = {"link": "/portal/sign-in/link#token", "code": "48219037"}


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def test_without_a_row_the_fallback_sends_and_says_so(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    with open_session(practice.context()) as session:
        for row in session.query(MessageSender):
            row.ended_at = clock.now()
        act(session, "message_sender.changed", target=("message_sender", None))
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    assert post.letters[0].sender == FALLBACK_SENDER
    dispatch = read(practice, dispatch_id)
    assert (dispatch.sender, dispatch.sender_source) == (FALLBACK_SENDER.address, "fallback")


@pytest.fixture
def own_sender(practice: PracticeOf) -> str:
    address = "visits@seagrape-test.example"
    with open_session(practice.context()) as session:
        set_sender(session, practice_id=practice.id, name="Seagrape Medical", address=address)
    return address


def test_the_practices_own_sender_is_used(
    practice: PracticeOf, settings: Settings, post: Post, own_sender: str
) -> None:
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    assert post.letters[0].sender.address == own_sender
    assert read(practice, dispatch_id).sender_source == "row"


def test_a_sender_the_vendor_refuses_gives_way_to_the_fallback(
    practice: PracticeOf, settings: Settings, post: Post, own_sender: str
) -> None:
    post.answers = [Refused(SENDER_REFUSED)]
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    assert [letter.sender.source for letter in post.letters] == ["row", "fallback"]
    row = read(practice, dispatch_id)
    assert (row.status, row.sender_source) == ("sent", "fallback")
