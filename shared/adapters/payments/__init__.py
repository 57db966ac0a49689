"""Taking and returning money: the only package that speaks to Stripe."""
