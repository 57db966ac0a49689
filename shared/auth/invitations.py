"""Staff invitations: one link with eight digits, used once, for named roles."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Select, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Role
from shared.auth import tokens
from shared.auth.accounts import find_closed_account, find_or_create_account
from shared.auth.asking import staff_roles
from shared.auth.attempts import note_refusal
from shared.auth.closing import reopen_account
from shared.auth.errors import GrantRefused, LinkSpent, WrongCode
from shared.auth.gate import through_gate
from shared.auth.lifetimes import CODE_TRIES, STAFF_INVITATION
from shared.auth.limits import is_noise
from shared.auth.roles import add_grant, check_role
from shared.events import act
from shared.keyring import blind_index, normalise_email
from shared.models.account import Account
from shared.models.staff_invitation import StaffInvitation

CODE_KIND = "invitation_code"
# Two owners inviting one address at once: the later invitation is the one that stays open.
_ONE_AT_A_TIME = text("select pg_advisory_xact_lock(hashtextextended('invitation ' || :who, 0))")


@dataclass(frozen=True, slots=True)
class OpenedInvitation:
    """An invitation and its two secrets, which exist in clear only here and in the mail."""

    row: StaffInvitation
    token: str
    code: str


def open_invitation(
    session: Session,
    *,
    practice_id: UUID,
    email: str,
    name: str,
    roles: Sequence[str],
    invited_by: UUID | None,
) -> OpenedInvitation:
    """Invite an address to named roles; an earlier open invitation to it ends.

    `invited_by` is the inviting account, None for the operator. Raises GrantRefused for an
    unknown role or for inviting oneself.
    """
    for role in roles:
        check_role(role)
    at = clock.now()
    email_bidx = blind_index(practice_id, "email", normalise_email(email))
    _refuse_oneself(session, practice_id, invited_by, email_bidx)
    session.execute(_ONE_AT_A_TIME, {"who": (email_bidx or b"").hex()})
    for earlier in session.scalars(
        _open(practice_id).where(StaffInvitation.email_bidx == email_bidx)
    ):
        earlier.ended_at = at
        act(session, "invitation.ended", target=earlier)
    token, code = tokens.new_token(), tokens.new_code()
    row = StaffInvitation(
        practice_id=practice_id,
        email=email.strip(),
        email_bidx=email_bidx,
        name=name.strip(),
        roles=sorted(set(roles)),
        token_hash=tokens.hash_token(token),
        code_hash=b"",
        code_tries=0,
        invited_by=invited_by,
        invited_at=at,
        expires_at=at + STAFF_INVITATION,
        accepted_at=None,
        account_id=None,
        ended_at=None,
    )
    row.code_hash = _code_hash(row, code)
    session.add(row)
    act(session, "staff.invited", target=row, roles=", ".join(row.roles))
    return OpenedInvitation(row, token, code)


def accept_invitation(session: Session, *, practice_id: UUID, token: str, code: str) -> Account:
    """Turn an invitation into an account with its roles. Raises LinkSpent or WrongCode.

    Spent is also what an owner sent who is none any more.
    """
    invitation_id = _count_try(session, practice_id, token)
    row = session.scalar(
        _open(practice_id).where(StaffInvitation.id == invitation_id).with_for_update()
    )
    if row is None:
        raise LinkSpent("spent")
    if not tokens.same(row.code_hash, _code_hash(row, code)):
        note_refusal(session, attempt_id=None, reason="wrong_code")
        raise WrongCode(CODE_TRIES - row.code_tries)
    if not _still_stands(session, row):
        raise LinkSpent("spent")
    closed = find_closed_account(session, practice_id=practice_id, email=row.email)
    if closed is not None:
        # Closing ended what was open, so an owner invited them again: that lets them in again.
        reopen_account(session, closed)
    account = find_or_create_account(
        session, practice_id=practice_id, email=row.email, name=row.name
    )
    row.accepted_at = clock.now()
    row.account_id = account.id
    act(session, "invitation.accepted", target=row)
    for role in row.roles:
        add_grant(session, account=account, role=role, granted_by=row.invited_by)
    return account


def list_invitations(session: Session, *, practice_id: UUID) -> list[StaffInvitation]:
    """The invitations nobody has answered yet, newest first."""
    return list(session.scalars(_open(practice_id).order_by(StaffInvitation.invited_at.desc())))


def withdraw_invitation(session: Session, *, practice_id: UUID, invitation_id: UUID) -> None:
    """End an open invitation: its link and digits are worth nothing. Raises NotFound."""
    row = session.scalar(
        _open(practice_id).where(StaffInvitation.id == invitation_id).with_for_update()
    )
    if row is None:
        raise NotFound
    row.ended_at = clock.now()
    act(session, "invitation.ended", target=row)


def _open(practice_id: UUID) -> Select[StaffInvitation]:
    return select(StaffInvitation).where(
        StaffInvitation.practice_id == practice_id,
        StaffInvitation.accepted_at.is_(None),
        StaffInvitation.ended_at.is_(None),
    )


def _still_stands(session: Session, row: StaffInvitation) -> bool:
    """An invitation is its owner's word, and worth no more than that owner still is."""
    if row.invited_by is None:
        return True
    inviting = session.get_one(Account, (row.practice_id, row.invited_by))
    return Role.OWNER in staff_roles(session, inviting)


def _refuse_oneself(
    session: Session, practice_id: UUID, invited_by: UUID | None, email_bidx: bytes | None
) -> None:
    if invited_by is None:
        return
    inviting = session.get(Account, (practice_id, invited_by))
    if inviting is not None and inviting.email_bidx == email_bidx:
        raise GrantRefused("oneself")


def _count_try(session: Session, practice_id: UUID, token: str) -> UUID:
    """Count a try, committed before the answer is known; raises LinkSpent when none is left."""
    if not tokens.looks_like_token(token):
        raise LinkSpent("spent")
    with through_gate(session) as own:
        row = own.scalar(
            _open(practice_id)
            .where(
                StaffInvitation.token_hash == tokens.hash_token(token),
                StaffInvitation.expires_at > clock.now(),
                StaffInvitation.code_tries < CODE_TRIES,
            )
            .with_for_update()
        )
        if row is not None:
            row.code_tries += 1
            act(own, "invitation.tried", target=row)
        elif not is_noise(session):
            act(
                own, "sign_in.refused", target=("staff_invitation", None), reason="spent_invitation"
            )
    if row is None:
        raise LinkSpent("spent")
    return row.id


def _code_hash(row: StaffInvitation, code: str) -> bytes:
    return blind_index(row.practice_id, CODE_KIND, tokens.code_message(row.id, code)) or b""
