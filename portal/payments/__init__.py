"""Paying for a visit, coming back from paying, and the receipt."""
