"""`flask keys rotate|status`: the practices' data keys in an operator's hands."""

import click
from flask.cli import AppGroup

from shared import keyring
from shared.cli.audit import jobs_for, which
from shared.practices.rotation import begin_rotation, finish_rotation, progress, reseal
from shared.proof.forms import PLATFORM

keys = AppGroup("keys", help="The data keys that seal identifiers and messages.")


@keys.command("rotate")
@which
@click.option("--continue", "goes_on", is_flag=True, help="Make no new key; go on with the last.")
def rotate(slug: str | None, *, goes_on: bool) -> None:
    """Make a new data key and seal everything under it.

    May be stopped at any point and continued, here or by the worker, which also retires the older
    key ten minutes after the new one was made. Until then the older KMS key is needed.
    """
    with jobs_for("keys", slug) as jobs:
        for job in jobs:
            if job.practice_id == PLATFORM:
                continue
            wrapper = keyring.current().wrapper
            if not goes_on:
                begin_rotation(job, wrapper)
            done = reseal(job)
            ended = finish_rotation(job, wrapper)
            with job.session() as session:
                now = progress(session, viewer=job.principal)
            rest = "older keys are retired" if ended else "older keys are retired in ten minutes"
            click.echo(
                f"{job.practice_id}: version {now.version}, {done} rows sealed anew,"
                f" {now.left} left; {rest}."
            )


@keys.command("status")
@which
def status(slug: str | None) -> None:
    """Which versions are open, and how much is left to seal anew."""
    with jobs_for("keys", slug) as jobs:
        for job in jobs:
            if job.practice_id == PLATFORM:
                continue
            with job.session() as session:
                now = progress(session, viewer=job.principal)
            opened = ", ".join(map(str, now.open_versions))
            click.echo(
                f"{job.practice_id}: version {now.version} of {now.made_at:%Y-%m-%d}, {now.left}"
                f" rows under older ones; open: {opened}."
            )
