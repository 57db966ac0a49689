"""Invitations that nobody has answered end with the sign-in, or the last role, they speak of."""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from shared import clock
from shared.events import act
from shared.models.account import Account
from shared.models.staff_invitation import StaffInvitation


def end_open_invitations(session: Session, account: Account) -> None:
    """What was sent to this address, or by this person, lets nobody in any more. For the gate."""
    for invitation in session.scalars(
        select(StaffInvitation).where(
            StaffInvitation.practice_id == account.practice_id,
            or_(
                StaffInvitation.email_bidx == account.email_bidx,
                StaffInvitation.invited_by == account.id,
            ),
            StaffInvitation.accepted_at.is_(None),
            StaffInvitation.ended_at.is_(None),
        )
    ):
        invitation.ended_at = clock.now()
        act(session, "invitation.ended", target=invitation)
