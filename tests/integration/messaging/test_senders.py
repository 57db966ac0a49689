"""Whom mail comes from: the practice's own sender, or the fallback, and it says which."""

import psycopg
import pytest

from shared.adapters.email.letter import Refused
from shared.adapters.email.ses import FALLBACK_SENDER, SENDER_REFUSED
from shared.config import Settings
from tests.integration.messaging.given import give_sender
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
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'message_sender.changed', true)")
        owner.execute("update message_sender set ended_at = now()")
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    assert post.letters[0].sender == FALLBACK_SENDER
    dispatch = read(practice, dispatch_id)
    assert (dispatch.sender, dispatch.sender_source) == (FALLBACK_SENDER.address, "fallback")


@pytest.fixture
def own_sender(practice: PracticeOf, settings: Settings) -> str:
    address = "visits@seagrape-test.example"
    give_sender(settings, practice, name="Seagrape Medical", address=address)
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
