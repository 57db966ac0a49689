"""A test mail to the owner who asks for it, and how the last ones went."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.accounts import access_own_account
from shared.access.changes import access_change
from shared.access.dispatches import list_recent_of_template
from shared.access.principal import Principal
from shared.messaging.email import send_email
from shared.models.dispatch import Dispatch

TEMPLATE = "operations_test"


def send_test(
    session: Session, *, by: Principal, link: str, change_id: UUID | None = None
) -> Dispatch:
    """Send a test mail to one's own address: from the sender in force, or from a proposed one.

    It goes to nobody else, so a proposed sender can be tried before anybody confirmed it. Raises
    NotFound.
    """
    account = access_own_account(session, viewer=by)
    about = None
    if change_id is not None:
        change = access_change(session, viewer=by, change_id=change_id)
        about = ("pending_change", change.id)
    return send_email(
        session,
        to=account.email,
        template=TEMPLATE,
        context={"link": link},
        account_id=account.id,
        about=about,
    )


def list_tests(session: Session, *, viewer: Principal, limit: int = 5) -> list[Dispatch]:
    """The practice's last test mails, newest first."""
    return list_recent_of_template(session, viewer=viewer, template=TEMPLATE, limit=limit)
