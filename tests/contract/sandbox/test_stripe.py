"""Stripe's API as its own SDK meets it."""

import httpx
import pytest
import stripe

PRICE = {"currency": "usd", "unit_amount": 15000, "product_data": {"name": "Visit fee"}}


def session_params(**change: object) -> dict[str, object]:
    return {
        "mode": "payment",
        "line_items": [{"price_data": PRICE, "quantity": 1}],
        "success_url": "http://localhost:8000/portal/back?s={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://localhost:8000/portal/cancel",
        "client_reference_id": "ref-1",
        "customer_email": "ann@example.com",
        "metadata": {"payment": "p1"},
        "payment_intent_data": {"description": "Visit fee", "metadata": {"payment": "p1"}},
        **change,
    }


def paid(client, sandbox, card="4242424242424242", **change):
    session = client.v1.checkout.sessions.create(session_params(**change))
    assert sandbox.pay(session.id, card).status_code == 303
    return client.v1.checkout.sessions.retrieve(session.id)


def test_session_is_open_with_a_page_and_its_items(practice, sandbox):
    session = practice.v1.checkout.sessions.create(session_params())
    assert (session.status, session.payment_status, session.amount_total) == (
        "open",
        "unpaid",
        15000,
    )
    assert session.url == f"http://sandbox.localhost:{sandbox.port}/stripe/checkout/{session.id}"
    assert session.metadata["payment"] == "p1"
    items = practice.v1.checkout.sessions.line_items.list(session.id)
    assert [(item.description, item.amount_total) for item in items.data] == [("Visit fee", 15000)]


def test_paid_session_leads_to_intent_charge_and_receipt(practice, sandbox):
    session = paid(practice, sandbox)
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    expand = {"expand": ["latest_charge"]}
    intent = practice.v1.payment_intents.retrieve(session.payment_intent, expand)
    assert (intent.status, intent.amount_received) == ("succeeded", 15000)
    assert intent.metadata["payment"] == "p1"
    charge = intent.latest_charge
    assert (charge.paid, charge.captured, charge.payment_method_details.card.last4) == (
        True,
        True,
        "4242",
    )
    assert charge.billing_details.email == "ann@example.com"
    found = practice.v1.checkout.sessions.list({"payment_intent": intent.id})
    assert [s.id for s in found.data] == [session.id]
    whole = practice.v1.checkout.sessions.retrieve(
        session.id, {"expand": ["payment_intent.latest_charge"]}
    )
    assert whole.payment_intent.latest_charge.id == charge.id


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"payment_method_types": ["card"]}, "payment_method_types"),
        ({"mode": "paymnt"}, "mode"),
        ({"mode": "subscription"}, "mode"),
        ({"line_items": []}, "line_items"),
        ({"line_items": [{"price_data": PRICE, "quantity": "two"}]}, "line_items[0][quantity]"),
        (
            {"line_items": [{"price_data": PRICE | {"amount": 1}}]},
            "line_items[0][price_data][amount]",
        ),
        ({"line_items": [{"price": "price_x"}]}, "line_items[0][price]"),
        ({"success_url": "/relative"}, "success_url"),
        ({"customer_email": None, "customer": "cus_none"}, "customer"),
        ({"metadata": {"k": "v" * 501}}, "metadata[k]"),
        ({"automatic_tax": {"enabled": True}}, "automatic_tax"),
    ],
)
def test_wrong_parameters_are_refused_by_name(practice, change, param):
    wanted = {k: v for k, v in session_params(**change).items() if v is not None}
    with pytest.raises(stripe.InvalidRequestError) as error:
        practice.v1.checkout.sessions.create(wanted)
    assert error.value.param == param


@pytest.mark.parametrize(
    ("seconds", "fits"), [(1790, False), (1805, True), (86395, True), (86500, False)]
)
def test_expiry_is_bound_by_the_sandbox_clock(practice, sandbox, seconds, fits):
    sandbox.clock(advance=86400 * 40)
    now = int(sandbox_now(sandbox))
    create = practice.v1.checkout.sessions.create
    if fits:
        assert create(session_params(expires_at=now + seconds)).expires_at == now + seconds
    else:
        with pytest.raises(stripe.InvalidRequestError, match="expires_at"):
            create(session_params(expires_at=now + seconds))


def sandbox_now(sandbox) -> float:
    from datetime import datetime

    return datetime.fromisoformat(sandbox.get("/_sandbox/clock")["now"]).timestamp()


def test_idempotency_key_replays_and_guards(practice, sandbox):
    create = practice.v1.checkout.sessions.create
    first = create(session_params(), {"idempotency_key": "k1"})
    again = create(session_params(), {"idempotency_key": "k1"})
    assert first.id == again.id
    assert again.last_response.headers["idempotent-replayed"] == "true"
    with pytest.raises(stripe.IdempotencyError):
        create(session_params(client_reference_id="other"), {"idempotency_key": "k1"})
    assert create(session_params(), {"idempotency_key": "k2"}).id != first.id


def test_a_refused_act_is_replayed_too(practice, sandbox):
    intent = paid(practice, sandbox).payment_intent
    for _ in range(2):
        with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
            practice.v1.refunds.create(
                {"payment_intent": intent, "amount": 15001}, {"idempotency_key": "over"}
            )


