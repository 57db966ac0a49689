"""Signed texts outlive their data key and the database they were written in."""

import psycopg
import pytest
from flask import Flask

from shared import keyring
from shared.access.notes import find_note, list_addenda, list_versions
from shared.access.summaries import list_summaries
from shared.app import in_app
from shared.config import Settings
from shared.db import open_session
from shared.encounters.addenda import add_addendum
from shared.encounters.sections import NOTE, SUMMARY, texts_of
from shared.jobs.registry import Job
from shared.practices.keys import load_keys
from shared.practices.rotation import begin_rotation, progress, reseal
from tests.encountering import Writing
from tests.keys import LocalKeys
from tests.replaying import replay
from tools.postgres import Server


@pytest.fixture
def written(writing: Writing) -> Writing:
    """Signed, added to, told and corrected."""
    writing.sign(writing.save("Kept for years", 0))
    writing.do(add_addendum, why="a result came in", words="It is fine.")
    writing.approve(writing.summarise("Rest", 0))
    writing.summarise("Rest more", 0)
    return writing


def words_of(writing: Writing) -> list[dict[str, str]]:
    with open_session(writing.doctor.context()) as session:
        seen = {"viewer": writing.doctor}
        note = find_note(session, encounter=writing.row(), **seen)
        assert note is not None
        rows = [note, *list_versions(session, note=note, **seen)]
        added = list_addenda(session, note=note, **seen)
        told = list_summaries(session, encounter=writing.row(), **seen)
        return [
            *(texts_of(row, NOTE) for row in rows),
            *({"why": one.why, "words": one.words} for one in added),
            *(texts_of(row, SUMMARY) for row in told),
        ]


def test_a_new_data_key_seals_signed_texts_anew_and_changes_no_word(
    app: Flask, settings: Settings, written: Writing
) -> None:
    kms = LocalKeys()
    keyring.install(keyring.Keyring(kms, in_app(app, load_keys)))
    before = words_of(written)
    job = Job("keys", written.practice.id, settings)
    begin_rotation(job, kms)
    assert reseal(job) > 0
    with job.session() as session:
        assert progress(session, viewer=job.principal).left == 0
    assert words_of(written) == before


def test_the_log_alone_rebuilds_them(written: Writing, settings: Settings, server: Server) -> None:
    with psycopg.connect(settings.owner_dsn) as owner:
        kept = owner.execute("select count(*) from note_addendum").fetchone()
    assert kept == (1,)
    assert replay(server, settings.owner_dsn) == []
