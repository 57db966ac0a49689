"""From the business transaction to the vendor's door, and everything that can happen there."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from shared import clock
from shared.adapters.email.letter import Deferred, Refused, Sent, Unknown
from shared.config import Settings
from shared.db import open_session
from shared.messaging import send_email
from tests.integration.messaging.post import (
    WORDS,
    Post,
    ask,
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


def test_row_and_job_come_with_the_business_or_not_at_all(
    practice: PracticeOf, settings: Settings
) -> None:
    def ask_in_vain() -> None:
        with open_session(practice.context()) as session:
            send_email(session, to="a@b.example", template="booking_confirmed", context=WORDS)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        ask_in_vain()
    assert waiting(settings) == []
    dispatch_id = ask(practice)
    assert [(job["task"], job["args"]["dispatch_id"]) for job in waiting(settings)] == [
        ("send_dispatch", str(dispatch_id))
    ]
    assert read(practice, dispatch_id).status == "queued"


def test_a_mail_is_sent_with_no_transaction_open(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.provider_message_id, row.attempts) == ("sent", "ses-1", 1)
    assert post.open_connections == [0]
    letter = post.letters[0]
    assert letter.to == practice.patients["ana"].email
    assert letter.subject == "Booked: Monday 11 January 2027, 9:30 am Eastern"
    assert set(letter.tags) == {"dispatch", "practice"}
    assert [action for action, _ in told(practice)] == [
        "dispatch.queued",
        "dispatch.claimed",
        "dispatch.sent",
    ]


def test_nothing_of_the_mail_is_in_the_log_in_clear(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    work(practice, settings, ask(practice))
    with open_session(practice.context("bedside_auditor")) as session:
        bodies = session.scalars(text("select body::text from audit.payload")).all()
    mine = [body for body in bodies if "booking_confirmed" in body]
    assert mine
    for secret in (practice.patients["ana"].email, "2027-01-11", "0192f6c1/", "America/New_York"):
        assert not any(secret in body for body in mine)


def test_a_job_that_runs_twice_sends_once(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    work(practice, settings, dispatch_id)
    assert len(post.letters) == 1
    assert read(practice, dispatch_id).status == "sent"


def test_an_unknown_outcome_is_never_sent_again_and_settled_by_a_notice(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    post.answers = [Unknown("no_answer")]
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    work(practice, settings, dispatch_id)
    assert len(post.letters) == 1
    row = read(practice, dispatch_id)
    assert (row.status, row.reason) == ("unknown", "no_answer")
    assert len(waiting(settings)) == 1
    assert tell(practice, notice(practice, dispatch_id, "Delivery")) == "changed"
    row = read(practice, dispatch_id)
    assert (row.status, row.reason, row.provider_message_id) == ("delivered", None, "ses-1")


def test_a_sign_in_mail_of_unknown_outcome_is_sent_once_more(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    post.answers = [Unknown("no_answer"), Unknown("no_answer")]
    dispatch_id = ask(practice, template="sign_in", context=SIGN_IN)
    work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).status == "queued"
    assert len(waiting(settings)) == 2
    work(practice, settings, dispatch_id)
    work(practice, settings, dispatch_id)
    assert len(post.letters) == 2
    assert read(practice, dispatch_id).status == "unknown"


def test_the_link_is_forgotten_once_it_was_sent(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice, template="sign_in", context=SIGN_IN)
    assert "token" in read(practice, dispatch_id).context
    work(practice, settings, dispatch_id)
    assert "#token" in post.letters[0].text
    assert "4821 9037" in post.letters[0].text
    assert read(practice, dispatch_id).context is None


def test_a_vendor_that_is_down_is_asked_again_with_growing_waits(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    post.answers = [Deferred("vendor_unavailable"), Deferred("throttled", timedelta(hours=6))]
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason, row.attempts) == ("queued", "vendor_unavailable", 1)
    first = waiting(settings)[-1]["run_at"] - clock.now()
    assert timedelta(seconds=5) < first <= timedelta(seconds=15)
    work(practice, settings, dispatch_id)
    second = waiting(settings)[-1]["run_at"] - clock.now()
    assert timedelta(hours=5) < second <= timedelta(hours=6)
    work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).status == "sent"


def test_putting_off_ends(practice: PracticeOf, settings: Settings, post: Post) -> None:
    post.answers = [Deferred("vendor_unavailable")] * 20
    dispatch_id = ask(practice)
    for _ in range(10):
        work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason, len(post.letters)) == (
        "failed",
        "gave_up_vendor_unavailable",
        8,
    )


def test_a_refusal_is_an_end(practice: PracticeOf, settings: Settings, post: Post) -> None:
    post.answers = [Refused("rejected")]
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason) == ("failed", "rejected")


def test_a_process_that_died_while_sending_leaves_an_unknown_mail(
    practice: PracticeOf, settings: Settings, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(_: object) -> None:
        raise SystemExit

    dispatch_id = ask(practice)
    with monkeypatch.context() as broken:
        broken.setattr(post, "send", die)
        with pytest.raises(SystemExit):
            work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).status == "sending"
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.reason) == ("unknown", "worker_stopped")
    assert post.letters == []


def test_a_notice_that_overtakes_the_outcome_stands(
    practice: PracticeOf, settings: Settings, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch_id = ask(practice)

    def deliver_at_once(letter: object) -> Sent:
        tell(practice, notice(practice, dispatch_id, "Delivery"))
        return Sent("ses-1")

    monkeypatch.setattr(post, "send", deliver_at_once)
    work(practice, settings, dispatch_id)
    row = read(practice, dispatch_id)
    assert (row.status, row.provider_message_id) == ("delivered", "ses-1")
    assert row.sent_at is not None
