"""`flask practice create`: a new practice, its hosts and its keys."""

import click
from flask.cli import AppGroup
from sqlalchemy.exc import IntegrityError

from shared.db import open_session
from shared.practices.creation import NewPractice, create_practice, creation_context

practice = AppGroup("practice", help="Practices of this server.")


@practice.command("create")
@click.option("--slug", required=True, help="Short name in addresses: seagrape.")
@click.option("--name", required=True, help="As patients know it.")
@click.option("--legal-name", help="As contracts know it; the name, when left out.")
@click.option("--host", required=True, help="Host name of the public site.")
@click.option("--portal-host", help="Host name of the portal; the public one, when left out.")
@click.option("--admin-host", help="Host name of the desk; the public one, when left out.")
@click.option("--time-zone", required=True, help="IANA name: America/New_York.")
@click.option("--phone", required=True)
@click.option("--email", required=True)
@click.option("--address", nargs=4, required=True, metavar="LINE CITY STATE ZIP")
@click.option("--tagline", default="Care, closer.")
def create(
    slug: str,
    name: str,
    legal_name: str | None,
    host: str,
    portal_host: str | None,
    admin_host: str | None,
    time_zone: str,
    phone: str,
    email: str,
    address: tuple[str, str, str, str],
    tagline: str,
) -> None:
    """Make a practice; then invite its owner with `flask staff invite`."""
    line, city, state, postal_code = address
    new = NewPractice(
        slug=slug,
        name=name,
        legal_name=legal_name or name,
        tagline=tagline,
        time_zone=time_zone,
        phone=phone,
        email=email,
        address={"line": line, "city": city, "state": state, "postal_code": postal_code},
        brand={},
        hosts={
            "marketing": host,
            "portal": portal_host or host,
            "admin": admin_host or host,
        },
    )
    try:
        with open_session(creation_context()) as session:
            made = create_practice(session, new)
    except IntegrityError as error:
        raise click.ClickException(
            "That short name or host belongs to a practice already."
        ) from error
    click.echo(f"Created {made.name} ({made.slug}), id {made.id}.")
