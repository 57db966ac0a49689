"""The small certainties of money: accounts, amounts, events, settings."""

from dataclasses import replace

import pytest

from shared.adapters.payments.accounts import account_of, payments
from shared.adapters.payments.reading import parse_event
from shared.adapters.payments.stripe import Account
from shared.billing.amounts import told
from shared.billing.settings import check_payment_setting
from shared.config import Settings, load_settings

EVENT = {
    "id": "evt_1",
    "object": "event",
    "type": "refund.failed",
    "created": 1,
    "livemode": False,
    "data": {"object": {"object": "refund", "id": "re_1", "metadata": {"practice": "p"}}},
}


@pytest.fixture
def settings() -> Settings:
    return load_settings(
        {
            "BEDSIDE_ENV": "test",
            "BEDSIDE_SECRET_KEY": "x" * 40,
            "STRIPE_PRACTICE_SECRET_KEY": "sk_test_practice",
            "STRIPE_PRACTICE_WEBHOOK_SECRET": "whsec_old, whsec_new,",
            "STRIPE_CONSULTING_SECRET_KEY": "rk_live_consulting",
        }
    )


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        (("practice", "Visit fee", True), None),
        (("somebody_elses", "Visit fee", True), "bad_account"),
        (("practice", "Therapy for depression", True), "bad_product_name"),
        (("practice", "Visit fee", "yes"), "bad_receipts"),
    ],
)
def test_a_payment_setting_is_of_the_lists(
    values: tuple[str, str, object], problem: str | None
) -> None:
    assert check_payment_setting(*values) == problem


def test_accounts_have_their_own_keys_and_secrets(settings: Settings) -> None:
    practice, consulting = account_of(settings, "practice"), account_of(settings, "consulting")
    assert practice.webhook_secrets == ("whsec_old", "whsec_new")
    assert consulting.webhook_secrets == ()
    assert (practice.livemode, consulting.livemode) == (False, True)


def test_account_nobody_has_is_refused(settings: Settings) -> None:
    with pytest.raises(KeyError):
        account_of(settings, "other")


def test_client_of_an_account_is_kept(settings: Settings) -> None:
    assert payments(settings, "practice") is payments(replace(settings), "practice")
    assert payments(settings, "practice") is not payments(settings, "consulting")


def test_account_speaks_to_stripe_unless_told_otherwise() -> None:
    assert Account("practice", "sk_test_x", ()).api_base == "https://api.stripe.com"


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [(15000, "usd", "$150.00"), (5, "usd", "$0.05"), (123456789, "eur", "1,234,567.89 EUR")],
)
def test_amount_is_told_to_people_and_programs(amount: int, currency: str, words: str) -> None:
    assert told(amount, currency) == {
        "amount": words,
        "amount_minor": amount,
        "currency": currency,
    }


def test_event_names_its_object_and_its_practice() -> None:
    event = parse_event(EVENT)
    assert (event.object_type, event.object_id, event.practice) == ("refund", "re_1", "p")


@pytest.mark.parametrize("metadata", [None, [], "x", {"practice": 5}, {"practice": ""}])
def test_event_without_a_label_of_ours_is_of_no_practice(metadata: object) -> None:
    data = {"object": {"object": "refund", "id": "re_1", "metadata": metadata}}
    assert parse_event({**EVENT, "data": data}).practice is None


@pytest.mark.parametrize("missing", sorted(EVENT))
def test_event_without_a_part_is_none(missing: str) -> None:
    with pytest.raises(ValueError, match="not an event"):
        parse_event({key: value for key, value in EVENT.items() if key != missing})
