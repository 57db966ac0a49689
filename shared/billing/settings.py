"""How a practice takes payments: its own row, or the adapter's hardcoded defaults, loudly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, MultipleResultsFound
from sqlalchemy.orm import Session

from shared import clock
from shared.adapters.payments.accounts import ACCOUNTS
from shared.adapters.payments.stripe import DEFAULT_ACCOUNT, PRODUCT_NAME
from shared.events import act
from shared.models.payment_setting import PaymentSetting

# What a visit may be called at Stripe, which signs no agreement about health information: a closed
# list, so that no clinical word ever gets there.
PRODUCT_NAMES = ("Visit fee", "Appointment fee", "Service fee")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class PaymentChoice:
    """`source` is kept on the payment: "practice" for a row, "default" for the fallback."""

    account_key: str
    product_name: str
    receipts: bool
    source: str
    problem: str | None = None


def check_payment_setting(
    account_key: object, product_name: object, receipts: object
) -> str | None:
    """The field that makes no sense, as a code; None when the setting can be used."""
    if account_key not in ACCOUNTS:
        return "bad_account"
    if product_name not in PRODUCT_NAMES:
        return "bad_product_name"
    return None if isinstance(receipts, bool) else "bad_receipts"


def resolve_payment_setting(session: Session) -> PaymentChoice:
    """The practice's setting; the defaults when there is none or it cannot be used.

    Whatever is wrong with the row or its table costs the practice's own choice, not the payment.
    """
    try:
        with session.begin_nested():
            row = _find_open(session)
    except (DBAPIError, MultipleResultsFound):
        return _fallback("unreadable")
    if row is None:
        return _fallback("no_row")
    problem = check_payment_setting(row.account_key, row.product_name, row.receipts)
    if problem:
        return _fallback(problem)
    return PaymentChoice(row.account_key, row.product_name, row.receipts, "practice")


def set_payment_setting(
    session: Session, *, practice_id: UUID, values: Mapping[str, Any]
) -> PaymentSetting:
    """Give a practice its own setting; the earlier one ends. Flushes. Raises ValueError."""
    wanted = {name: values.get(name) for name in ("account_key", "product_name", "receipts")}
    problem = check_payment_setting(*wanted.values())
    if problem:
        raise ValueError(problem)
    earlier = _find_open(session)
    if earlier is not None:
        earlier.ended_at = clock.now()
        act(session, "payment_setting.changed", target=earlier)
    row = PaymentSetting(practice_id=practice_id, created_at=clock.now(), **wanted)
    session.add(row)
    act(session, "payment_setting.changed", target=row)
    return row


def list_payment_settings(session: Session, *, practice_id: UUID) -> list[PaymentSetting]:
    """Every setting the practice had, newest first."""
    return list(
        session.scalars(
            select(PaymentSetting)
            .where(PaymentSetting.practice_id == practice_id)
            .order_by(PaymentSetting.created_at.desc(), PaymentSetting.id.desc())
        )
    )


def _fallback(problem: str) -> PaymentChoice:
    log.warning("payment_setting.fallback", reason=problem)
    return PaymentChoice(DEFAULT_ACCOUNT, PRODUCT_NAME, True, "default", problem)


def _find_open(session: Session) -> PaymentSetting | None:
    return session.scalars(
        select(PaymentSetting).where(PaymentSetting.ended_at.is_(None))
    ).one_or_none()
