"""Rehearsing a vendor's bad day, where the sandbox plays the vendors."""
