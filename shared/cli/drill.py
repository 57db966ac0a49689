"""`flask drill measure|restore`: a backup is a hope until it was restored and compared."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import click
import psycopg
from flask import current_app
from flask.cli import AppGroup

from shared import clock
from shared.adapters.database.iam import connect_once
from shared.cli.audit import BROKEN, UNABLE, jobs_for
from shared.proof.drills import keep_report, sign_report
from shared.proof.forms import PLATFORM
from shared.proof.verifying import keep_verification
from shared.replay.reading import make_plain
from shared.replay.tail import EVENTS, Digest, NotTheSameLog, measure, replay_tail

drill = AppGroup("drill", help="Drills: restoring a backup, and proving that it is whole.")
TOLD = 20


@drill.command("measure")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="File to write to.")
@click.option("--of", "dsn", help="Address as bedside_owner; the program's own when left out.")
def measured(out: Path, dsn: str | None) -> None:
    """Write down how many rows every table has, and a sum over their contents."""
    settings = current_app.config["SETTINGS"]
    address = dsn or settings.owner_dsn
    with connect_once(settings, address) as database:
        make_plain(database)
        found = measure(database)
    out.write_text(json.dumps(found, indent=1))
    click.echo(f"{len(found)} tables, {sum(count for count, _ in found.values())} rows.")


@drill.command("restore")
@click.option("--restored", "dsn", required=True, help="The restored cluster, as bedside_owner.")
@click.option(
    "--log",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    required=True,
    help="The log from outside: a folder as `flask audit export` writes it.",
)
@click.option(
    "--measured",
    "before",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="What `flask drill measure` wrote at the end of that log.",
)
@click.option("--noted", type=click.Path(path_type=Path, exists=True), help="JSON of times, kept.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Where the signed report goes as well."
)
def restore(dsn: str, log: Path, before: Path, noted: Path | None, out: Path | None) -> None:
    """Take a restored cluster to the end of the log, and compare it with what was measured.

    The cluster was restored to some moment by whatever makes backups. Its log has to be the
    beginning of the one given; what lies beyond is replayed; every table is compared. The report is
    signed and locked away, and its date stands on the first-patient list. Exit code 1 when
    anything differs, 2 when it cannot be done.
    """
    started_at = clock.now()
    expected = {
        name: (int(row[0]), str(row[1])) for name, row in json.loads(before.read_text()).items()
    }
    try:
        found = _run(dsn, log, expected)
    except psycopg.OperationalError as error:
        click.echo(f"The cluster does not answer: {str(error).splitlines()[0]}", err=True)
        sys.exit(UNABLE)
    if noted is not None:
        found["noted"] = json.loads(noted.read_text())
    _keep(found, started_at, out)
    for sentence in found["differences"][:TOLD]:
        click.echo(f"  {sentence}")
    click.echo(
        f"{found['kept']} entries were in the backup, {found['replayed']} were replayed;"
        f" {found['rows']} rows in {found['tables']} tables compared:"
        f" {'identical' if found['identical'] else 'NOT identical'}."
    )
    sys.exit(0 if found["identical"] else BROKEN)


def _run(dsn: str, log: Path, expected: dict[str, Digest]) -> dict[str, Any]:
    """Replay and compare. What differs is told by table, never by value."""
    begun = time.perf_counter()
    folders = sorted(path.parent for path in log.glob(f"*/{EVENTS}*"))
    differences: list[str] = []
    kept = replayed = written = 0
    settings = current_app.config["SETTINGS"]
    with connect_once(settings, dsn) as target:
        make_plain(target)
        try:
            tail = replay_tail(target, folders)
            kept, replayed, written = tail.kept, tail.beyond, tail.written + tail.removed
        except NotTheSameLog as other:
            differences.append(f"{other}.")
        replayed_after = time.perf_counter()
        found = measure(target)
    differences += [
        f"{name} has {found.get(name, (0, ''))[0]} rows, {rows} were measured, or others."
        for name, (rows, digest) in expected.items()
        if found.get(name) != (rows, digest)
    ]
    return {
        "kept": kept,
        "replayed": replayed,
        "rows_replayed": written,
        "tables": len(found),
        "rows": sum(count for count, _ in found.values()),
        "differences": differences,
        "identical": not differences,
        "seconds": {
            "log": round(replayed_after - begun, 2),
            "compare": round(time.perf_counter() - replayed_after, 2),
        },
    }


def _keep(found: dict[str, Any], started_at: Any, out: Path | None) -> None:
    """Sign it, lock it away, and note it for every practice."""
    with jobs_for("drill", None) as jobs:
        report = sign_report(jobs[-1], found)
        place = keep_report(jobs[-1], report, at=clock.now())
        if out is not None:
            out.write_text(json.dumps(report, indent=1))
        details = {
            "rows": found["rows"],
            "replayed": found["replayed"],
            "stored_as": place,
            "found": [{"sentence": one} for one in found["differences"][:TOLD]],
        }
        for job in jobs:
            if job.practice_id == PLATFORM:
                continue
            with job.session() as session:
                keep_verification(
                    session,
                    practice_id=job.practice_id,
                    kind="restore",
                    started_at=started_at,
                    outcome="passed" if found["identical"] else "failed",
                    details=details,
                )
