"""`flask staff invite`: the first owner of a practice, or anybody when no owner can sign in."""

from uuid import UUID

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select

from shared.access.principal import Principal
from shared.auth.errors import GrantRefused
from shared.auth.tokens import format_code
from shared.db import Context, open_session
from shared.models.practice import Practice, PracticeHost
from shared.onboarding import invite_staff
from shared.onboarding.staff import INVITATION_PATH
from shared.practices.hosts import canonical_url

staff = AppGroup("staff", help="People who work in a practice.")
OPERATOR = "operator"


@staff.command("invite")
@click.option("--practice", "slug", required=True, help="Short name of the practice: seagrape.")
@click.option("--email", required=True, help="Where the invitation goes.")
@click.option("--role", "roles", required=True, multiple=True, help="May be given several times.")
@click.option("--name", required=True, help="As colleagues know them.")
def invite(slug: str, email: str, roles: tuple[str, ...], name: str) -> None:
    """Invite somebody; prints the link and the code that the mail carries as well."""
    practice_id = find_practice_id(slug)
    if practice_id is None:
        raise click.ClickException(f"There is no practice {slug}.")
    by = Principal.job(practice_id, OPERATOR)
    try:
        with open_session(by.context()) as session:
            opened = invite_staff(session, email=email, name=name, roles=roles, by=by)
            base = canonical_url(
                session, current_app.config["SETTINGS"], practice_id=practice_id, face="admin"
            )
    except GrantRefused as refusal:
        raise click.ClickException(
            "Roles are physician, nurse, receptionist, biller, owner and auditor."
        ) from refusal
    click.echo(f"Invited {name} as {', '.join(opened.row.roles)}.")
    click.echo(f"Link: {base}{INVITATION_PATH.format(token=opened.token)}")
    click.echo(f"Code: {format_code(opened.code)}")


def find_practice_id(slug: str) -> UUID | None:
    """The practice of that short name. A practice is seen from inside only, so each is asked."""
    with open_session(Context(None, "bedside_public", "host")) as session:
        known = session.scalars(select(PracticeHost.practice_id).distinct()).all()
    for practice_id in known:
        with open_session(Principal.job(practice_id, OPERATOR).context()) as session:
            if session.scalar(select(Practice.id).where(Practice.slug == slug)) is not None:
                return practice_id
    return None
