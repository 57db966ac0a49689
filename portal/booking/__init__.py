"""Choosing a time and holding it."""
