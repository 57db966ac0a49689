"""The log alone rebuilds every record; what it does not hold is named, by table and key."""

import psycopg
import pytest
from flask import Flask

from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.models.visit_type import VisitType
from shared.replay import TargetUnfit, folding, run_drill
from shared.replay.revisions import Revisions, UnknownRevision, known_revisions
from tests.integration.replay.conftest import Meddle
from tests.people import Cast

ANA = "(select id from patient where given_name = 'Ana')"


def rename_visit(cast: Cast, name: str) -> None:
    """Change a visit type as the practice's owner would."""
    with open_session(cast.seagrape.context()) as session:
        key = (cast.seagrape.id, cast.seagrape.visit_types["first-visit"])
        session.get_one(VisitType, key).name = name
        act(session, "practice.updated", target=("visit_type", key[1]), what="visits")


def test_the_practices_come_back_identical(
    app: Flask, cast: Cast, settings: Settings, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folding, "BATCH", 7)
    rename_visit(cast, "A first talk")
    drill = run_drill(settings.owner_dsn, empty)
    assert drill.identical
    assert drill.gaps == drill.differences == drill.forgotten == ()
    assert drill.rows["practice"] == 2
    assert drill.changes > sum(drill.rows.values())
    with psycopg.connect(empty) as replayed:
        found = replayed.execute("select count(*) from visit_type where name = 'A first talk'")
        assert found.fetchone() == (1,)


def test_a_row_changed_behind_the_log_s_back_is_named(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    meddle("update patient set state = 'TX' where given_name = 'Ana'")
    drill = run_drill(settings.owner_dsn, empty)
    assert not drill.identical
    found = drill.differences[0]
    assert (len(drill.differences), found.table, found.what) == (1, "patient", "differs in state")
    assert str(cast.seagrape.patients["ana"].id) in found.key


def test_rows_made_and_removed_behind_the_log_s_back_are_named(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    meddle(
        "update visit_type set id = gen_random_uuid() where slug = 'first-visit'"
        f" and practice_id = '{cast.seagrape.id}'"
    )
    drill = run_drill(settings.owner_dsn, empty)
    assert sorted(each.what for each in drill.differences) == [
        "is in the replay only",
        "is missing from the replay",
    ]


def test_a_change_that_was_cut_out_of_the_log_is_named(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    rename_visit(cast, "One")
    rename_visit(cast, "Two")
    meddle(
        "delete from audit.link where event_id = (select p.event_id from audit.payload p"
        " where p.body -> 'new' ->> 'name' = 'One')"
    )
    drill = run_drill(settings.owner_dsn, empty)
    assert [(gap.table, gap.what) for gap in drill.gaps] == [
        ("visit_type", "a change of name is not in the log")
    ]
    assert drill.differences == ()


def test_a_row_without_its_beginning_and_a_table_nobody_knows_are_named(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    rename_visit(cast, "One")
    visit = cast.seagrape.visit_types["first-visit"]
    meddle(
        "delete from audit.link where event_id = (select e.id from audit.event e join audit.payload"
        f" p on p.event_id = e.id where e.target_id = '{visit}' and p.body ->> 'op' = 'INSERT')",
        "update audit.event set target_type = 'gone' where target_type = 'message_sender'",
    )
    drill = run_drill(settings.owner_dsn, empty)
    told = {(gap.table, gap.what) for gap in drill.gaps}
    assert ("visit_type", "was changed, but the log does not have its beginning") in told
    assert ("gone", "there is no such table any more") in told
    assert not drill.identical


def test_a_row_that_was_made_twice_is_named(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    rename_visit(cast, "One")
    meddle(
        "update audit.payload set body = jsonb_build_object('op', 'INSERT', 'new', body -> 'new')"
        " where body -> 'new' ->> 'name' = 'One'"
    )
    drill = run_drill(settings.owner_dsn, empty)
    assert [gap.what for gap in drill.gaps] == ["was made a second time"]


def test_what_the_log_was_told_to_forget_is_told_apart(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    visit = cast.seagrape.visit_types["first-visit"]
    meddle(
        "delete from audit.payload p using audit.event e where e.id = p.event_id"
        f" and e.target_id = '{visit}' and e.kind = 'write'"
    )
    drill = run_drill(settings.owner_dsn, empty)
    assert drill.identical
    assert drill.erased == 1
    assert [each.table for each in drill.forgotten] == ["visit_type"]


def test_only_an_empty_database_of_the_same_schema_is_filled(
    app: Flask, settings: Settings, empty: str
) -> None:
    with pytest.raises(TargetUnfit, match="already holds a practice"):
        run_drill(settings.owner_dsn, settings.owner_dsn)
    with psycopg.connect(empty) as owner:
        owner.execute("update alembic_version set version_num = '0001'")
    with pytest.raises(TargetUnfit, match="schema is 0001"):
        run_drill(settings.owner_dsn, empty)


def test_a_log_from_the_future_is_refused(app: Flask, settings: Settings, empty: str) -> None:
    with pytest.raises(UnknownRevision):
        run_drill(settings.owner_dsn, empty, revisions=Revisions(known_revisions()[:1], {}))


MIGRATION = (
    "alter table visit_type add column colour text not null default 'green'",
    "alter table visit_type add column twice integer generated always as (position * 2) stored",
    "alter table visit_type rename column name to title",
    "alter table visit_type drop column modality",
    "update alembic_version set version_num = '9999'",
)


def retitle(table: str, image: dict[str, object]) -> tuple[str, dict[str, object]]:
    """What the crafted migration did to visit types."""
    if table == "visit_type" and "name" in image:
        image = {**image, "title": image["name"]}
        del image["name"]
    return table, image


def test_a_replay_crosses_a_migration(
    app: Flask, cast: Cast, settings: Settings, empty: str
) -> None:
    rename_visit(cast, "Before")
    for dsn in (settings.owner_dsn, empty):
        with psycopg.connect(dsn) as owner:
            for statement in MIGRATION:
                owner.execute(statement.encode())
            owner.execute("select audit.note_revision()")
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute(
            "select set_config('app.action', 'schema.migrated', true),"
            " set_config('app.actor_kind', 'migration', true)"
        )
        owner.execute("update visit_type set colour = 'blue' where title = 'Before'")
    order = [*known_revisions(), "9999"]
    drill = run_drill(settings.owner_dsn, empty, revisions=Revisions(order, {"9999": retitle}))
    assert drill.gaps == ()
    assert drill.differences == ()
    with psycopg.connect(empty) as replayed:
        rows = replayed.execute("select title, colour, twice from visit_type").fetchall()
    assert ("Before", "blue", 0) in rows
    assert {row[1] for row in rows} == {"blue", "green"}
