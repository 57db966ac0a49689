"""`flask preflight`: the first-patient list in an operator's hands."""

import json
import sys

import click
from flask import current_app

from shared.cli.audit import BROKEN, UNABLE, jobs_for
from shared.jobs.ground import tell_of_ground
from shared.jobs.registry import Job
from shared.practices.hosts import get_practice
from shared.preflight import Stand, read_stands
from shared.preflight.outside import examine
from shared.preflight.standing import is_ready
from shared.proof.forms import PLATFORM
from shared.web.ground_words import WORDS, state_words

MARKS = {"green": "ok ", "signed": "(ok)", "red": "RED"}


@click.command("preflight")
@click.option("--practice", "slug", help="Short name: seagrape. Without it every practice.")
@click.option("--json", "as_json", is_flag=True, help="For a program.")
@click.option("--offline", is_flag=True, help="Do not ask anybody outside; use the last look.")
def preflight(slug: str | None, *, as_json: bool, offline: bool) -> None:
    """Whether a practice may see its first patient: each point green, signed for, or red.

    Exit code 0 when nothing is red, 1 when something is, 2 when there is no such practice.
    """
    told = {}
    with jobs_for("preflight", slug) as jobs:
        for job in jobs:
            if job.practice_id == PLATFORM:
                continue
            if not offline:
                examine(job)
                tell_of_ground(job)
            name, zone, stands = _read(job)
            told[name] = stands
            if not as_json:
                _say(name, zone, stands)
    if as_json:
        click.echo(json.dumps({name: _plain(stands) for name, stands in told.items()}, indent=1))
    if not told:
        sys.exit(UNABLE)
    sys.exit(0 if all(is_ready(stands) for stands in told.values()) else BROKEN)


def _read(job: Job) -> tuple[str, str, list[Stand]]:
    with job.session() as session:
        here = get_practice(session, job.practice_id)
        stands = read_stands(
            session,
            viewer=job.principal,
            settings=current_app.config["SETTINGS"],
            zone=here.time_zone,
        )
    return here.slug, here.time_zone, stands


def _say(name: str, zone: str, stands: list[Stand]) -> None:
    click.echo(f"{name}:")
    for stand in stands:
        title = WORDS[stand.line.name].title
        click.echo(f"  {MARKS[stand.state]:4} {title}: {state_words(stand, zone)}")
        if stand.state == "red":
            click.echo(f"       {WORDS[stand.line.name].why}")
    red = sum(stand.state == "red" for stand in stands)
    click.echo(f"  {red} of {len(stands)} points are red." if red else "  Nothing is red.")


def _plain(stands: list[Stand]) -> list[dict[str, object]]:
    return [
        {
            "point": stand.line.name,
            "state": stand.state,
            "code": stand.code,
            "seen": stand.seen,
            "checked_at": stand.checked_at.isoformat() if stand.checked_at else None,
            "signed_until": stand.answer.expires_on.isoformat() if stand.answer else None,
        }
        for stand in stands
    ]
