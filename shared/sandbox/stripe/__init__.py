"""Stripe on loopback: two accounts, Checkout with its hosted page, refunds and webhooks."""
