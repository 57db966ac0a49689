"""Two at once, rows that make no sense, work that is undone: what happens to a message then."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from shared import clock
from shared.access.dispatches import access_dispatch
from shared.adapters.email.letter import Unknown
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.config import Settings
from shared.db import open_session
from shared.jobs import mail
from shared.jobs.registry import Job
from shared.messaging import send_email
from shared.messaging.senders import set_sender
from shared.messaging.sending import Claimed, _take, record_outcome
from tests.integration.messaging.given import give_sender
from tests.integration.messaging.post import WORDS, Post, ask, notice, read, tell, waiting, work
from tests.people import Cast, PracticeOf


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def test_two_transactions_with_one_key_make_one_mail(
    app: Flask, practice: PracticeOf, settings: Settings
) -> None:
    def ask_for_the_same() -> UUID:
        with app.app_context():
            return ask(practice, dedupe_key="confirmed:1")

    with ThreadPoolExecutor(1) as other, open_session(practice.context()) as session:
        first = send_email(
            session,
            to="ana@patients.example",
            template="booking_confirmed",
            context=WORDS,
            dedupe_key="confirmed:1",
        ).id
        second = other.submit(ask_for_the_same)
        while not session.scalar(text("select exists (select from pg_locks where not granted)")):
            pass
        session.commit()
        assert second.result(20) == first
    assert len(waiting(settings)) == 1


def test_a_dispatch_is_taken_by_one_update_only(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    with open_session(practice.context()) as session:
        row = access_dispatch(session, viewer=practice.job(), dispatch_id=dispatch_id)
        assert not _take(session, row)


def test_mails_that_stay_in_sending_are_swept_up(
    practice: PracticeOf, settings: Settings, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    dispatch_id = ask(practice)
    with monkeypatch.context() as broken:
        broken.setattr(post, "send", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            work(practice, settings, dispatch_id)
    sweep = Job("sweep_dispatches", practice.id, settings)
    mail.sweep_dispatches(sweep)
    assert len(waiting(settings)) == 1
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        mail.sweep_dispatches(sweep)
    assert len(waiting(settings)) == 2
    work(practice, settings, dispatch_id)
    assert read(practice, dispatch_id).reason == "worker_stopped"


def test_an_outcome_that_comes_after_the_sweep_is_still_written(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    post.answers = [Unknown("no_answer")]
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    letter = post.letters[0]
    with open_session(practice.context()) as session:
        record_outcome(
            session,
            viewer=practice.job(),
            claimed=Claimed(dispatch_id, letter),
            letter=letter,
            outcome=Unknown("gateway_504"),
        )
    row = read(practice, dispatch_id)
    assert (row.status, row.reason) == ("unknown", "no_answer")


def test_what_a_failed_job_read_is_still_noted(practice: PracticeOf, settings: Settings) -> None:
    dispatch_id = ask(practice)
    job = Job("something", practice.id, settings)

    def read_and_fail() -> None:
        with job.session() as session:
            access_dispatch(session, viewer=job.principal, dispatch_id=dispatch_id)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        read_and_fail()
    with open_session(practice.context("bedside_auditor")) as session:
        seen = session.scalars(
            text("select reason from audit.event where kind = 'look' and target_id = :id"),
            {"id": dispatch_id},
        ).all()
    assert seen == ["something"]


def test_a_sender_that_is_no_address_is_refused(practice: PracticeOf) -> None:
    with open_session(practice.context()) as session, pytest.raises(ValueError, match="address"):
        set_sender(session, practice_id=practice.id, name="P", address="nobody")


def test_a_sender_row_that_cannot_be_used_gives_way_to_the_fallback(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    give_sender(settings, practice, name="P", address="front desk")
    dispatch_id = ask(practice)
    work(practice, settings, dispatch_id)
    assert post.letters[0].sender == FALLBACK_SENDER
    assert read(practice, dispatch_id).sender_source == "fallback"


def test_after_a_complaint_only_sign_in_mail_is_sent(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    first = ask(practice)
    work(practice, settings, first)
    tell(practice, notice(practice, first, "Complaint", complaint={}))
    second = ask(practice)
    work(practice, settings, second)
    assert read(practice, second).reason == "address_complained"
    assert len(post.letters) == 1
