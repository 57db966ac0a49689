"""Doors for the jobs that clear up after money: ids only, nobody's data."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from shared.access.principal import Principal
from shared.models.appointment import Appointment
from shared.models.checkout_session import CheckoutSession
from shared.models.payment import Payment
from shared.models.refund import Refund

LIVE = ("queued", "creating", "unknown", "open")


def list_pages_to_close(session: Session, *, viewer: Principal, at: datetime) -> list[UUID]:
    """Pages still open whose time is up, or whose appointment no longer waits for money."""
    rows = session.execute(
        select(CheckoutSession.id)
        .join(Payment, _of(Payment, CheckoutSession.payment_id))
        .join(Appointment, _of(Appointment, Payment.appointment_id))
        .where(
            CheckoutSession.practice_id == viewer.practice_id,
            CheckoutSession.status.in_(LIVE),
            or_(CheckoutSession.expires_at <= at, Appointment.status != "pending"),
        )
        .order_by(CheckoutSession.id)
        .execution_options(door=True)
    )
    return list(rows.scalars())


def list_pages_unheard(session: Session, *, viewer: Principal, before: datetime) -> list[UUID]:
    """Pages that were opened, or being opened, before a moment, and of which nothing was heard."""
    rows = session.execute(
        select(CheckoutSession.id)
        .where(
            CheckoutSession.practice_id == viewer.practice_id,
            CheckoutSession.status.in_(LIVE),
            CheckoutSession.created_at <= before,
        )
        .order_by(CheckoutSession.id)
        .execution_options(door=True)
    )
    return list(rows.scalars())


def list_refunds_unheard(session: Session, *, viewer: Principal, before: datetime) -> list[UUID]:
    """Refunds begun before a moment that have not ended."""
    rows = session.execute(
        select(Refund.id)
        .where(
            Refund.practice_id == viewer.practice_id,
            Refund.ended_at.is_(None),
            Refund.created_at <= before,
        )
        .order_by(Refund.id)
        .execution_options(door=True)
    )
    return list(rows.scalars())


def _of(
    model: type[Payment] | type[Appointment], key: InstrumentedAttribute[UUID]
) -> ColumnElement[bool]:
    return and_(model.practice_id == CheckoutSession.practice_id, model.id == key)
