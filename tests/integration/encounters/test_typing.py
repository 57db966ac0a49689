"""Twenty minutes of typing a note: what that leaves in the log is bounded, and no word is lost."""

from datetime import timedelta
from typing import Any

import psycopg
from flask import Flask

from shared import clock
from tests.browsing import signed_in
from tests.encountering import Writing, said
from tests.integration.encounters.test_pages import SECTIONS, opened
from tests.people import Cast

# The page saves every ten seconds while one types, and when a field is left (_editor.html).
EVERY, MINUTES = 10, 20
# A long note: about a page and a half.
LETTERS = 3000
SIZE = (
    "select count(*), coalesce(sum(pg_column_size(e.*) + pg_column_size(p.*)"
    " + pg_column_size(l.*)), 0)::bigint from audit.event e"
    " join audit.payload p on p.event_id = e.id join audit.link l on l.event_id = e.id"
)


def size_of_log(server: Any, database: str) -> tuple[int, int]:
    """Rows and bytes, as they are stored."""
    with psycopg.connect(server.dsn_for(dbname=database)) as owner:
        found = owner.execute(SIZE).fetchone()
    assert found is not None
    return int(found[0]), int(found[1])


def test_twenty_minutes_of_typing_leave_a_bounded_trace(
    app: Flask, cast: Cast, writing: Writing, server: Any, database: str
) -> None:
    desk = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    form = opened(desk, writing.path)
    words = ("The patient says that sleep is short. " * LETTERS)[:LETTERS]
    saves = MINUTES * 60 // EVERY
    rows, size = size_of_log(server, database)
    began = clock.now()
    for number in range(1, saves + 1):
        so_far = words[: LETTERS * number // saves]
        share = len(words) // len(SECTIONS)
        texts = {
            name: so_far[index * share : (index + 1) * share] for index, name in enumerate(SECTIONS)
        }
        with clock.freeze(began + timedelta(seconds=EVERY * number)):
            sent = desk.post(f"{writing.path}/note/autosave", form | texts)
        assert sent.status_code == 200
    more_rows, more_size = (
        after - before
        for after, before in zip(size_of_log(server, database), (rows, size), strict=True)
    )
    assert said(writing.note())
    assert len(writing.versions()) <= MINUTES // 2 + 1
    # Three entries a save: the act, the row's images, the encounter that was opened for it.
    assert more_rows <= 3 * saves + 2 * MINUTES
    assert more_size <= 1_500_000, more_size
