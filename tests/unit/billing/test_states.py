"""The machines of money: complete, closed, and without a way to undo what was paid."""

from collections.abc import Mapping
from enum import StrEnum

import pytest

from shared.billing.states import (
    CHECKOUT_MOVES,
    LIVE_CHECKOUTS,
    MONEY_CAME_BACK,
    MONEY_LEFT,
    PAYMENT_MOVES,
    REFUND_MOVES,
    CheckoutStatus,
    PaymentStatus,
    RefundStatus,
    may_move,
)


@pytest.mark.parametrize(
    ("machine", "states"),
    [
        (PAYMENT_MOVES, PaymentStatus),
        (CHECKOUT_MOVES, CheckoutStatus),
        (REFUND_MOVES, RefundStatus),
    ],
)
def test_machine_names_every_state_and_no_other(
    machine: Mapping[StrEnum, frozenset[StrEnum]], states: type[StrEnum]
) -> None:
    assert set(machine) == set(states)
    for state, wanted in machine.items():
        assert wanted <= set(states)
        assert state not in wanted


def test_complete_page_never_changes_again() -> None:
    assert not CHECKOUT_MOVES[CheckoutStatus.COMPLETE]


def test_every_page_that_was_wished_for_may_still_end_without_money() -> None:
    for status in LIVE_CHECKOUTS:
        assert may_move(CHECKOUT_MOVES, status, CheckoutStatus.EXPIRED)


def test_money_may_arrive_after_we_stopped_waiting() -> None:
    assert may_move(PAYMENT_MOVES, PaymentStatus.CANCELED, PaymentStatus.SUCCEEDED)
    assert may_move(CHECKOUT_MOVES, CheckoutStatus.EXPIRED, CheckoutStatus.COMPLETE)


def test_paid_visit_is_never_open_again() -> None:
    assert not may_move(PAYMENT_MOVES, PaymentStatus.SUCCEEDED, PaymentStatus.OPEN)


def test_refund_is_either_gone_or_back_once_stripe_has_spoken() -> None:
    assert not MONEY_LEFT & MONEY_CAME_BACK
    assert may_move(REFUND_MOVES, RefundStatus.SUCCEEDED, RefundStatus.FAILED)
    for status in MONEY_CAME_BACK:
        assert not REFUND_MOVES[status]
