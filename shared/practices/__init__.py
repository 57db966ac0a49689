"""Practices: which one a host belongs to, how one is made, its keys."""
