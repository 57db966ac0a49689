"""What can go wrong between us and the card processor, by what the caller may do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import stripe


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


@contextmanager
def translated() -> Iterator[None]:
    """Turns the SDK's errors into ours; messages stay behind, they may quote what we sent."""
    try:
        yield
    except stripe.CardError as error:
        raise Declined(error.code or "card_declined") from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        raise Unavailable(type(error).__name__) from error
    except stripe.StripeError as error:
        status = error.http_status or 0
        if status == HTTPStatus.NOT_FOUND or error.code == "resource_missing":
            raise NotFound(error.code or "not_found") from error
        # APIError: Stripe's own trouble, or an answer that nobody can read.
        unclear = status in (0, HTTPStatus.CONFLICT) or isinstance(error, stripe.APIError)
        if unclear or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(error.code or f"http_{status}") from error
        raise Refused(error.code or type(error).__name__) from error
