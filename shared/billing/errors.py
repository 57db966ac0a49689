"""What money refuses to do."""


class NothingToPay(Exception):
    """The visit is free, already paid, or no longer waits for money."""


class TooManyPages(Exception):
    """A payment page was opened for this visit again and again; a person should look."""


class UnexpectedAmount(Exception):
    """Stripe took another amount than was asked. Nothing is booked; a person should look."""


class NothingToRefund(Exception):
    """No money was taken, or it is already on its way back."""
