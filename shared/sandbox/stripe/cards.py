"""The test cards and what becomes of each."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class TestCard:
    """A card number Stripe publishes for testing, and its fate."""

    number: str
    brand: str
    title: str
    note: str
    decline_code: str = ""
    message: str = ""
    authenticates: bool = False
    refund_fails: bool = False

    @property
    def spaced(self) -> str:
        return " ".join(self.number[i : i + 4] for i in range(0, 16, 4))


CARDS: Final = (
    TestCard("4242424242424242", "visa", "Pays", "The payment goes through."),
    TestCard(
        "4000000000009995",
        "visa",
        "No money on it",
        "Declined: insufficient funds.",
        "insufficient_funds",
        "Your card has insufficient funds.",
    ),
    TestCard(
        "4000000000000002",
        "visa",
        "Declined",
        "The bank says no and gives no reason.",
        "generic_decline",
        "Your card was declined.",
    ),
    TestCard(
        "4000002500003155",
        "visa",
        "Asks first",
        "The bank wants the owner to confirm (3-D Secure).",
        authenticates=True,
    ),
    TestCard(
        "4000000000005126",
        "visa",
        "Refund fails",
        "Pays; a refund to it fails a little later.",
        refund_fails=True,
    ),
)
BY_NUMBER: Final = {card.number: card for card in CARDS}


class CardProblem(Exception):
    """Something the form can say before any bank is asked."""


def _luhn(number: str) -> bool:
    digits = [int(d) for d in reversed(number)]
    doubled = [d * 2 - 9 if d > 4 else d * 2 for d in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _check_expiry(expiry: str, now: datetime) -> tuple[int, int]:
    month, _, year = expiry.replace(" ", "").partition("/")
    if not (
        expiry.isascii()
        and month.isdigit()
        and year.isdigit()
        and len(year) in {2, 4}
        and 1 <= int(month) <= 12
    ):
        raise CardProblem("Write the expiry as month and year, for example 12 / 34.")
    full = int(year) + (2000 if len(year) == 2 else 0)
    if (full, int(month)) < (now.year, now.month):
        raise CardProblem("Your card has expired.")
    return int(month), full


def read_card(number: str, expiry: str, cvc: str, now: datetime) -> tuple[TestCard, int, int]:
    """The card, its month and year. Raises CardProblem with a sentence for the person."""
    digits = number.replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit() or not 13 <= len(digits) <= 19:
        raise CardProblem("Your card number is incomplete.")
    if not _luhn(digits):
        raise CardProblem("Your card number is invalid.")
    month, year = _check_expiry(expiry, now)
    if not (cvc.isascii() and cvc.isdigit() and len(cvc) in {3, 4}):
        raise CardProblem("Your card's security code is incomplete.")
    card = BY_NUMBER.get(digits)
    if card is None:
        raise CardProblem("Only test cards work here. Choose one of those listed.")
    return card, month, year
