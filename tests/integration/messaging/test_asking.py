"""What is not sent and why, what is one mail and not two, and what never gets that far."""

from datetime import timedelta

import pytest

from shared import clock
from shared.config import Settings
from shared.db import open_session
from shared.messaging import send_email
from shared.messaging.catalogue import NotForMail
from tests.integration.messaging.post import (
    WORDS,
    Post,
    ask,
    bounce,
    notice,
    read,
    tell,
    told,
    waiting,
    work,
)
from tests.people import Cast, PracticeOf

SIGN_IN = {"link": "/portal/sign-in/link#token", "code": "48219037"}


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def test_without_an_address_the_row_says_so(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice, to=None)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason, waiting(settings)) == ("skipped", "no_address", [])


def test_a_dead_address_is_left_alone_but_for_signing_in(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    first = ask(practice)
    work(practice, settings, first)
    tell(practice, bounce(practice, first))
    second = ask(practice)
    work(practice, settings, second)
    row = read(practice, second)
    assert (row.status, row.reason) == ("skipped", "address_bounced")
    third = ask(practice, template="sign_in", context=SIGN_IN)
    work(practice, settings, third)
    tell(practice, notice(practice, third, "Delivery"))
    fourth = ask(practice)
    work(practice, settings, fourth)
    assert [read(practice, each).status for each in (third, fourth)] == ["delivered", "sent"]


def test_a_sign_in_mail_is_not_sent_when_its_link_has_expired(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice, template="sign_in", context=SIGN_IN)
    with clock.freeze(clock.now() + timedelta(minutes=11)):
        work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason, row.context) == ("skipped", "too_late", None)
    assert post.letters == []


def test_one_key_is_one_mail(practice: PracticeOf, settings: Settings) -> None:
    first = ask(practice, dedupe_key="confirmed:1")
    assert ask(practice, dedupe_key="confirmed:1") == first
    assert len(waiting(settings)) == 1


def test_a_patient_may_cause_a_mail_to_themselves(practice: PracticeOf) -> None:
    ana = practice.patients["ana"]
    context = practice.context("bedside_patient", patient_id=ana.id, actor_kind="patient")
    for _ in range(2):
        with open_session(context) as session:
            send_email(
                session,
                to=ana.email,
                template="booking_confirmed",
                context=WORDS,
                patient_id=ana.id,
                dedupe_key="confirmed:2",
            )
    assert [action for action, _ in told(practice)] == ["dispatch.queued"]


def test_the_invitation_reaches_the_letter(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice, calendar=b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n")
    work(practice, settings, dispatch_id)
    assert post.letters[0].calendar is not None
    assert "METHOD:REQUEST\r\n" in post.letters[0].calendar


def test_a_context_that_says_too_much_never_reaches_the_table(practice: PracticeOf) -> None:
    with pytest.raises(NotForMail, match="reason"):
        ask(practice, context=WORDS | {"reason": "canary"})


def test_a_link_to_another_host_fails_instead_of_leaving(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice, context=WORDS | {"link": "https://evil.example/"})
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason, post.letters) == ("failed", "unwritable", [])
