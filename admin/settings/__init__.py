"""Senders and payment settings: what is in force, what waits, what was before."""
