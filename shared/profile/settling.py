"""What moves with an address: the sign-in, and the records that carry it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from shared import clock
from shared.access.addresses import lock_records_of_address
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.auth import tokens
from shared.auth.accounts import find_account, find_closed_account
from shared.events import act
from shared.messaging.email import send_email
from shared.models.account import Account
from shared.models.email_change import EmailChange
from shared.models.sign_in_attempt import SignInAttempt
from shared.models.web_session import WebSession

UNDO_FOR = timedelta(days=7)
UNDO_PAGE = "/portal/email-undo/{token}"


def settle_move(session: Session, *, change: EmailChange, account: Account, by: Principal) -> None:
    """Make the proven address the account's and tell the old one. Flushes."""
    token = tokens.new_token()
    change.confirmed_at = clock.now()
    change.undo_hash = tokens.hash_token(token)
    change.undo_until = change.confirmed_at + UNDO_FOR
    act(session, "email_change.confirmed", target=change, patient_id=change.patient_id)
    readdress(session, account, change.new_email, change.new_email_bidx, change.old_email_bidx)
    end_other_sessions(session, account, keep=by.session_id, reason="address_changed")
    _tell_old(session, change, token, by)


def is_taken(session: Session, *, practice_id: UUID, address: str) -> bool:
    """Whether an address opens a sign-in here, or opened one that the practice has closed."""
    found = find_account(session, practice_id=practice_id, email=address)
    closed = find_closed_account(session, practice_id=practice_id, email=address)
    return found is not None or closed is not None


def readdress(session: Session, account: Account, address: str, bidx: bytes, was: bytes) -> None:
    """Give the sign-in, and the account's own records that carried its old address, the new one."""
    records = lock_records_of_address(
        session, practice_id=account.practice_id, account_id=account.id, email_bidx=was
    )
    account.email, account.email_bidx = address, bidx
    act(session, "account.readdressed", target=account)
    for patient in records:
        patient.email, patient.email_bidx = address, bidx
        act(session, "patient.updated", target=patient, patient_id=patient.id, what="e-mail")
    # Links and codes on their way to the old mailbox open nothing any more.
    session.execute(
        update(SignInAttempt)
        .where(
            SignInAttempt.practice_id == account.practice_id,
            SignInAttempt.email_bidx == was,
            SignInAttempt.used_at.is_(None),
        )
        .values(used_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def end_other_sessions(
    session: Session, account: Account, *, keep: UUID | None, reason: str
) -> None:
    """Sign the account out everywhere but in the session that acts."""
    rows = session.scalars(
        select(WebSession).where(
            WebSession.practice_id == account.practice_id,
            WebSession.account_id == account.id,
            WebSession.ended_at.is_(None),
        )
    ).all()
    for row in rows:
        if row.id == keep:
            continue
        row.ended_at, row.end_reason = clock.now(), reason
        act(session, "session.ended", target=row, face=row.face, reason=reason)


def _tell_old(session: Session, change: EmailChange, token: str, by: Principal) -> None:
    patient = access_patient(session, viewer=by, patient_id=change.patient_id)
    send_email(
        session,
        to=change.old_email,
        template="email_changed",
        context={
            "first_name": patient.called,
            "link": UNDO_PAGE.format(token=token),
            "days": str(UNDO_FOR.days),
        },
        patient_id=change.patient_id,
        about=("email_change", change.id),
    )
