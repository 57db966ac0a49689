"""`flask inbox replay`: apply what vendors told us once more, in its order."""

from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from shared import clock
from shared.cli.staff import OPERATOR, find_practice_id
from shared.db import Context, open_session
from shared.inbound.retrying import replay
from shared.jobs.registry import Job
from shared.models.practice import PracticeHost

inbox = AppGroup("inbox", help="What vendors told us.")


@inbox.command("replay")
@click.option("--since", required=True, type=click.DateTime(), help="UTC: 2027-01-04T13:00:00.")
@click.option("--practice", "slug", default="", help="One practice only: seagrape.")
def replay_inbox(since: datetime, slug: str) -> None:
    """Apply everything that came in since then again; what is so already stays as it is."""
    only = find_practice_id(slug) if slug else None
    if slug and only is None:
        raise click.ClickException(f"There is no practice {slug}.")
    with open_session(Context(None, "bedside_public", "host")) as session:
        known = session.scalars(select(PracticeHost.practice_id).distinct()).all()
    looked, unanswered = 0, 0
    for practice_id in sorted(known) if only is None else [only]:
        work = Job(OPERATOR, practice_id, current_app.config["SETTINGS"])
        counts = replay(work, since=since.replace(tzinfo=UTC), until=clock.now())
        looked += counts["applied"] + counts["unanswered"]
        unanswered += counts["unanswered"]
    click.echo(f"Looked at {looked} letters.")
    if unanswered:
        raise click.ClickException(
            f"The vendor gave no answer about {unanswered} of them; run it again later."
        )
