"""Visits from the practitioner's side: who waits, the call, and what is done around it."""
