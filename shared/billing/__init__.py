"""Money: payments, refunds and the ledger. Knows nothing of appointments beyond their id."""
