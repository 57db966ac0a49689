"""`flask audit export|verify|checkpoint|restored`: the proof of the log in an operator's hands."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from shared.adapters.storage.s3 import StorageUnavailable
from shared.cli.staff import find_practice_id
from shared.db import Context, open_session
from shared.jobs.base import make_base
from shared.jobs.registry import Job
from shared.keyring import KeysUnavailable
from shared.models.practice import PracticeHost
from shared.proof.exporting import export_log
from shared.proof.forms import PLATFORM
from shared.proof.restoring import NotARestore, declare_restore, find_loss
from shared.proof.sealing import seal_log
from shared.proof.verifying import verify_log
from shared.proof.work import LogBroken

audit = AppGroup("audit", help="The event log and its proof.")
which = click.option(
    "--practice", "slug", help="Short name: seagrape. Without it every practice and the platform."
)
BROKEN, UNABLE = 1, 2


@audit.command("export")
@which
@click.option("--out", type=click.Path(path_type=Path), required=True, help="Folder to write to.")
@click.option("--reason", default="export", show_default=True, help="Why; it is in the log.")
def export(slug: str | None, out: Path, reason: str) -> None:
    """Write the whole log with its checkpoints, for tools/verify_audit.py."""
    with jobs_for("export", slug) as jobs:
        for job in jobs:
            folder = out if slug else out / str(job.practice_id)
            written = export_log(job, folder, reason=reason)
            click.echo(f"{folder}: {written.entries} entries, {written.checkpoints} checkpoints.")


@audit.command("checkpoint")
@which
def checkpoint(slug: str | None) -> None:
    """Seal what is not sealed yet, now."""
    with jobs_for("checkpoint", slug) as jobs:
        for job in jobs:
            click.echo(f"{job.practice_id}: {seal_log(job, at_once=True)} checkpoints made.")


@audit.command("verify")
@which
def verify(slug: str | None) -> None:
    """Verify chain, contents, checkpoints and archives; exit code 1 when something was done."""
    code = 0
    with jobs_for("verify", slug) as jobs:
        for job in jobs:
            try:
                runs = verify_log(job, whole=True)
            except LogBroken as broken:
                code = BROKEN
                click.echo(f"{job.practice_id}: the log is NOT what it was.")
                for found in broken.findings:
                    place = f"seq={found.seq} id={found.event_id or 'unknown'}"
                    click.echo(f"  {found.kind.upper()} {place}: {found.sentence}")
                continue
            counts = ", ".join(
                f"{count} {name}" for run in runs for name, count in run.report.counts.items()
            )
            click.echo(f"{job.practice_id}: the log is what it was ({counts or 'empty'}).")
    sys.exit(code)


@audit.command("restored")
@which
@click.option(
    "--to",
    "to",
    type=click.DateTime(["%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S"]),
    required=True,
    help="The moment the database was set back to, in UTC: 2027-01-04T13:00:00Z",
)
@click.option("--by", required=True, help="Who restored it.")
@click.option("--second", required=True, help="The second person who was there.")
@click.option("--reason", required=True, help="Why; no patient's name.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def restored(
    slug: str | None, to: datetime, by: str, second: str, reason: str, *, yes: bool
) -> None:
    """Declare that the database was set back: what was signed beyond the log is void, and kept.

    The log says so for ever, and so does every later verification. Sealing goes on.
    """
    with jobs_for("restored", slug) as jobs:
        for job in jobs:
            loss = find_loss(job)
            click.echo(
                f"{job.practice_id}: entries 1 to {loss.last_kept} are as they were signed;"
                f" {loss.last_lost - loss.last_kept} sealed entries beyond are lost"
                f" ({len(loss.beyond)} checkpoints)."
            )
        if not yes:
            click.confirm("Write this into the log?", abort=True)
        for job in jobs:
            at = to.replace(tzinfo=UTC)
            try:
                made = declare_restore(job, to=at, by=by, second=second, reason=reason)
            except NotARestore as unfit:
                raise click.ClickException(f"{job.practice_id}: {unfit}") from unfit
            click.echo(f"{job.practice_id}: declared; sealing goes on as fork {made.fork}.")


@contextmanager
def jobs_for(name: str, slug: str | None) -> Iterator[list[Job]]:
    """The practices asked for, under the worker's login: the web's may not write proofs."""
    settings = current_app.config["SETTINGS"]
    with make_base(settings, connections=2).app_context():
        try:
            yield [Job(name, practice_id, settings) for practice_id in _practices(slug)]
        except (KeysUnavailable, StorageUnavailable) as error:
            click.echo(f"A vendor does not answer: {error}.", err=True)
            sys.exit(UNABLE)
        except LogBroken as broken:
            click.echo(f"The log is NOT what it was: {broken}.", err=True)
            sys.exit(BROKEN)


def list_practices() -> list[UUID]:
    """Every practice that has a host, and the platform."""
    with open_session(Context(None, "bedside_public", "host")) as session:
        return [*session.scalars(select(PracticeHost.practice_id).distinct()), PLATFORM]


def _practices(slug: str | None) -> list[UUID]:
    if slug is None:
        return list_practices()
    practice_id = find_practice_id(slug)
    if practice_id is None:
        raise click.ClickException(f"There is no practice {slug}.")
    return [practice_id]
