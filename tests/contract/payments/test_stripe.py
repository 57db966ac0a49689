"""The payments adapter against the sandbox's Stripe, over HTTP, unmodified."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl
from uuid import uuid4

import pytest
from stripe import RequestsClient

from shared.adapters.payments.errors import NotFound, Refused, Unavailable
from shared.adapters.payments.reading import parse_event
from shared.adapters.payments.stripe import API_VERSION, Account, StripePayments
from shared.adapters.payments.values import CheckoutRequest, RefundRequest
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """A sandbox that delivers nothing."""
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle) -> SandboxHandle:
    """Emptied, and well-behaved."""
    running.reset()
    return running


@pytest.fixture
def stripe(sandbox: SandboxHandle) -> StripePayments:
    """The practice's account."""
    return client(sandbox.url)


def client(url: str, key: str = "practice") -> StripePayments:
    """An account's client."""
    return StripePayments(Account(key, f"sk_test_{key}", (f"whsec_{key}",), url))


def request(**changes: object) -> CheckoutRequest:
    """A page for a fee of 150 dollars."""
    wanted = CheckoutRequest(
        practice=str(uuid4()),
        payment=str(uuid4()),
        checkout=str(uuid4()),
        amount_minor=15000,
        currency="usd",
        customer_email="ana@patients.example",
        success_url="http://localhost:8000/portal/payments/1/return",
        cancel_url="http://localhost:8000/portal/appointments/1/payment",
        expires_at=datetime.now(UTC) + timedelta(minutes=34),
    )
    return replace(wanted, **changes)  # type: ignore[arg-type]  # test data


def pay(sandbox: SandboxHandle, stripe: StripePayments) -> tuple[str, str]:
    """A paid page: its id and its payment intent."""
    page = stripe.create_checkout(request())
    sandbox.pay(page.id)
    paid = stripe.retrieve_checkout(page.id)
    assert paid.payment_intent is not None
    return page.id, paid.payment_intent


def refund_of(intent: str, **changes: object) -> RefundRequest:
    """Everything back."""
    wanted = RefundRequest(str(uuid4()), str(uuid4()), intent, 15000)
    return replace(wanted, **changes)  # type: ignore[arg-type]  # test data


def test_page_opens_with_what_was_asked_for(stripe: StripePayments) -> None:
    wanted = request()
    page = stripe.create_checkout(wanted)
    assert (page.status, page.payment_status, page.is_paid) == ("open", "unpaid", False)
    assert (page.amount_minor, page.currency) == (15000, "usd")
    assert (page.practice, page.payment, page.checkout) == (
        wanted.practice,
        wanted.payment,
        wanted.checkout,
    )
    assert page.url
    assert page.url.startswith("http")
    assert not page.livemode


def test_page_opens_without_an_address_too(stripe: StripePayments) -> None:
    assert stripe.create_checkout(request(customer_email=None)).status == "open"


def test_same_request_is_the_same_page(stripe: StripePayments) -> None:
    wanted = request()
    assert stripe.create_checkout(wanted).id == stripe.create_checkout(wanted).id


def test_same_row_with_another_amount_is_refused(stripe: StripePayments) -> None:
    wanted = request()
    stripe.create_checkout(wanted)
    with pytest.raises(Refused):
        stripe.create_checkout(replace(wanted, amount_minor=100))


def test_only_what_payment_needs_is_sent(
    stripe: StripePayments, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[Mapping[str, str], str]] = []
    really = RequestsClient.request

    def overheard(
        self: RequestsClient, method: str, url: str, headers: Mapping[str, str], body: str
    ) -> object:
        sent.append((headers, body))
        return really(self, method, url, headers, body)

    monkeypatch.setattr(RequestsClient, "request", overheard)
    wanted = request()
    stripe.create_checkout(wanted)
    headers, body = sent[0]
    assert headers["Stripe-Version"] == API_VERSION
    assert headers["Idempotency-Key"] == f"checkout:{wanted.checkout}"
    assert set(dict(parse_qsl(body))) == {
        "mode",
        "client_reference_id",
        "metadata[practice]",
        "metadata[payment]",
        "metadata[checkout]",
        "line_items[0][quantity]",
        "line_items[0][price_data][currency]",
        "line_items[0][price_data][unit_amount]",
        "line_items[0][price_data][product_data][name]",
        "payment_intent_data[metadata][practice]",
        "payment_intent_data[metadata][payment]",
        "allowed_payment_method_types[0]",
        "success_url",
        "cancel_url",
        "expires_at",
        "customer_email",
    }
    assert dict(parse_qsl(body))["line_items[0][price_data][product_data][name]"] == "Visit fee"


