"""What is being paid for: line items with a price of their own."""

from shared.sandbox.stripe.errors import invalid
from shared.sandbox.stripe.objects import Json, blank
from shared.sandbox.world import Sandbox

SMALLEST, LARGEST = 50, 99_999_999


def _line_item(world: Sandbox, item: Json, where: str) -> Json:
    price = item.get("price_data")
    if item.get("price"):
        raise invalid(f"No such price: '{item['price']}'", f"{where}[price]", "resource_missing")
    if not price or not price.get("product_data") or price.get("unit_amount") is None:
        message = "price_data needs currency, product_data and unit_amount in the sandbox"
        raise invalid(message, f"{where}[price_data]")
    quantity = int(item.get("quantity", 1))
    if quantity < 1 or price["unit_amount"] < 0:
        raise invalid("Quantity and amount must be positive.", f"{where}[quantity]")
    amount = quantity * int(price["unit_amount"])
    made = blank(world, "item")
    made |= {
        "description": price["product_data"]["name"],
        "quantity": quantity,
        "currency": price["currency"].lower(),
        "amount_subtotal": amount,
        "amount_total": amount,
    }
    made["price"] |= {
        "id": f"price_{made['id'][3:]}",
        "created": int(world.clock.timestamp()),
        "currency": price["currency"].lower(),
        "product": f"prod_{made['id'][3:17]}",
        "unit_amount": int(price["unit_amount"]),
        "unit_amount_decimal": str(price["unit_amount"]),
        "type": "one_time",
    }
    return made


def build_items(world: Sandbox, params: Json) -> list[Json]:
    """The items of a session. Raises StripeError for mixed currencies and sums out of bounds."""
    items = [
        _line_item(world, item, f"line_items[{number}]")
        for number, item in enumerate(params["line_items"])
    ]
    if len({item["currency"] for item in items}) != 1:
        raise invalid("All prices on a Checkout Session must have the same currency.")
    total = sum(item["amount_total"] for item in items)
    if not SMALLEST <= total <= LARGEST:
        code = "amount_too_small" if total < SMALLEST else "amount_too_large"
        raise invalid("The total amount must be between $0.50 and $999,999.99.", code=code)
    return items
