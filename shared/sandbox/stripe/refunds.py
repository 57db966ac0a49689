"""Refunds: never more than was paid, and for one test card failing days of a second later."""

from shared.sandbox.store import pack, unpack
from shared.sandbox.stripe.errors import invalid, missing
from shared.sandbox.stripe.objects import Json, blank, expand, extra_of, find, get, list_page, save
from shared.sandbox.stripe.sessions import check_metadata
from shared.sandbox.stripe.webhooks import emit
from shared.sandbox.world import Sandbox

FAILS_AFTER = 5.0


def _charge_of(world: Sandbox, account: str, params: Json) -> Json:
    if params.get("charge"):
        return get(world, account, "charge", params["charge"], "charge")
    if not params.get("payment_intent"):
        raise invalid("One of the following params should be provided: payment_intent or charge.")
    intent = get(world, account, "payment_intent", params["payment_intent"], "payment_intent")
    found = find(world, account, intent["latest_charge"] or "")
    if found is None or not found["paid"]:
        message = (
            f"This PaymentIntent ({intent['id']}) does not have a successful charge to refund."
        )
        raise invalid(message, "payment_intent")
    return found


def _money(cents: int) -> str:
    return f"${cents / 100:,.2f}"


def _amount(params: Json, charge: Json) -> int:
    left = charge["amount_captured"] - charge["amount_refunded"]
    if left <= 0:
        message = f"Charge {charge['id']} has already been refunded."
        raise invalid(message, code="charge_already_refunded")
    amount = int(params.get("amount", left))
    if amount < 1:
        raise invalid("Invalid positive integer", "amount", "parameter_invalid_integer")
    if amount > left:
        message = (
            f"Refund amount ({_money(amount)}) is greater than unrefunded amount"
            f" on charge ({_money(left)})"
        )
        raise invalid(message, "amount")
    return amount


def create_refund(world: Sandbox, account: str, params: Json) -> Json:
    """Give money back. Card refunds answer `succeeded` at once, as Stripe's do."""
    check_metadata(params.get("metadata") or {})
    charge = _charge_of(world, account, params)
    if not charge["paid"]:
        raise invalid(f"Charge {charge['id']} was not paid.", "charge")
    amount = _amount(params, charge)
    extra = extra_of(world, charge["id"])
    made = blank(world, "refund")
    made |= {
        "amount": amount,
        "currency": charge["currency"],
        "charge": charge["id"],
        "payment_intent": charge["payment_intent"],
        "payment_method": charge["payment_method"],
        "metadata": params.get("metadata") or {},
        "reason": params.get("reason"),
        "status": "succeeded",
    }
    save(world, account, made, {"host": extra["host"]})
    refunded = charge["amount_refunded"] + amount
    whole = refunded == charge["amount_captured"]
    charge |= {"amount_refunded": refunded, "refunded": whole}
    save(world, account, charge)
    emit(world, account, "refund.created", made)
    emit(world, account, "charge.refunded", charge)
    if extra.get("refund_fails"):
        due = world.clock.timestamp() + FAILS_AFTER
        payload = pack({"account": account, "refund": made["id"]})
        sql = "insert into timer (due, kind, payload) values (?, 'refund.fail', ?)"
        world.store.run(sql, due, payload)
    return expand(world, account, made, params.get("expand", []))


def retrieve_refund(world: Sandbox, account: str, refund_id: str, params: Json) -> Json:
    found = get(world, account, "refund", refund_id)
    return expand(world, account, found, params.get("expand", []))


def list_refunds(world: Sandbox, account: str, params: Json) -> Json:
    return list_page(world, account, "refund", params, "/v1/refunds")


def fail_refund(world: Sandbox, account: str, refund_id: str) -> None:
    """The bank sent it back: the refund has failed, the charge counts as paid again."""
    refund = find(world, account, refund_id)
    if refund is None:
        raise missing("refund", refund_id)
    charge = get(world, account, "charge", refund["charge"])
    refund |= {
        "status": "failed",
        "failure_reason": "expired_or_canceled_card",
        "failure_balance_transaction": refund["balance_transaction"],
    }
    left = charge["amount_refunded"] - refund["amount"]
    save(world, account, refund)
    save(world, account, charge | {"amount_refunded": left, "refunded": False})
    emit(world, account, "refund.updated", refund)
    emit(world, account, "refund.failed", refund)


def sweep_refunds(world: Sandbox) -> None:
    """Fail the refunds whose time has come by the sandbox's clock."""
    with world.store.transaction() as store:
        for row in store.all("select * from timer where due <= ?", world.clock.timestamp()):
            store.run("delete from timer where id = ?", row["id"])
            payload = unpack(row["payload"])
            fail_refund(world, payload["account"], payload["refund"])
