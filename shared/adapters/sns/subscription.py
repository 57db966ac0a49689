"""Answering SNS's question whether we want this topic."""

from shared.adapters.sns.certificates import CertificateRefused, fetch
from shared.adapters.sns.envelope import check_subscribe_url
from shared.config import Settings


class SubscriptionFailed(Exception):
    """SNS could not be told; it asks again, and so may we."""


def confirm_subscription(url: str, *, settings: Settings) -> None:
    """GET the confirmation address of a verified envelope, after checking whose it is."""
    check_subscribe_url(url, settings=settings)
    try:
        fetch(url)
    except CertificateRefused as error:
        raise SubscriptionFailed(str(error)) from error
