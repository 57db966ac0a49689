"""Pages for people: inbox, card terminal, clock, troubles, deliveries."""

from flask import Flask


def register_pages(app: Flask) -> None:
    """Add the pages."""
