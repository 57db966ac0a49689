"""Amounts of money in the event log: once for programs, once for people."""

from decimal import Decimal

SIGNS = {"usd": "$"}


def told(amount_minor: int, currency: str) -> dict[str, str | int]:
    """The details of an act about money: {"amount": "$150.00", "amount_minor": 15000, ...}."""
    number = f"{Decimal(amount_minor) / 100:,.2f}"
    sign = SIGNS.get(currency)
    return {
        "amount": f"{sign}{number}" if sign else f"{number} {currency.upper()}",
        "amount_minor": amount_minor,
        "currency": currency,
    }
