"""Which of the practice's two Stripe accounts takes the money for a visit."""

from dataclasses import dataclass

from shared.adapters.payments.stripe import DEFAULT_ACCOUNT


@dataclass(frozen=True, slots=True)
class ChosenAccount:
    """`source` is kept on the payment: "practice" for a setting, "default" for the fallback."""

    key: str
    source: str


def choose_account(configured: str | None = None) -> ChosenAccount:
    """The configured account if it is one of ours, otherwise the adapter's default."""
    if configured in ("practice", "consulting"):
        return ChosenAccount(configured, "practice")
    return ChosenAccount(DEFAULT_ACCOUNT, "default")
