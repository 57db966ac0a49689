"""Reading a time of day as people write it."""

from shared.web.reading import read_time

__all__ = ["read_time"]
