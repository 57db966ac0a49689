"""`flask mail send-test|import-journal`: mail when everything else is away, and its entry later."""

from pathlib import Path
from uuid import UUID

import click
import structlog
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from shared.access.principal import Principal
from shared.adapters.email.resend import ResendMail
from shared.adapters.email.ses import SesMail
from shared.cli.staff import OPERATOR, find_practice_id
from shared.config import Settings
from shared.db import open_session
from shared.keyring import KeysUnavailable, UnreadableField, normalise_email
from shared.messaging.direct import (
    LAST_RESORT,
    Delivered,
    Origin,
    import_journal,
    record_entry,
    send_directly,
)
from shared.messaging.journal import Unjournaled, mark_entered, write_entry
from shared.messaging.letterheads import load_letterhead
from shared.messaging.senders import resolve_sender

mail = AppGroup("mail", help="Mail for the people who run the practice.")
log = structlog.get_logger(__name__)

PRACTICE_OPTION = click.option(
    "--practice", "slug", default="", help="Short name of the practice: seagrape."
)
# Whatever a database in trouble raises: away, dropped tables, no rights, keys that cannot be had.
TROUBLE = (SQLAlchemyError, KeysUnavailable, UnreadableField, LookupError, OSError, ValueError)


@mail.command("send-test")
@click.option("--to", required=True, help="Where the test mail goes.")
@PRACTICE_OPTION
def send_test(to: str, slug: str) -> None:
    """Send a test mail now, with or without the database; exit 1 when no provider took it."""
    settings: Settings = current_app.config["SETTINGS"]
    address = normalise_email(to)
    if not address or "@" not in address:
        raise click.ClickException("--to needs an e-mail address.")
    practice_id, origin = _origin(settings, slug)
    sent = send_directly(SesMail(settings), ResendMail(settings), to=address, origin=origin)
    kept = _keep(settings.data_path, practice_id, sent)
    provider = {"ses": "the first provider", "resend": "the second provider"}
    click.echo(f"Sender: {sent.entry.sender} ({_source(sent)}).")
    click.echo(f"Kept: {kept}.")
    if not sent.left:
        raise click.ClickException(f"No provider has taken it for sure: {sent.entry.reason}.")
    click.echo(f"Sent through {provider[sent.entry.provider]}: {sent.entry.message_id}.")


@mail.command("import-journal")
@PRACTICE_OPTION
def enter_journal(slug: str) -> None:
    """Enter mails that were sent while the database was away, each once."""
    settings: Settings = current_app.config["SETTINGS"]
    practice_id = find_practice_id(slug) if slug else None
    if practice_id is None:
        raise click.ClickException("Name a practice: --practice seagrape.")
    by = Principal.job(practice_id, OPERATOR)
    with open_session(by.context()) as session:
        entered = import_journal(session, settings.data_path, slug=slug, by=by)
    mark_entered(settings.data_path, entered)
    click.echo(f"Entered {len(entered)} mails.")


def _origin(settings: Settings, slug: str) -> tuple[UUID | None, Origin]:
    """The practice's own name and sender, as far as the database can tell."""
    if not slug:
        return None, LAST_RESORT
    try:
        practice_id = find_practice_id(slug)
    except TROUBLE as trouble:
        log.warning("mail.database_away", kind=type(trouble).__name__)
        return None, Origin(LAST_RESORT.letterhead, LAST_RESORT.sender, slug)
    if practice_id is None:
        raise click.ClickException(f"There is no practice {slug}.")
    try:
        with open_session(Principal.job(practice_id, OPERATOR).context()) as session:
            sender = resolve_sender(session)
            letterhead = load_letterhead(session, practice_id, settings)
    except TROUBLE as trouble:
        log.warning("mail.database_away", kind=type(trouble).__name__)
        return practice_id, Origin(LAST_RESORT.letterhead, LAST_RESORT.sender, slug)
    return practice_id, Origin(letterhead, sender, slug)


def _keep(data: Path, practice_id: UUID | None, sent: Delivered) -> str:
    """In the database; on disk when that is away. Says which."""
    if practice_id is not None:
        by = Principal.job(practice_id, OPERATOR)
        try:
            with open_session(by.context()) as session:
                record_entry(session, sent.entry, by=by, action=f"dispatch.{sent.entry.status}")
        except TROUBLE as trouble:
            log.warning("mail.journaled", kind=type(trouble).__name__)
        else:
            return "in the database"
    try:
        return f"in the journal, {write_entry(data, sent.entry)}"
    except Unjournaled as trouble:
        log.error("mail.unjournaled", kind=str(trouble))
        return "nowhere: the disk took no line either"


def _source(sent: Delivered) -> str:
    row = sent.entry.sender_source == "row"
    return "the practice's own" if row else "the built-in default"
