"""`flask worker check`: whether the background worker lives, for whatever runs it on a schedule."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from shared.oversight.watching import tell_of_silence

worker = AppGroup("worker", help="The background worker.")


@worker.command("check")
def check() -> None:
    """Exit 1 when no worker is heard of; owners are told, once, by item and mail."""
    seen = tell_of_silence(current_app.config["SETTINGS"])
    if seen is not None:
        click.echo(f"The worker is silent since {seen:%Y-%m-%d %H:%M:%S} UTC.", err=True)
        sys.exit(1)
    click.echo("The worker is not missed.")
