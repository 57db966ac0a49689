"""Money: payments, refunds and the ledger. Knows nothing of appointments beyond their id."""

from shared.billing.appointments import abandon_appointment, close_pages, refund_appointment

__all__ = ["abandon_appointment", "close_pages", "refund_appointment"]
