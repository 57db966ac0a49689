"""Payments, pages, refunds, and the sweeps behind them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import payment_sweeps, payments
from shared.access.principal import Principal
from shared.models.payment import Payment
from tests.integration.attack.questions import Question
from tests.integration.attack.world import NOW, World


def of_money(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        kind = name.rpartition(".")[2]
        if kind == "payment":
            yield from _of_a_payment(world, name, key)
        elif kind.startswith("page"):
            yield from _of_a_page(name, key, kind)
        elif kind == "refund":
            yield from _of_a_refund(name, key)
    for name, person in world.patients.items():
        yield (
            f"payments of {name}",
            lambda s, v, i=person.id: payments.list_patient_payments(
                s, viewer=v, patient_id=i, limit=2
            ),
        )
        yield (
            f"paid by {name}",
            lambda s, v, i=person.id: payments.list_paid(
                s, viewer=v, patient_id=i, last=None, limit=9
            ),
        )
        yield (
            f"paid by {name} behind the newest",
            lambda s, v, i=person.id: payments.list_paid(
                s, viewer=v, patient_id=i, last=_newest(s, v, i), limit=1
            ),
        )
        yield (
            f"paid by {name} for who may not see money",
            lambda s, v, i=person.id: payments.list_paid(
                s, viewer=replace(v, scopes=frozenset()), patient_id=i, last=None, limit=9
            ),
        )
    yield from _of_sweeps()


def _newest(session: Session, viewer: Principal, patient_id: UUID) -> Payment | None:
    """As the door itself tells it."""
    found = payments.list_paid(session, viewer=viewer, patient_id=patient_id, last=None, limit=1)
    return found[0] if found else None


def _of_a_payment(world: World, name: str, key: UUID) -> Iterator[Question]:
    yield (
        f"access_payment {name}",
        lambda s, v, i=key: payments.access_payment(s, viewer=v, payment_id=i),
    )
    yield (
        f"pages of {name}",
        lambda s, v, i=key: payments.list_checkouts(s, viewer=v, payment_id=i),
    )
    yield (
        f"refunds of {name}",
        lambda s, v, i=key: payments.list_refunds(s, viewer=v, payment_id=i),
    )
    yield (
        f"access_payment {name} locked",
        lambda s, v, i=key: payments.access_payment(s, viewer=v, payment_id=i, lock=True),
    )
    visit = name.removesuffix(".payment")
    yield (
        f"payment of {visit} unlocked",
        lambda s, v, i=world.ids[visit]: payments.find_appointment_payment(
            s, viewer=v, appointment_id=i
        ),
    )
    yield (
        f"payment of {visit}",
        lambda s, v, i=world.ids[visit]: payments.find_appointment_payment(
            s, viewer=v, appointment_id=i, lock=True
        ),
    )


def _of_a_page(name: str, key: UUID, kind: str) -> Iterator[Question]:
    yield (
        f"access_checkout {name}",
        lambda s, v, i=key: payments.access_checkout(s, viewer=v, checkout_id=i),
    )
    vendor = f"cs-{kind[-1]}-{name.rpartition('.')[0]}"
    yield (
        f"checkout {vendor}",
        lambda s, v, i=vendor: payments.find_checkout_by_vendor_id(s, viewer=v, vendor_id=i),
    )


def _of_a_refund(name: str, key: UUID) -> Iterator[Question]:
    yield (
        f"access_refund {name}",
        lambda s, v, i=key: payments.access_refund(s, viewer=v, refund_id=i),
    )
    vendor = f"re-{name.removesuffix('.refund')}"
    yield (
        f"refund {vendor}",
        lambda s, v, i=vendor: payments.find_refund_by_vendor_id(s, viewer=v, vendor_id=i),
    )


def _of_sweeps() -> Iterator[Question]:
    for late in (timedelta(), timedelta(hours=2)):
        yield (
            f"pages to close +{late}",
            lambda s, v, w=late: payment_sweeps.list_pages_to_close(s, viewer=v, at=NOW + w),
        )
    for early in (timedelta(hours=25), timedelta(hours=24), timedelta()):
        yield (
            f"pages unheard -{early}",
            lambda s, v, w=early: payment_sweeps.list_pages_unheard(s, viewer=v, before=NOW - w),
        )
        yield (
            f"refunds unheard -{early}",
            lambda s, v, w=early: payment_sweeps.list_refunds_unheard(s, viewer=v, before=NOW - w),
        )
