"""The log's tail on a restored copy: it follows on, and only on the copy it belongs to."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.db import db, open_session
from shared.events import act
from shared.models.visit_type import VisitType
from shared.replay.reading import make_plain
from shared.replay.tail import EVENTS, NotTheSameLog, measure, replay_tail
from tests.people import Cast
from tools import postgres


@pytest.fixture
def copied(server: postgres.Server, database: str, app: Flask) -> Iterator[str]:
    """The owner's address of the database as it is now: what a backup would bring back."""
    db.engine.dispose()
    name = f"{database}_back"
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        words = sql.SQL("create database {} template {}")
        admin.execute(words.format(sql.Identifier(name), sql.Identifier(database)))
    yield server.dsn_for("bedside_owner", name)
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


def work_on(cast: Cast) -> None:
    """What happens after the backup's moment: something new, something changed."""
    visitor = cast.seagrape.anonymous()
    with open_session(visitor.context()) as session:
        visit = get_visit_type(session, practice_id=cast.seagrape.id, slug="first-visit")
        start = find_next_times(session, visit_type=visit, count=1)[0]
        hold_slot(
            session,
            visit_type=visit,
            starts_at=start.starts_at,
            by=visitor,
            time_zone="America/New_York",
        )
    with open_session(cast.ironbound.context()) as session:
        key = (cast.ironbound.id, next(iter(cast.ironbound.visit_types.values())))
        session.get_one(VisitType, key).name = "A talk, renamed"
        act(session, "practice.updated", target=("visit_type", key[1]), what="visits")


def export(server: postgres.Server, database: str, to: Path) -> list[Path]:
    """The log of every practice as lines, a folder each."""
    folders = []
    with psycopg.connect(server.dsn_for(dbname=database)) as admin:
        rows = admin.execute("select distinct practice_id::text from audit.link").fetchall()
        for (practice_id,) in rows:
            folder = to / practice_id
            folder.mkdir(parents=True)
            words = "select line from audit.line where practice_id = %s order by seq"
            lines = [line for (line,) in admin.execute(words, (practice_id,))]
            (folder / EVENTS).write_text("\n".join(lines) + "\n")
            folders.append(folder)
    return folders


def test_a_copy_is_taken_to_the_last_entry_of_the_log(
    cast: Cast, server: postgres.Server, database: str, copied: str, tmp_path: Path
) -> None:
    work_on(cast)
    folders = export(server, database, tmp_path)
    with psycopg.connect(server.dsn_for("bedside_owner", database)) as living:
        make_plain(living)
        expected = measure(living)
    with psycopg.connect(copied) as back:
        make_plain(back)
        assert measure(back) != expected
        tail = replay_tail(back, folders)
        assert measure(back) == expected
    assert tail.beyond > 0
    assert tail.kept > tail.beyond
    assert tail.written >= 2


def test_a_copy_of_another_history_is_refused(
    cast: Cast, server: postgres.Server, database: str, copied: str, tmp_path: Path
) -> None:
    folders = export(server, database, tmp_path)
    path = next(folder for folder in folders if folder.name == str(cast.seagrape.id)) / EVENTS
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], *lines[2:]]) + "\n")
    with psycopg.connect(copied) as back, pytest.raises(NotTheSameLog, match="entry 2 of"):
        replay_tail(back, folders)
