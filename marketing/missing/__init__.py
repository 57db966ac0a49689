"""Addresses without a page: moved, taken away, or never there."""
