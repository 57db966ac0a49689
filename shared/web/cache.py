"""Answers that many readers share for some minutes: asked for once, while the others wait.

Only for what is about nobody in particular and the same for everybody who may see it; whether
somebody may is asked each time, before.
"""

import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

from flask import Flask, current_app

T = TypeVar("T")
KEY = "cache"


@dataclass
class _Place:
    lock: Lock = field(default_factory=Lock)
    until: float = float("-inf")
    value: Any = None


@dataclass
class Cache:
    """What one process keeps."""

    places: dict[Hashable, _Place] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, *, seconds: float, make: Callable[[], T]) -> T:
        """The value under `key`, made anew when it is older than `seconds`."""
        with self.lock:
            place = self.places.setdefault(key, _Place())
        with place.lock:
            if time.monotonic() >= place.until:
                place.value = make()
                place.until = time.monotonic() + seconds
            value: T = place.value
            return value


def cached(key: Hashable, *, seconds: float, make: Callable[[], T]) -> T:
    """The value under `key` of the program that serves this request."""
    cache: Cache = current_app.extensions[KEY]
    return cache.get(key, seconds=seconds, make=make)


def init_cache(app: Flask) -> None:
    """An empty cache for this program."""
    app.extensions[KEY] = Cache()
