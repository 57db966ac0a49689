"""What Pay does: an intent, a charge, the session complete, and the events that tell of it."""

from typing import Any

from shared.sandbox.ids import token
from shared.sandbox.stripe.cards import TestCard
from shared.sandbox.stripe.objects import Json, blank, extra_of, find, save
from shared.sandbox.stripe.webhooks import emit
from shared.sandbox.world import Sandbox

INTENT_FIELDS = (
    *("description", "metadata", "receipt_email", "statement_descriptor"),
    *("statement_descriptor_suffix", "setup_future_usage", "capture_method"),
)


def _intent(world: Sandbox, account: str, session: Json, extra: Json) -> Json:
    """The session's intent: made at the first try to pay, kept over declines."""
    if extra.get("intent_id"):
        known = find(world, account, extra["intent_id"])
        if known:
            return known
    made = blank(world, "payment_intent")
    wanted = extra["intent"]
    made |= {name: wanted[name] for name in INTENT_FIELDS if wanted.get(name) is not None}
    made |= {
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "client_secret": f"{made['id']}_secret_{token(24)}",
        "payment_details": {"customer_reference": None, "order_reference": session["id"]},
    }
    save(world, account, made, {"host": extra["host"], "session": session["id"]})
    save(world, account, session, {"intent_id": made["id"]})
    emit(world, account, "payment_intent.created", made)
    return made


def _card_details(card: TestCard, month: int, year: int) -> Json:
    return {"brand": card.brand, "exp_month": month, "exp_year": year, "last4": card.number[-4:]}


def _charge(world: Sandbox, intent: Json, person: Json, details: Json, method: str) -> Json:
    made = blank(world, "charge")
    names = ("amount", "currency", "customer", "description", "metadata", "receipt_email")
    made |= {name: intent[name] for name in names}
    made |= {"payment_intent": intent["id"], "payment_method": method}
    made["billing_details"] |= person
    made["payment_method_details"]["card"] |= details
    made["receipt_url"] = f"{world.settings.people_url}/stripe/receipts/{made['id']}"
    return made


def _method(world: Sandbox, account: str, person: Json, details: Json, extra: Json) -> str:
    made = blank(world, "payment_method")
    made["billing_details"] = made["billing_details"] | person
    made["card"] |= details
    save(world, account, made, {"host": extra["host"]})
    return str(made["id"])


def _error(card: TestCard, charge_id: str) -> Json:
    return {
        "type": "card_error",
        "code": "card_declined",
        "decline_code": card.decline_code,
        "message": card.message,
        "charge": charge_id,
    }


def decline(world: Sandbox, account: str, session: Json, card: TestCard, form: Json) -> str:
    """Record a refused try and return the sentence for the person; the session stays open."""
    with world.store.transaction():
        extra = extra_of(world, session["id"])
        intent = _intent(world, account, session, extra)
        details = _card_details(card, form["month"], form["year"])
        method = _method(world, account, form["person"], details, extra)
        charge = _charge(world, intent, form["person"], details, method)
        charge |= {
            "status": "failed",
            "paid": False,
            "failure_code": "card_declined",
            "failure_message": card.message,
            "receipt_url": None,
        }
        charge["outcome"] |= {
            "network_status": "declined_by_network",
            "reason": card.decline_code,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        }
        save(world, account, charge, {"host": extra["host"]})
        intent |= {
            "last_payment_error": _error(card, charge["id"]),
            "latest_charge": charge["id"],
            "status": "requires_payment_method",
        }
        save(world, account, intent)
        emit(world, account, "charge.failed", charge)
        emit(world, account, "payment_intent.payment_failed", intent)
    return card.message


def pay(world: Sandbox, account: str, session: Json, card: TestCard, form: Json) -> Json:
    """Take the money once and complete the session. The caller holds the transaction."""
    extra = extra_of(world, session["id"])
    intent = _intent(world, account, session, extra)
    details = _card_details(card, form["month"], form["year"])
    method = _method(world, account, form["person"], details, extra)
    charge = _charge(world, intent, form["person"], details, method)
    charge |= {
        "amount_captured": intent["amount"],
        "captured": True,
        "paid": True,
        "status": "succeeded",
        "balance_transaction": f"txn_1{token(23)}",
    }
    save(world, account, charge, {"host": extra["host"], "refund_fails": card.refund_fails})
    intent |= {
        "amount_received": intent["amount"],
        "latest_charge": charge["id"],
        "last_payment_error": None,
        "next_action": None,
        "payment_method": method,
        "status": "succeeded",
    }
    save(world, account, intent)
    session = session | {
        "status": "complete",
        "payment_status": "paid",
        "payment_intent": intent["id"],
        "url": None,
        "customer_details": _customer_details(form["person"]),
    }
    save(world, account, session)
    emit(world, account, "charge.succeeded", charge)
    emit(world, account, "payment_intent.succeeded", intent)
    emit(world, account, "checkout.session.completed", session)
    return session


def _customer_details(person: dict[str, Any]) -> Json:
    return {
        "address": person.get("address"),
        "email": person.get("email"),
        "name": person.get("name"),
        "phone": None,
        "tax_exempt": "none",
        "tax_ids": [],
        "business_name": None,
        "individual_name": None,
    }


def ask_bank(world: Sandbox, account: str, session: Json, card: TestCard, form: Json) -> None:
    """3-D Secure: remember the try; the bank's page decides."""
    with world.store.transaction():
        extra = extra_of(world, session["id"])
        intent = _intent(world, account, session, extra)
        intent |= {"status": "requires_action", "next_action": {"type": "use_stripe_sdk"}}
        save(world, account, intent)
        waiting = {"number": card.number, "form": form}
        save(world, account, session, {"challenge": waiting})
        emit(world, account, "payment_intent.requires_action", intent)


def refuse_bank(world: Sandbox, account: str, session: Json) -> str:
    """The owner did not confirm: back to the card form."""
    message = (
        "We are unable to authenticate your payment method."
        " Please choose a different payment method and try again."
    )
    with world.store.transaction():
        intent = _intent(world, account, session, extra_of(world, session["id"]))
        code = "payment_intent_authentication_failure"
        error = {"type": "invalid_request_error", "code": code, "message": message}
        intent |= {
            "status": "requires_payment_method",
            "next_action": None,
            "last_payment_error": error,
        }
        save(world, account, intent)
        save(world, account, session, {"challenge": None})
        emit(world, account, "payment_intent.payment_failed", intent)
    return message
