"""Recovery codes as rows: a sheet of ten replaces the one before; each opens the door once."""

from uuid import UUID

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.auth.accounts import find_account
from shared.auth.attempts import note_refusal
from shared.auth.errors import SignInRefused
from shared.auth.recovery import new_recovery_codes, recovery_code_message
from shared.events import act
from shared.ids import new_id
from shared.keyring import blind_index
from shared.models.account import Account
from shared.models.recovery_code import RecoveryCode
from shared.queue import defer

CODE_KIND = "recovery_code"
# Two presses at once must not leave two sheets valid.
_ONE_SHEET = text("select pg_advisory_xact_lock(hashtextextended('codes ' || :who, 0))")


def issue_recovery_codes(session: Session, account: Account) -> list[str]:
    """Make a new sheet and end the old one; the codes are returned once and never again."""
    at = clock.now()
    session.execute(_ONE_SHEET, {"who": str(account.id)})
    for old in _open_codes(session, account):
        old.ended_at = at
    codes = new_recovery_codes()
    session.add_all(
        RecoveryCode(
            practice_id=account.practice_id,
            account_id=account.id,
            code_hash=_code_hash(account.practice_id, account.id, code),
            created_at=at,
            used_at=None,
            ended_at=None,
        )
        for code in codes
    )
    act(session, "recovery_codes.issued", target=account, count=len(codes))
    defer(session, "tell_of_new_way_in", account_id=account.id, face="admin")
    return codes


def end_recovery_codes(session: Session, account: Account) -> None:
    """Make the present sheet worthless without giving another."""
    codes = _open_codes(session, account)
    for code in codes:
        code.ended_at = clock.now()
    if codes:
        act(session, "recovery_codes.ended", target=account, count=len(codes))


def prove_recovery_code(session: Session, *, practice_id: UUID, email: str, code: str) -> Account:
    """The account of an address and one of its codes, which is used up by this.

    Raises SignInRefused, with the same work done, for an unknown address and for a wrong code.
    """
    account = find_account(session, practice_id=practice_id, email=email)
    account_id = account.id if account else new_id()
    row = session.scalar(
        select(RecoveryCode)
        .where(
            RecoveryCode.practice_id == practice_id,
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == _code_hash(practice_id, account_id, code),
            RecoveryCode.used_at.is_(None),
            RecoveryCode.ended_at.is_(None),
        )
        .with_for_update()
    )
    if account is None or row is None:
        note_refusal(session, attempt_id=None, reason="wrong_recovery_code")
        raise SignInRefused("wrong_recovery_code")
    row.used_at = clock.now()
    act(session, "recovery_code.used", target=row)
    return account


def count_recovery_codes(session: Session, account: Account) -> int:
    """How many codes of the present sheet are still good."""
    return (
        session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(
                RecoveryCode.practice_id == account.practice_id,
                RecoveryCode.account_id == account.id,
                RecoveryCode.used_at.is_(None),
                RecoveryCode.ended_at.is_(None),
            )
        )
        or 0
    )


def _open_codes(session: Session, account: Account) -> list[RecoveryCode]:
    return list(
        session.scalars(
            select(RecoveryCode).where(
                RecoveryCode.practice_id == account.practice_id,
                RecoveryCode.account_id == account.id,
                RecoveryCode.used_at.is_(None),
                RecoveryCode.ended_at.is_(None),
            )
        )
    )


def _code_hash(practice_id: UUID, account_id: UUID, code: str) -> bytes:
    return blind_index(practice_id, CODE_KIND, recovery_code_message(account_id, code)) or b""
