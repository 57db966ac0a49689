"""The worker dies: an item and a mail by a path of their own, once for each silence."""

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from shared.config import Settings
from shared.db import open_session
from shared.oversight import watching
from shared.web.watching import look_once
from tests.integration.messaging.post import Post
from tests.people import Cast, PracticeOf


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """A first provider that keeps the letters."""
    made = Post()
    monkeypatch.setattr(watching, "SesMail", lambda _: made)
    monkeypatch.setattr(watching, "ResendMail", lambda _: made)
    return made


def beat(settings: Settings, ago: str) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("delete from worker_heartbeat")
        owner.execute(
            "insert into worker_heartbeat (worker, task, seen_at)"
            " values ('dead', 'idle', now() - %s::interval)",
            [ago],
        )


def items(practice: PracticeOf) -> list[int]:
    with open_session(practice.context()) as session:
        return list(
            session.scalars(text("select times from attention_item where kind = 'worker_silent'"))
        )


def test_owners_are_told_once_by_item_and_mail(
    app: Flask, cast: Cast, settings: Settings, post: Post
) -> None:
    beat(settings, "10 minutes")
    assert look_once(app) is not None
    assert look_once(app) is not None
    assert items(cast.seagrape) == [1]
    assert items(cast.ironbound) == [1]
    told = [letter.to for letter in post.letters]
    assert cast.seagrape.staff["maya"].email in told
    assert len(told) == len(set(told))
    with open_session(cast.seagrape.context()) as session:
        kept = session.scalar(
            text("select count(*) from dispatch where template = 'worker_silent'")
        )
    assert kept
    beat(settings, "3 minutes")
    assert look_once(app) is not None
    assert items(cast.seagrape) == [1], "the same silence: it was told after that beat"


def test_a_worker_that_lives_or_never_was_is_not_missed(
    app: Flask, cast: Cast, settings: Settings, post: Post
) -> None:
    assert look_once(app) is None
    beat(settings, "10 seconds")
    assert look_once(app) is None
    assert post.letters == []
    done = app.test_cli_runner().invoke(args=["worker", "check"])
    assert (done.exit_code, "not missed" in done.output) == (0, True)


def test_a_pause_that_was_forgotten_is_missed_later(
    app: Flask, cast: Cast, settings: Settings, post: Post
) -> None:
    """A worker that went in order leaves no sign of life; its last tick is one."""
    for ago, missed in (("5 minutes", False), ("30 minutes", True)):
        with psycopg.connect(settings.owner_dsn) as owner:
            owner.execute("delete from schedule_tick")
            owner.execute(
                "insert into schedule_tick (name, ticked_at)"
                " values ('seal_log', now() - %s::interval)",
                [ago],
            )
        assert (look_once(app) is not None) == missed
    done = app.test_cli_runner().invoke(args=["worker", "check"])
    assert done.exit_code == 1


def test_a_database_that_is_away_ends_nothing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_: object) -> None:
        raise OSError

    monkeypatch.setattr("shared.web.watching.tell_of_silence", away)
    assert look_once(app) is None
