"""Not me: the old mailbox takes the move back within seven days. Runs as bedside_gate."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.auth import tokens
from shared.auth.asking import staff_roles
from shared.auth.sessions import end_sessions_of
from shared.events import act
from shared.models.account import Account
from shared.models.email_change import EmailChange
from shared.models.passkey import Passkey
from shared.profile.errors import ChangeOver
from shared.profile.settling import is_taken, readdress
from shared.queue import defer


def find_undo(
    session: Session, *, practice_id: UUID, token: str, lock: bool = False
) -> EmailChange:
    """The move that a link takes back. Raises ChangeOver for every link that is no good."""
    if not tokens.looks_like_token(token):
        raise ChangeOver
    wanted = select(EmailChange).where(
        EmailChange.practice_id == practice_id,
        EmailChange.undo_hash == tokens.hash_token(token),
        EmailChange.undone_at.is_(None),
        EmailChange.undo_until > clock.now(),
    )
    change = session.scalar(wanted.with_for_update() if lock else wanted)
    if change is None:
        raise ChangeOver
    return change


def take_back(session: Session, *, practice_id: UUID, token: str) -> None:
    """Put the old address back, sign out everywhere, end the passkeys, tell the practice.

    Moves made since then are taken back with it. Raises ChangeOver, also where the old address
    opens another sign-in by now and where the account is a colleague's.
    """
    change = find_undo(session, practice_id=practice_id, token=token, lock=True)
    account = session.scalar(
        select(Account)
        .where(Account.practice_id == practice_id, Account.id == change.account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if account is None or account.closed_at or staff_roles(session, account):
        raise ChangeOver
    moves = [change, *_later_moves(session, change)]
    now_at = moves[-1].new_email_bidx
    if account.email_bidx != now_at:
        raise ChangeOver
    if is_taken(session, practice_id=practice_id, address=change.old_email):
        raise ChangeOver
    for move in moves:
        move.undone_at = clock.now()
        act(session, "email_change.undone", target=move, patient_id=move.patient_id)
    readdress(session, account, change.old_email, change.old_email_bidx, now_at)
    end_sessions_of(
        session, practice_id=practice_id, account_id=account.id, reason="address_taken_back"
    )
    _end_passkeys(session, change)
    defer(session, "report_taken_back", email_change_id=change.id)


def _later_moves(session: Session, change: EmailChange) -> list[EmailChange]:
    """Where the account went since, in order: moving on does not shake off the first mailbox."""
    return list(
        session.scalars(
            select(EmailChange)
            .where(
                EmailChange.practice_id == change.practice_id,
                EmailChange.account_id == change.account_id,
                EmailChange.id != change.id,
                EmailChange.confirmed_at >= change.confirmed_at,
                EmailChange.undone_at.is_(None),
            )
            .order_by(EmailChange.confirmed_at)
            .with_for_update()
        )
    )


def _end_passkeys(session: Session, change: EmailChange) -> None:
    """Whoever moved the address may have enrolled a device before; the mailbox is a way in."""
    for passkey in session.scalars(
        select(Passkey).where(
            Passkey.practice_id == change.practice_id,
            Passkey.account_id == change.account_id,
            Passkey.ended_at.is_(None),
        )
    ):
        passkey.ended_at = clock.now()
        act(session, "passkey.ended", target=passkey)


def patient_of_change(session: Session, *, practice_id: UUID, email_change_id: UUID) -> UUID:
    """Whose address it was; for the job that tells the practice."""
    return session.scalars(
        select(EmailChange.patient_id).where(
            EmailChange.practice_id == practice_id, EmailChange.id == email_change_id
        )
    ).one()
