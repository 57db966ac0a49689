"""Where a booking and its money meet: a time is held while it is paid, and booked once it is."""

from shared.checkout.opening import open_checkout
from shared.checkout.reading import Money, money_of

__all__ = ["Money", "money_of", "open_checkout"]
