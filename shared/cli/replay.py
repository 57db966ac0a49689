"""`flask audit replay --into`: every record rebuilt from the log alone, and compared."""

import sys
from datetime import datetime
from functools import partial

import click
import psycopg
from flask import current_app

from shared import clock
from shared.adapters.database.iam import connect_once
from shared.cli.audit import BROKEN, UNABLE, jobs_for
from shared.proof.verifying import keep_verification
from shared.replay import Drill, TargetUnfit, UnknownRevision, run_drill

# As many as a person reads; all are counted.
TOLD = 20


@click.command("replay")
@click.option(
    "--into",
    "target",
    required=True,
    help="Address of an empty, migrated database, as bedside_owner.",
)
def replay(target: str) -> None:
    """Rebuild every record of every practice from the log, and compare row by row.

    What came of it is kept for the event log's screen. Exit code 1 when anything differs.
    """
    started_at = clock.now()
    settings = current_app.config["SETTINGS"]
    try:
        drill = run_drill(settings.owner_dsn, target, connect=partial(connect_once, settings))
    except TargetUnfit as unfit:
        click.echo(f"The database to fill is not fit: {unfit}.", err=True)
        sys.exit(UNABLE)
    except UnknownRevision as unknown:
        click.echo(f"The log speaks of schema {unknown}, which this program lacks.", err=True)
        sys.exit(UNABLE)
    except psycopg.OperationalError as error:
        click.echo(f"A database does not answer: {str(error).strip().splitlines()[0]}", err=True)
        sys.exit(UNABLE)
    keep(drill, started_at)
    tell(drill)
    sys.exit(0 if drill.identical else BROKEN)


def keep(drill: Drill, started_at: datetime) -> None:
    """Write the drill down for every practice: it rebuilt them all."""
    details: dict[str, object] = {
        "changes": drill.changes,
        "rows": sum(drill.rows.values()),
        "erased": drill.erased,
        "forgotten": len(drill.forgotten),
        "found": [{"sentence": sentence} for sentence in drill.sentences[:TOLD]],
    }
    with jobs_for("replay", None) as jobs:
        for job in jobs:
            with job.session() as session:
                keep_verification(
                    session,
                    practice_id=job.practice_id,
                    kind="replay",
                    started_at=started_at,
                    outcome="passed" if drill.identical else "failed",
                    details=details,
                )


def tell(drill: Drill) -> None:
    """Say it on the terminal."""
    click.echo(f"{drill.changes} changes made {sum(drill.rows.values())} rows:")
    for table, count in sorted(drill.rows.items()):
        click.echo(f"  {table}: {count}")
    if drill.forgotten:
        click.echo(f"{len(drill.forgotten)} rows are older than what the log still holds.")
    for sentence in drill.sentences[:TOLD]:
        click.echo(f"  {sentence}")
    if drill.identical:
        click.echo("Every row is identical.")
    else:
        click.echo(f"NOT identical: {len(drill.sentences)} differences.")
