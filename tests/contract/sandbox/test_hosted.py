"""The hosted page and the webhooks that follow it."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
import stripe

from tests.contract.sandbox.test_stripe import paid, session_params


def page(sandbox, session) -> str:
    return f"{sandbox.url}/stripe/checkout/{session.id}"


def get(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False, follow_redirects=False)


def test_page_shows_amount_cards_and_both_ways_out(practice, sandbox):
    session = practice.v1.checkout.sessions.create(session_params())
    answer = get(page(sandbox, session))
    assert answer.status_code == 200
    for text in (
        "$150.00",
        "Visit fee",
        "4000 0000 0000 9995",
        "/portal/cancel",
        "ann@example.com",
    ):
        assert text in answer.text
    policy = answer.headers["content-security-policy"]
    assert "form-action 'self' http://localhost:8000" in policy
    assert "script-src" not in policy
    assert (
        'value="4242 4242 4242 4242"' in get(page(sandbox, session) + "?card=4242424242424242").text
    )


def test_pay_redirects_with_the_session_id_and_tells_once(practice, sandbox, endpoint):
    session = practice.v1.checkout.sessions.create(session_params())
    answer = sandbox.pay(session.id)
    assert answer.headers["location"] == f"http://localhost:8000/portal/back?s={session.id}"
    hook = endpoint.wait(1, kind="checkout.session.completed")[0]
    assert hook.headers["host"] == "localhost:8000"
    event = stripe.Webhook.construct_event(
        hook.body, hook.headers["stripe-signature"], "whsec_practice"
    )
    assert event.data.object.id == session.id
    assert event.api_version == "2026-10-28.endive"
    endpoint.wait(1, kind="payment_intent.succeeded")
    endpoint.wait(1, kind="charge.succeeded")
    assert practice.v1.events.retrieve(event.id).type == "checkout.session.completed"
    hosts = {h.headers["host"] for h in endpoint.hooks if "stripe-signature" in h.headers}
    assert hosts == {"localhost:8000"}


def test_event_goes_to_the_practice_whose_money_it_is(practice, sandbox, endpoint):
    paid(
        practice,
        sandbox,
        success_url="http://ironbound.localhost:8000/ok",
        cancel_url="http://ironbound.localhost:8000/",
    )
    hook = endpoint.wait(1, kind="checkout.session.completed")[0]
    assert hook.headers["host"] == "ironbound.localhost:8000"


@pytest.mark.parametrize(
    ("card", "words"),
    [
        ("4000000000009995", "insufficient funds"),
        ("4000000000000002", "Your card was declined."),
        ("4242424242424241", "number is invalid"),
        ("4111111111111111", "Only test cards work here"),
        ("42424242", "incomplete"),
    ],
)
def test_declines_stay_on_the_page_and_the_session_open(practice, sandbox, card, words):
    session = practice.v1.checkout.sessions.create(session_params())
    answer = sandbox.pay(session.id, card)
    assert answer.status_code in {402, 422}
    assert words in answer.text
    assert "<title>Error: " in answer.text
    assert practice.v1.checkout.sessions.retrieve(session.id).status == "open"
    assert sandbox.pay(session.id).status_code == 303
    assert len([c for c in practice.v1.charges.list().data if c.paid]) == 1
    assert len(practice.v1.payment_intents.list().data) == 1


def test_sixteen_presses_charge_once(practice, sandbox, endpoint):
    session = practice.v1.checkout.sessions.create(session_params())
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: sandbox.pay(session.id), range(16)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    assert len(practice.v1.charges.list().data) == 1
    assert len(practice.v1.events.list({"type": "checkout.session.completed"}).data) == 1


def test_bank_is_asked_and_may_refuse(practice, sandbox):
    session = practice.v1.checkout.sessions.create(session_params())
    url = page(sandbox, session) + "/authenticate"
    assert sandbox.pay(session.id, "4000002500003155").headers["location"].endswith("/authenticate")
    assert "Is this you?" in get(url).text
    refused = httpx.post(url, data={"answer": "refuse"}, trust_env=False)
    assert refused.status_code == 402
    assert "unable to authenticate" in refused.text
    assert get(url).status_code == 303
    sandbox.pay(session.id, "4000002500003155")
    confirmed = httpx.post(url, data={"answer": "confirm"}, trust_env=False)
    assert confirmed.headers["location"].startswith("http://localhost:8000/portal/back")
    again = httpx.post(url, data={"answer": "confirm"}, trust_env=False)
    assert again.status_code == 303
    assert len(practice.v1.charges.list().data) == 1


def test_closed_sessions_say_so_and_take_nothing(practice, sandbox, endpoint):
    done = paid(practice, sandbox)
    assert "has been paid" in get(page(sandbox, done)).text
    session = practice.v1.checkout.sessions.create(session_params())
    sandbox.clock(advance=86400)
    assert "has expired" in get(page(sandbox, session)).text
    assert "has expired" in sandbox.pay(session.id).text
    hook = endpoint.wait(1, kind="checkout.session.expired")[0]
    assert hook.json["data"]["object"]["id"] == session.id
    assert practice.v1.checkout.sessions.retrieve(session.id).status == "expired"
    assert len(practice.v1.charges.list().data) == 1
    assert get(f"{sandbox.url}/stripe/checkout/cs_test_none").status_code == 404


def test_refused_delivery_is_tried_again_with_a_fresh_signature(practice, sandbox, endpoint):
    endpoint.answers.extend([500, 500, 500])
    paid(practice, sandbox)
    endpoint.wait(7)
    done = endpoint.wait(1, kind="checkout.session.completed")
    assert len({h.json["id"] for h in done}) == 1
    for hook in done:
        stripe.Webhook.construct_event(
            hook.body, hook.headers["stripe-signature"], "whsec_practice"
        )


def test_duplicate_late_and_reordered_news(practice, sandbox, endpoint):
    sandbox.fault("stripe-webhooks", "duplicate", times=1)
    practice.v1.customers.create({"email": "a@x.example"})
    first = endpoint.wait(2, kind="customer.created")
    assert len({h.json["id"] for h in first}) <= 2
    endpoint.hooks.clear()
    sandbox.fault("stripe-webhooks", "duplicate", times=0)
    paid(practice, sandbox)
    hooks = endpoint.wait(2, kind="checkout.session.completed")
    assert hooks[0].json["id"] == hooks[1].json["id"]
    sandbox.fault("stripe-webhooks", "off")
    endpoint.hooks.clear()
    sandbox.fault("stripe-webhooks", "late", 2, times=1)
    session = practice.v1.checkout.sessions.create(session_params())
    sandbox.pay(session.id)
    endpoint.wait(4)
    kinds = [h.json["type"] for h in endpoint.hooks]
    assert kinds[-1] == "payment_intent.created"


def test_delivery_log_resends(practice, sandbox, endpoint):
    paid(practice, sandbox)
    endpoint.wait(1, kind="checkout.session.completed")
    one = next(d for d in sandbox.deliveries() if d["subject"] == "checkout.session.completed")
    assert "whsec" not in str(sandbox.deliveries())
    sandbox.post(f"/_sandbox/deliveries/{one['id']}/resend")
    hooks = endpoint.wait(2, kind="checkout.session.completed")
    assert hooks[0].body == hooks[1].body
