"""The drill from the terminal: what it says, how it ends, and that its date is kept."""

import psycopg
import pytest
from flask import Flask

from shared.access.log_proof import Verification, read_log_proof
from shared.access.principal import Principal, Role
from shared.config import Settings
from shared.db import open_session
from tests.integration.replay.conftest import Meddle
from tests.people import Cast, PracticeOf


def last_drill(practice: PracticeOf) -> Verification:
    """The drill as the log's screen shows it."""
    auditor = Principal(practice.id, frozenset({Role.AUDITOR}), acting_as=Role.AUDITOR)
    with open_session(auditor.context()) as session:
        return read_log_proof(session, viewer=auditor).verifications["replay"]


def test_a_drill_is_told_and_its_date_kept(
    app: Flask, cast: Cast, settings: Settings, empty: str
) -> None:
    done = app.test_cli_runner().invoke(args=["audit", "replay", "--into", empty])
    assert done.exit_code == 0, done.output
    assert "Every row is identical." in done.output
    assert "patient:" in done.output
    for practice in (cast.seagrape, cast.ironbound):
        kept = last_drill(practice)
        assert kept.outcome == "passed"


def test_a_difference_is_told_without_the_values_and_ends_in_failure(
    app: Flask, cast: Cast, settings: Settings, empty: str, meddle: Meddle
) -> None:
    meddle("update patient set given_name = 'Zed' where given_name = 'Ana'")
    done = app.test_cli_runner().invoke(args=["audit", "replay", "--into", empty])
    assert done.exit_code == 1
    assert "NOT identical: 1 differences." in done.output
    assert "differs in given_name" in done.output
    assert "Zed" not in done.output
    kept = last_drill(cast.seagrape)
    assert kept.outcome == "failed"
    assert "differs in given_name" in kept.findings[0]


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        ("update alembic_version set version_num = '0001'", "is not fit"),
        ("update audit.event set schema_revision = '9999'", "schema 9999"),
    ],
)
def test_what_cannot_be_drilled_is_said(
    app: Flask, settings: Settings, empty: str, meddle: Meddle, spoil: str, words: str
) -> None:
    if "alembic" in spoil:
        with psycopg.connect(empty) as owner:
            owner.execute(spoil.encode())
    else:
        meddle(spoil)
    done = app.test_cli_runner().invoke(args=["audit", "replay", "--into", empty])
    assert done.exit_code == 2
    assert words in done.output


def test_a_database_that_is_not_there_is_said(app: Flask, settings: Settings) -> None:
    nowhere = settings.owner_dsn.replace("bedside_owner@/", "bedside_owner@/nowhere_")
    done = app.test_cli_runner().invoke(args=["audit", "replay", "--into", nowhere])
    assert done.exit_code == 2
    assert "does not answer" in done.output
