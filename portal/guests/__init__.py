"""Guests of a visit: an interpreter or a relative with a link of their own."""