def test_paid_page_says_so_and_names_its_intent(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    page_id, intent = pay(sandbox, stripe)
    assert stripe.retrieve_checkout(page_id).is_paid
    assert intent.startswith("pi_")


def test_page_expires_once_and_a_paid_one_never(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    page = stripe.create_checkout(request())
    assert stripe.expire_checkout(page.id).status == "expired"
    assert stripe.expire_checkout(page.id).status == "expired"
    paid_id, _ = pay(sandbox, stripe)
    assert stripe.expire_checkout(paid_id).is_paid


def test_page_of_the_other_account_is_not_found(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    page = stripe.create_checkout(request())
    other = client(sandbox.url, "consulting")
    with pytest.raises(NotFound):
        other.retrieve_checkout(page.id)
    with pytest.raises(NotFound):
        other.expire_checkout(page.id)


def test_refund_happens_once_and_can_be_read(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    _, intent = pay(sandbox, stripe)
    wanted = refund_of(intent)
    first, second = stripe.refund(wanted), stripe.refund(wanted)
    assert first.id == second.id
    assert (first.amount_minor, first.currency, first.status) == (15000, "usd", "succeeded")
    assert (first.practice, first.refund) == (wanted.practice, wanted.refund)
    assert stripe.retrieve_refund(first.id).payment_intent == intent


def test_refund_of_more_than_was_paid_is_refused(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    _, intent = pay(sandbox, stripe)
    with pytest.raises(Refused):
        stripe.refund(refund_of(intent, amount_minor=15001))


def test_refund_may_say_that_it_was_a_duplicate(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    _, intent = pay(sandbox, stripe)
    assert stripe.refund(refund_of(intent, duplicate=True)).status == "succeeded"


def test_events_tell_what_happened_newest_first(
    sandbox: SandboxHandle, stripe: StripePayments
) -> None:
    since = datetime.now(UTC) - timedelta(minutes=1)
    page_id, _ = pay(sandbox, stripe)
    until = datetime.now(UTC) + timedelta(minutes=1)
    kinds = ["checkout.session.completed"]
    [found] = [
        found
        for found in stripe.find_events(since=since, until=until, kinds=kinds)
        if found.event.object_id == page_id
    ]
    completed = found.event
    assert parse_event(json.loads(found.body)) == completed
    assert stripe.find_events(since=until, until=until, kinds=kinds) == []
    assert (completed.object_type, completed.object_id) == ("checkout.session", page_id)
    assert not completed.livemode


@pytest.mark.parametrize(("mode", "value"), [("status", "500"), ("status", "429"), ("reset", "")])
def test_no_clear_answer_is_unavailable(
    sandbox: SandboxHandle, stripe: StripePayments, mode: str, value: str
) -> None:
    sandbox.fault("stripe", mode, value, times=1)
    with pytest.raises(Unavailable):
        stripe.create_checkout(request())


def test_garbage_is_unavailable(sandbox: SandboxHandle, stripe: StripePayments) -> None:
    sandbox.fault("stripe", "garbage", times=1)
    with pytest.raises(Unavailable):
        stripe.create_checkout(request())


@pytest.mark.parametrize("value", ["400", "401", "403"])
def test_refusal_is_refused(sandbox: SandboxHandle, stripe: StripePayments, value: str) -> None:
    sandbox.fault("stripe", "status", value, times=1)
    with pytest.raises(Refused):
        stripe.create_checkout(request())


def test_nobody_there_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        client(f"http://127.0.0.1:{free_port()}").create_checkout(request())


def test_wrong_key_is_refused(sandbox: SandboxHandle) -> None:
    wrong = StripePayments(Account("practice", "sk_test_wrong", (), sandbox.url))
    with pytest.raises(Refused):
        wrong.create_checkout(request())