def test_accounts_do_not_see_each_other(practice, consulting, sandbox):
    session = practice.v1.checkout.sessions.create(session_params())
    with pytest.raises(stripe.InvalidRequestError) as error:
        consulting.v1.checkout.sessions.retrieve(session.id)
    assert error.value.http_status == 404
    assert consulting.v1.checkout.sessions.list().data == []
    intent = paid(practice, sandbox).payment_intent
    with pytest.raises(stripe.InvalidRequestError):
        consulting.v1.refunds.create({"payment_intent": intent})


def test_wrong_key_old_version_and_unknown_path(sandbox):
    from tests.contract.sandbox.conftest import stripe_client

    with pytest.raises(stripe.AuthenticationError):
        stripe_client(sandbox, "sk_live_wrong").v1.events.list()
    headers = {"Authorization": "Bearer sk_test_practice"}
    assert httpx.get(f"{sandbox.url}/v1/coupons", headers=headers).status_code == 404
    headers["Stripe-Version"] = "2024-06-20"
    assert httpx.get(f"{sandbox.url}/v1/events", headers=headers).status_code == 400
    assert httpx.get(f"{sandbox.url}/v1/events").status_code == 401


def test_expire_only_while_open(practice, sandbox):
    session = practice.v1.checkout.sessions.create(session_params())
    assert practice.v1.checkout.sessions.expire(session.id).status == "expired"
    for session_id in (session.id, paid(practice, sandbox).id):
        with pytest.raises(stripe.InvalidRequestError, match="status"):
            practice.v1.checkout.sessions.expire(session_id)


def test_refunds_add_up_to_the_charge_and_no_further(practice, sandbox):
    intent = paid(practice, sandbox).payment_intent
    create = practice.v1.refunds.create
    part = create({"payment_intent": intent, "amount": 5000, "reason": "requested_by_customer"})
    assert (part.status, part.amount) == ("succeeded", 5000)
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded"):
        create({"payment_intent": intent, "amount": 10001})
    assert create({"payment_intent": intent}).amount == 10000
    with pytest.raises(stripe.InvalidRequestError) as error:
        create({"payment_intent": intent})
    assert error.value.code == "charge_already_refunded"
    charge = practice.v1.charges.retrieve(part.charge)
    assert (charge.refunded, charge.amount_refunded) == (True, 15000)
    assert len(practice.v1.refunds.list({"payment_intent": intent}).data) == 2
    with pytest.raises(stripe.InvalidRequestError):
        create({"payment_intent": intent, "reason": "bored"})


def test_refund_to_the_failing_card_fails_a_little_later(practice, sandbox, endpoint):
    intent = paid(practice, sandbox, "4000000000005126").payment_intent
    refund = practice.v1.refunds.create({"payment_intent": intent})
    assert refund.status == "succeeded"
    sandbox.clock(advance=10)
    hook = endpoint.wait(1, kind="refund.failed")[0]
    assert hook.json["data"]["object"]["id"] == refund.id
    found = practice.v1.refunds.retrieve(refund.id)
    assert (found.status, found.failure_reason) == ("failed", "expired_or_canceled_card")
    assert practice.v1.charges.retrieve(refund.charge).amount_refunded == 0


def test_unpaid_session_cannot_be_refunded(practice, sandbox):
    session = practice.v1.checkout.sessions.create(session_params())
    assert sandbox.pay(session.id, "4000000000000002").status_code == 402
    intents = practice.v1.payment_intents.list().data
    assert [i.status for i in intents] == ["requires_payment_method"]
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        practice.v1.refunds.create({"payment_intent": intents[0].id})


def test_customer_is_kept_and_used(practice):
    customer = practice.v1.customers.create({"email": "a@x.example", "metadata": {"ref": "1"}})
    assert practice.v1.customers.retrieve(customer.id).email == "a@x.example"
    wanted = session_params(customer=customer.id)
    del wanted["customer_email"]
    assert practice.v1.checkout.sessions.create(wanted).customer == customer.id


def test_lists_page_by_cursor(practice):
    made = [practice.v1.checkout.sessions.create(session_params()).id for _ in range(5)]
    page = practice.v1.checkout.sessions.list({"limit": 2})
    assert [s.id for s in page.data] == made[:2:-1]
    assert page.has_more
    assert [s.id for s in page.auto_paging_iter()] == made[::-1]
    with pytest.raises(stripe.InvalidRequestError):
        practice.v1.checkout.sessions.list({"limit": 101})


def test_faults_are_seen_by_the_sdk(practice, sandbox):
    sandbox.fault("stripe", "status", 500, times=1)
    with pytest.raises(stripe.APIError):
        practice.v1.events.list()
    sandbox.fault("stripe", "reset", "after", times=1)
    with pytest.raises(stripe.APIConnectionError):
        practice.v1.checkout.sessions.create(session_params(), {"idempotency_key": "unknown"})
    replayed = practice.v1.checkout.sessions.create(
        session_params(), {"idempotency_key": "unknown"}
    )
    assert [s.id for s in practice.v1.checkout.sessions.list().data] == [replayed.id]
