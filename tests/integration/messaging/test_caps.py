"""There is an end to how much mail leaves in an hour; who is known and waits is stopped last."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.auth.sweeping import sweep_sign_ins
from shared.config import Settings, SettingsError, load_settings
from shared.db import open_session
from shared.messaging import send_email
from shared.models.attention_item import AttentionItem
from shared.models.dispatch import Dispatch
from shared.models.mail_count import MailCount
from shared.onboarding import begin_sign_in
from tests.integration.messaging.post import WORDS, Post, ask, read, work
from tests.people import SEEDED_AT, Cast, PracticeOf

SIGN_IN = {"link": "/portal/sign-in/link/token", "code": "4821 9037"}


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """One hour."""
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Ten mails a practice, twenty the server."""
    return replace(settings, practice_mails_per_hour="10", mails_per_hour="20")


def sign_in_mail(place: PracticeOf, account_id: UUID | None = None) -> UUID:
    """A sign-in mail to a stranger, or to somebody we know."""
    with open_session(place.context()) as session:
        return send_email(
            session,
            to="a@b.example",
            template="sign_in",
            context=SIGN_IN,
            account_id=account_id,
        ).id


def sent(place: PracticeOf, settings: Settings, *ids: UUID) -> list[str]:
    """What became of them."""
    for one in ids:
        work(place, settings, one)
    return [read(place, one).status for one in ids]


def test_strangers_stop_first_then_other_mail_then_all(
    cast: Cast, settings: Settings, post: Post
) -> None:
    place = cast.seagrape
    ana = place.patients["ana"].account_id
    assert sent(place, settings, *(ask(place) for _ in range(7))) == ["sent"] * 7
    assert sent(place, settings, sign_in_mail(place)) == ["skipped"]
    assert sent(place, settings, ask(place), ask(place), ask(place)) == ["sent", "sent", "skipped"]
    known = [sign_in_mail(place, ana), sign_in_mail(place, ana)]
    assert sent(place, settings, *known) == ["sent", "skipped"]
    assert read(place, known[-1]).reason == "too_many_mails"
    assert len(post.letters) == 10
    with open_session(place.context()) as session:
        item = session.scalars(select(AttentionItem).execution_options(door=True)).one()
        assert (item.kind, item.times) == ("mail_capped", 3)


def test_the_next_hour_begins_anew_and_another_practice_is_not_held_back(
    cast: Cast, settings: Settings, post: Post
) -> None:
    for _ in range(9):
        sent(cast.seagrape, settings, ask(cast.seagrape))
    assert sent(cast.seagrape, settings, ask(cast.seagrape)) == ["skipped"]
    cleo = cast.ironbound.patients["cleo"]
    with open_session(cast.ironbound.context()) as session:
        there = send_email(
            session,
            to=cleo.email,
            template="booking_confirmed",
            context=WORDS,
            patient_id=cleo.id,
        ).id
    assert sent(cast.ironbound, settings, there) == ["sent"]
    with clock.freeze(SEEDED_AT + timedelta(hours=1)):
        assert sent(cast.seagrape, settings, ask(cast.seagrape)) == ["sent"]


def test_the_server_has_a_cap_of_its_own(cast: Cast, settings: Settings, post: Post) -> None:
    with open_session(cast.ironbound.context()) as session:
        hour = SEEDED_AT.replace(minute=0, second=0, microsecond=0)
        session.add(MailCount(scope="server", hour=hour, sent=18))
        session.flush()
    place = cast.seagrape
    assert sent(place, settings, ask(place)) == ["skipped"]
    known = sign_in_mail(place, place.patients["ana"].account_id)
    assert sent(place, settings, known) == ["sent"]


def test_who_has_signed_in_before_is_known_to_the_cap(app: Flask, cast: Cast) -> None:
    place = cast.seagrape
    for email, known in ((place.patients["ana"].email, True), ("nobody@x.example", False)):
        with open_session(place.anonymous().context()) as session:
            attempt = begin_sign_in(
                session, practice=place.view, email=email, browser=b"\x07" * 32, network="192.0.2.1"
            )
        row = read(place, about(place, attempt))
        assert (row.account_id is not None) is known


def about(place: PracticeOf, attempt_id: UUID) -> UUID:
    """The mail of an attempt."""
    with open_session(place.context()) as session:
        statement = select(Dispatch.id).where(Dispatch.about_id == attempt_id)
        return session.scalars(statement.execution_options(door=True)).one()


def test_old_counts_are_swept(cast: Cast, settings: Settings, post: Post) -> None:
    sent(cast.seagrape, settings, ask(cast.seagrape))
    with open_session(cast.seagrape.context()) as session:
        later = clock.now() + timedelta(days=2)
        assert sweep_sign_ins(session, practice_id=cast.seagrape.id, at=later) >= 2
        assert session.scalars(select(MailCount)).all() == []


@pytest.mark.parametrize("value", ["", "9", "-1", "many", "1.5"])
@pytest.mark.parametrize("name", ["BEDSIDE_MAILS_PER_HOUR", "BEDSIDE_PRACTICE_MAILS_PER_HOUR"])
def test_a_cap_is_a_number_worth_having(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=f"{name} must be a number"):
        load_settings({"BEDSIDE_ENV": "test", "BEDSIDE_SECRET_KEY": "x" * 32, name: value})
