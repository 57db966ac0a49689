"""Moving to another e-mail address: asked for with a fresh sign-in, proven by the new mailbox.

The answer is the same for every new address. One that already opens a sign-in gets a mail that
says so instead of a code, so that nobody learns from the page who is a patient here.
Runs as bedside_gate.
"""

import secrets
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.auth import limits, tokens
from shared.auth.asking import staff_roles
from shared.auth.errors import WrongCode
from shared.auth.gate import through_gate
from shared.auth.lifetimes import CODE_TRIES
from shared.events import act
from shared.keyring import blind_index, normalise_email
from shared.messaging.email import send_email
from shared.models.account import Account
from shared.models.email_change import EmailChange
from shared.profile.errors import AddressInUse, ChangeOver, NotHere, SameAddress
from shared.profile.settling import is_taken, settle_move

CODE_KIND = "email_change_code"
LIVES = timedelta(minutes=30)
BY_ACCOUNT = limits.Limit("email_change.account", 5, timedelta(hours=1))
PAGE = "/portal/profile/email/{email_change_id}"
HOME = "/portal/"


def begin_email_change(session: Session, *, email: str, by: Principal) -> EmailChange:
    """Write down the wish and send the code. An earlier wish that is still open ends.

    Raises SameAddress, NotHere, TooOften.
    """
    account = own_account(session, by)
    address = normalise_email(email)
    bidx = blind_index(by.practice_id, "email", address) or b""
    if staff_roles(session, account):
        raise NotHere
    if bidx == account.email_bidx:
        raise SameAddress
    limits.spend(session, BY_ACCOUNT, str(account.id))
    limits.spend(session, limits.MAILS_TO_ADDRESS, limits.mailbox_of(address))
    _end_earlier(session, account, by)
    change, code = _new_change(account, address, bidx, by)
    taken = is_taken(session, practice_id=by.practice_id, address=address)
    if taken:
        # Nobody is sent this code, so no typed one is ever right.
        change.code_hash = secrets.token_bytes(32)
    session.add(change)
    act(session, "email_change.asked", target=change, patient_id=by.patient_id)
    _send(session, change, code, taken=taken)
    return change


def access_email_change(
    session: Session, *, viewer: Principal, email_change_id: UUID
) -> EmailChange:
    """The viewer's own move, whatever became of it. Raises NotFound."""
    change = session.scalar(
        select(EmailChange).where(
            EmailChange.practice_id == viewer.practice_id,
            EmailChange.id == email_change_id,
            EmailChange.account_id == viewer.account_id,
        )
    )
    if change is None:
        raise NotFound
    return change


def is_open(change: EmailChange) -> bool:
    """Whether a code may still be typed."""
    return (
        change.confirmed_at is None
        and change.ended_at is None
        and change.expires_at > clock.now()
        and change.code_tries < CODE_TRIES
    )


def confirm_email_change(
    session: Session, *, change: EmailChange, code: str, by: Principal
) -> None:
    """The code was typed: move, sign out everywhere else, tell the old address.

    Each try is counted and committed before the answer is known. Raises ChangeOver, WrongCode,
    AddressInUse.
    """
    tries = _count_try(session, change)
    expected = _code_hash(change.practice_id, change.id, code)
    if not tokens.same(change.code_hash, expected):
        raise WrongCode(CODE_TRIES - tries)
    account = own_account(session, by, lock=True)
    # Somebody may have become a colleague meanwhile, whose address is the desk's.
    if account.email_bidx != change.old_email_bidx or staff_roles(session, account):
        raise ChangeOver
    if is_taken(session, practice_id=by.practice_id, address=change.new_email):
        raise AddressInUse
    settle_move(session, change=change, account=account, by=by)


def own_account(session: Session, by: Principal, *, lock: bool = False) -> Account:
    """The account of whoever asks. Raises NotFound."""
    wanted = select(Account).where(
        Account.practice_id == by.practice_id,
        Account.id == by.account_id,
        Account.closed_at.is_(None),
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    account = session.scalar(wanted)
    if account is None or by.patient_id is None:
        raise NotFound
    return account


def _new_change(
    account: Account, address: str, bidx: bytes, by: Principal
) -> tuple[EmailChange, str]:
    at, code = clock.now(), tokens.new_code()
    change = EmailChange(
        practice_id=account.practice_id,
        account_id=account.id,
        patient_id=by.patient_id,
        old_email=account.email,
        old_email_bidx=account.email_bidx,
        new_email=address,
        new_email_bidx=bidx,
        code_hash=b"",
        code_tries=0,
        created_at=at,
        expires_at=at + LIVES,
    )
    change.code_hash = _code_hash(account.practice_id, change.id, code)
    return change, code


def _send(session: Session, change: EmailChange, code: str, *, taken: bool) -> None:
    """The code to the new mailbox; to one that is in use only the fact."""
    if taken:
        template, context = "email_change_taken", {"link": HOME}
    else:
        template = "email_change_code"
        context = {
            "link": PAGE.format(email_change_id=change.id),
            "code": tokens.format_code(code),
            "minutes": str(int(LIVES.total_seconds()) // 60),
        }
    send_email(
        session,
        to=change.new_email,
        template=template,
        context=context,
        about=("email_change", change.id),
    )


def _end_earlier(session: Session, account: Account, by: Principal) -> None:
    earlier = session.scalar(
        select(EmailChange)
        .where(
            EmailChange.practice_id == account.practice_id,
            EmailChange.account_id == account.id,
            EmailChange.confirmed_at.is_(None),
            EmailChange.ended_at.is_(None),
        )
        .with_for_update()
    )
    if earlier is not None:
        earlier.ended_at = clock.now()
        act(session, "email_change.ended", target=earlier, patient_id=by.patient_id)


def _count_try(session: Session, change: EmailChange) -> int:
    with through_gate(session) as own:
        act(own, "email_change.tried", target=change, patient_id=change.patient_id)
        tries = own.scalar(
            update(EmailChange)
            .where(
                EmailChange.practice_id == change.practice_id,
                EmailChange.id == change.id,
                EmailChange.confirmed_at.is_(None),
                EmailChange.ended_at.is_(None),
                EmailChange.expires_at > clock.now(),
                EmailChange.code_tries < CODE_TRIES,
            )
            .values(code_tries=EmailChange.code_tries + 1)
            .returning(EmailChange.code_tries)
        )
    if tries is None:
        raise ChangeOver
    return int(tries)


def _code_hash(practice_id: UUID, change_id: UUID, code: str) -> bytes:
    return blind_index(practice_id, CODE_KIND, tokens.code_message(change_id, code)) or b""
