"""Signed texts outlive the database they were written in."""

import psycopg

from shared.config import Settings
from shared.encounters.addenda import add_addendum
from tests.encountering import Writing
from tests.replaying import replay
from tools.postgres import Server


def test_the_log_alone_rebuilds_them(writing: Writing, settings: Settings, server: Server) -> None:
    writing.sign(writing.save("Kept for years", 0))
    writing.do(add_addendum, why="a result came in", words="It is fine.")
    writing.approve(writing.summarise("Rest", 0))
    writing.summarise("Rest more", 0)
    with psycopg.connect(settings.owner_dsn) as owner:
        kept = owner.execute("select count(*) from note_addendum").fetchone()
    assert kept == (1,)
    assert replay(server, settings.owner_dsn) == []
