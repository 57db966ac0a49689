"""A restored cluster beside the living one: its log is the beginning, its rows are the log's."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask

from shared.adapters.database.iam import connect_once
from shared.cli.audit import list_practices
from shared.cli.drill import TOLD
from shared.config import Settings
from shared.jobs.base import make_base
from shared.jobs.registry import Job
from shared.proof import reading
from shared.proof.chain import check_chain
from shared.proof.forms import Leaf
from shared.proof.report import Report
from shared.replay import Drill, compare_standing

# A transaction that was open at the moment commits after it, and its entries bear its beginning.
STILL_OPEN = timedelta(minutes=2)


def compare(settings: Settings, back: Settings, moment: datetime) -> dict[str, Any]:
    """The restored log with the living one, and the restored rows with their own log.

    Raises TargetUnfit, UnknownRevision, psycopg.OperationalError.
    """
    live_base, back_base = make_base(settings, connections=2), make_base(back, connections=2)
    with live_base.app_context():
        practices = list_practices()
    begun = time.monotonic()
    report = Report()
    for practice_id in practices:
        _check_log(practice_id, (live_base, settings), (back_base, back), moment, report)
    more = report.counts.get("entries", 0) - report.counts.get("covered", 0)
    if more and not report.findings:
        sentence = f"The restored log has {more} entries that the living one has not."
        report.add("inserted", None, None, sentence)
    compared = time.monotonic()
    rows, size = _check_rows(back)
    sentences = [each.sentence for each in report.findings] + rows.sentences
    return {
        "gigabytes": round(size / 1e9, 2),
        "entries": report.counts.get("entries", 0),
        "covered": report.counts.get("covered", 0),
        "rows": sum(rows.rows.values()),
        "tables": len(rows.rows),
        "differences": sentences[:TOLD],
        "wrong": len(sentences),
        "identical": not sentences,
        "seconds": {
            "log": round(compared - begun, 1),
            "rows": round(time.monotonic() - compared, 1),
        },
    }


def _check_log(
    practice_id: UUID,
    living_one: tuple[Flask, Settings],
    back: tuple[Flask, Settings],
    moment: datetime,
    report: Report,
) -> None:
    """Every hash of the restored log anew, and each entry beside the living one's.

    What was committed before the moment has to be there; of what came after, nothing is asked.
    """
    live_base, settings = living_one
    back_base, back_settings = back
    ours, theirs = (Job("drill", practice_id, one) for one in (settings, back_settings))
    with live_base.app_context(), ours.session() as session:
        before = moment - STILL_OPEN
        needed = reading.last_entry_before(session, practice_id, after=0, before=before) or 0
    with back_base.app_context():
        with theirs.session() as session:
            until = max(needed, reading.head(session, practice_id))
        check_chain(theirs, report, _leaves(live_base, ours, until))


def _leaves(base: Flask, job: Job, until: int) -> Iterator[tuple[int, Leaf]]:
    """The entries of the living log up to one, a page a transaction."""
    after = 0
    while after < until:
        with base.app_context(), job.session() as session:
            page = reading.list_links(
                session, job.practice_id, after=after, limit=min(reading.PAGE, until - after)
            )
        if not page:
            return
        after = page[-1].seq
        for link in page:
            yield link.seq, link.leaf


def _check_rows(back: Settings) -> tuple[Drill, int]:
    """The rows beside the log, as the owner of what will be thrown away; and how large it is."""
    with (
        connect_once(back, back.owner_dsn) as reader,
        connect_once(back, back.owner_dsn) as stage,
    ):
        found = compare_standing(reader, stage)
        row = stage.execute("select pg_database_size(current_database())").fetchone()
        stage.rollback()
    return found, int(row[0]) if row else 0
