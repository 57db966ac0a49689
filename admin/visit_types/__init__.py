"""The kinds of visit on offer, their length, price and rules. Owners only."""
