"""Where a booking and its money meet: a time is held while it is paid, and booked once it is."""

from shared.checkout.asking import ask_stripe
from shared.checkout.opening import open_checkout
from shared.checkout.reading import Money, Standing, is_owed, money_of, money_of_payment

__all__ = [
    "Money",
    "Standing",
    "ask_stripe",
    "is_owed",
    "money_of",
    "money_of_payment",
    "open_checkout",
]
