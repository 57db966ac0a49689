"""Inviting staff: the invitation and its mail."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.auth import limits, tokens
from shared.auth.invitations import OpenedInvitation, open_invitation
from shared.auth.lifetimes import STAFF_INVITATION
from shared.messaging.email import send_email

INVITATION_PATH = "/admin/invitations/{token}"


def invite_staff(
    session: Session, *, email: str, name: str, roles: Sequence[str], by: Principal
) -> OpenedInvitation:
    """Invite somebody to work in the practice with the given roles.

    The mail carries link and digits: programs that open every link and press every button in a
    mailbox have no digits to type. Raises GrantRefused, TooOften.
    """
    if by.account_id is not None:
        limits.spend(session, limits.INVITATIONS_BY_ACCOUNT, str(by.account_id))
    opened = open_invitation(
        session,
        practice_id=by.practice_id,
        email=email,
        name=name,
        roles=roles,
        invited_by=by.account_id,
    )
    send_email(
        session,
        to=email,
        template="staff_invitation",
        context={
            "link": INVITATION_PATH.format(token=opened.token),
            "code": tokens.format_code(opened.code),
            "days": str(STAFF_INVITATION.days),
        },
        about=("staff_invitation", opened.row.id),
    )
    return opened
