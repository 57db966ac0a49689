"""What can go wrong between us and the card processor, by what the caller may do next."""


class PaymentsError(Exception):
    """Base of every error of this adapter; `code` is Stripe's own, safe to keep and to log."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Declined(PaymentsError):
    """The bank said no. Nothing moved; another card may work."""


class Unavailable(PaymentsError):
    """No clear answer: the call may or may not have happened.

    Repeating it with the same idempotency key is safe and tells.
    """


class Refused(PaymentsError):
    """Stripe understood and will not do it; repeating changes nothing."""


class NotFound(Refused):
    """Stripe has no such object in this account."""


class SignatureRefused(Exception):
    """A notification that was not signed with this account's secret, or not just now."""
