"""Which Stripe accounts there are, and one ready client for each."""

from functools import lru_cache

from shared.adapters.payments.stripe import Account, StripePayments
from shared.config import Settings

ACCOUNTS = ("practice", "consulting")


def account_of(settings: Settings, key: str) -> Account:
    """The account named `key`. A webhook secret may be two, comma between, while it rotates."""
    secrets = {
        "practice": (settings.stripe_practice_secret_key, settings.stripe_practice_webhook_secret),
        "consulting": (
            settings.stripe_consulting_secret_key,
            settings.stripe_consulting_webhook_secret,
        ),
    }
    secret_key, webhook = secrets[key]
    return Account(
        key=key,
        secret_key=secret_key,
        webhook_secrets=tuple(part.strip() for part in webhook.split(",") if part.strip()),
        api_base=settings.stripe_api_base,
    )


@lru_cache(maxsize=8)
def payments(settings: Settings, key: str) -> StripePayments:
    """The client of one account; kept, so that its connections are."""
    return StripePayments(account_of(settings, key))
