"""`flask seed`: fills a database with believable practices; never where real patients are."""

import click
from flask import current_app
from flask.cli import with_appcontext

from shared.cli.database import believe_sandbox_clock
from shared.config import Settings
from shared.demo.scenarios import seed_battery, seed_demo, seed_scale


@click.command("seed")
@click.option(
    "--scenario",
    type=click.Choice(["demo", "battery", "scale"]),
    default="demo",
    show_default=True,
    help="demo: a practice to live in; battery: the same people, no sign-ins; scale: a crowd.",
)
@click.option("--patients", type=click.IntRange(1), default=10_000, show_default=True)
@with_appcontext
def seed(scenario: str, patients: int) -> None:
    """Fill the database with a demonstration (refused in production)."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.production:
        raise click.ClickException("A production database is not seeded.")
    if settings.sandbox:
        believe_sandbox_clock(settings)
    if scenario == "demo":
        seed_demo(settings)
    elif scenario == "battery":
        seed_battery()
    else:
        seed_scale(patients)
    click.echo(f"The {scenario} scenario is there.")
