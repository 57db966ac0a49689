"""Breaking the glass: opened for an hour, told to every owner at once, reviewed by somebody else.

45 CFR 164.312(a)(2)(ii) asks for a way to necessary information in an emergency, and
164.308(a)(1)(ii)(D) for a regular review of such access.
"""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.break_glass import lock_unended_glass
from shared.access.principal import Principal, Role
from shared.events import act
from shared.messaging.email import send_email
from shared.models.account import Account
from shared.models.break_glass import BreakGlass
from shared.models.patient import Patient
from shared.models.role_grant import RoleGrant

OPEN_FOR = timedelta(minutes=60)
REASONS = ("emergency", "safety", "on_call", "patient_asked", "legal", "other")
REVIEW_PATH = "/admin/break-glass"


class AlreadyOpen(Exception):
    """The person has an open grant for somebody else: one patient at a time."""


class OwnReview(Exception):
    """Nobody reviews what they did themselves, and nothing is reviewed twice."""


def break_glass(
    session: Session, *, patient: Patient, reason: str, words: str, by: Principal
) -> BreakGlass:
    """Open a patient's story to `by` for an hour; every owner gets a mail that says only so much.

    Opening what is open already changes nothing. Needs the gate's role. Raises AlreadyOpen.
    """
    at = clock.now()
    earlier = lock_unended_glass(session, viewer=by)
    if earlier is not None and earlier.expires_at > at:
        if earlier.patient_id == patient.id:
            return earlier
        raise AlreadyOpen
    if earlier is not None:
        _end(session, earlier)
    row = BreakGlass(
        practice_id=by.practice_id,
        account_id=by.account_id,
        patient_id=patient.id,
        patient_reference=patient.reference,
        reason=reason,
        words=words,
        opened_at=at,
        expires_at=at + OPEN_FOR,
        ended_at=None,
        reviewed_by=None,
        reviewed_at=None,
        outcome=None,
    )
    session.add(row)
    said = reason.replace("_", " ")
    act(session, "break_glass.opened", target=row, patient_id=patient.id, reason=said)
    for owner in _owners(session, by):
        send_email(
            session,
            to=owner.email,
            template="break_glass_notice",
            context={"link": REVIEW_PATH},
            account_id=owner.id,
            about=("break_glass", row.id),
        )
    return row


def end_glass(session: Session, *, by: Principal) -> bool:
    """End the viewer's own grant before its time; False when there was none."""
    row = lock_unended_glass(session, viewer=by)
    if row is None:
        return False
    _end(session, row)
    return True


def review_breaking(session: Session, row: BreakGlass, *, outcome: str, by: Principal) -> None:
    """Say whether an emergency access was justified. Raises OwnReview."""
    if row.account_id == by.account_id or row.reviewed_at is not None:
        raise OwnReview
    row.reviewed_by = by.account_id
    row.reviewed_at = clock.now()
    row.outcome = outcome
    act(
        session,
        "break_glass.reviewed",
        target=row,
        patient_id=row.patient_id,
        outcome=outcome.replace("_", " "),
    )


def _end(session: Session, row: BreakGlass) -> None:
    # What ran out ended when it ran out, however late that is written down.
    row.ended_at = min(clock.now(), row.expires_at)
    act(session, "break_glass.ended", target=row, patient_id=row.patient_id)


def _owners(session: Session, by: Principal) -> list[Account]:
    return list(
        session.scalars(
            select(Account)
            .join(
                RoleGrant,
                (RoleGrant.practice_id == Account.practice_id)
                & (RoleGrant.account_id == Account.id),
            )
            .where(
                Account.practice_id == by.practice_id,
                Account.closed_at.is_(None),
                RoleGrant.role == Role.OWNER,
                RoleGrant.ended_at.is_(None),
            )
        )
    )
