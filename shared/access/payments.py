"""Doors to money: a patient sees their own payments, staff and jobs those of the practice.

Each door takes the viewer, answers "absent" and "not yours" alike, and notes the look.
"""

from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, false, select, text, tuple_
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment
from shared.models.refund import Refund

_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 0))")

R = TypeVar("R", Payment, CheckoutSession, Refund)


def access_payment(
    session: Session, *, viewer: Principal, payment_id: UUID, lock: bool = False
) -> Payment:
    """The payment. `lock` keeps it, its pages and its refunds to ourselves until the commit.

    Raises NotFound.
    """
    wanted = select(Payment).where(Payment.id == payment_id)
    payment = _one(session, viewer, wanted, Payment)
    if lock:
        _keep_to_ourselves(session, payment.appointment_id)
        payment = _one(session, viewer, wanted, Payment, fresh=True)
    return payment


def find_appointment_payment(
    session: Session, *, viewer: Principal, appointment_id: UUID, lock: bool = False
) -> Payment | None:
    """The payment of an appointment, if one was ever begun; `lock` as in `access_payment`."""
    if lock:
        _keep_to_ourselves(session, appointment_id)
    wanted = select(Payment).where(Payment.appointment_id == appointment_id)
    try:
        return _one(session, viewer, wanted, Payment, fresh=lock)
    except NotFound:
        return None


def list_patient_payments(
    session: Session, *, viewer: Principal, patient_id: UUID, limit: int = 50
) -> list[Payment]:
    """A patient's payments, newest first."""
    wanted = (
        select(Payment)
        .where(Payment.patient_id == patient_id)
        .order_by(Payment.created_at.desc(), Payment.id.desc())
        .limit(limit)
    )
    return _many(session, viewer, wanted, Payment)


def list_paid(
    session: Session, *, viewer: Principal, patient_id: UUID, last: Payment | None, limit: int
) -> list[Payment]:
    """A patient's payments that were made, newest first; `last` ended the page before."""
    wanted = (
        select(Payment)
        .where(Payment.patient_id == patient_id, Payment.paid_at.is_not(None))
        .order_by(Payment.created_at.desc(), Payment.id.desc())
        .limit(limit)
    )
    if last is not None:
        wanted = wanted.where(tuple_(Payment.created_at, Payment.id) < (last.created_at, last.id))
    return _many(session, viewer, wanted, Payment)


def access_checkout(session: Session, *, viewer: Principal, checkout_id: UUID) -> CheckoutSession:
    """One payment page as it is now. Raises NotFound."""
    wanted = select(CheckoutSession).where(CheckoutSession.id == checkout_id)
    return _one(session, viewer, wanted, CheckoutSession, fresh=True)


def find_checkout_by_vendor_id(
    session: Session, *, viewer: Principal, vendor_id: str
) -> CheckoutSession | None:
    """The payment page that Stripe calls `vendor_id`."""
    wanted = select(CheckoutSession).where(CheckoutSession.vendor_id == vendor_id)
    try:
        return _one(session, viewer, wanted, CheckoutSession)
    except NotFound:
        return None


def list_checkouts(
    session: Session, *, viewer: Principal, payment_id: UUID
) -> list[CheckoutSession]:
    """The pages opened for a payment, newest first."""
    wanted = (
        select(CheckoutSession)
        .where(CheckoutSession.payment_id == payment_id)
        .order_by(CheckoutSession.created_at.desc(), CheckoutSession.id.desc())
    )
    return _many(session, viewer, wanted, CheckoutSession)


def access_refund(session: Session, *, viewer: Principal, refund_id: UUID) -> Refund:
    """One refund as it is now. Raises NotFound."""
    wanted = select(Refund).where(Refund.id == refund_id)
    return _one(session, viewer, wanted, Refund, fresh=True)


def find_refund_by_vendor_id(
    session: Session, *, viewer: Principal, vendor_id: str
) -> Refund | None:
    """The refund that Stripe calls `vendor_id`."""
    try:
        return _one(session, viewer, select(Refund).where(Refund.vendor_id == vendor_id), Refund)
    except NotFound:
        return None


def list_refunds(session: Session, *, viewer: Principal, payment_id: UUID) -> list[Refund]:
    """What was given back of a payment, newest first."""
    wanted = (
        select(Refund)
        .where(Refund.payment_id == payment_id)
        .order_by(Refund.created_at.desc(), Refund.id.desc())
    )
    return _many(session, viewer, wanted, Refund)


def _one(
    session: Session, viewer: Principal, wanted: Select[R], model: type[R], *, fresh: bool = False
) -> R:
    statement = _seen_by(viewer, wanted, model).execution_options(door=True)
    if fresh:
        statement = statement.execution_options(populate_existing=True)
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise NotFound
    _note(session, row)
    return row


def _many(session: Session, viewer: Principal, wanted: Select[R], model: type[R]) -> list[R]:
    statement = _seen_by(viewer, wanted, model).execution_options(door=True)
    rows = list(session.execute(statement).scalars())
    for row in rows:
        _note(session, row)
    return rows


def _seen_by(viewer: Principal, wanted: Select[R], model: type[R]) -> Select[R]:
    wanted = wanted.where(model.practice_id == viewer.practice_id)
    if viewer.acting_as is Role.JOB or viewer.is_staff:
        return wanted
    if not viewer.may("money"):
        return wanted.where(false())
    return wanted.where(model.patient_id == viewer.patient_id)


def _keep_to_ourselves(session: Session, appointment_id: UUID) -> None:
    """A lock of the transaction that needs no right to change a row: every role may take it."""
    session.execute(_LOCK, {"name": f"payment of {appointment_id}"})


def _note(session: Session, row: Payment | CheckoutSession | Refund) -> None:
    """One look a payment, however many of its pages and refunds were read along."""
    payment_id = row.id if isinstance(row, Payment) else row.payment_id
    look(session, "payment.viewed", target=("payment", payment_id), patient_id=row.patient_id)
