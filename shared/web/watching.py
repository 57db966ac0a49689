"""Each web process looks now and then whether the worker lives: that one cannot say it does not."""

from __future__ import annotations

import threading
from datetime import datetime

import structlog
from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from shared.keyring import KeysUnavailable
from shared.oversight.watching import tell_of_silence

# Seconds between looks.
PACE = 30.0

log = structlog.get_logger(__name__)


def start_watching(app: Flask) -> threading.Thread:
    """Watch until the process ends."""
    thread = threading.Thread(target=_watch, args=(app,), name="watch", daemon=True)
    thread.start()
    return thread


def look_once(app: Flask) -> datetime | None:
    """One look. What is wrong with the database or the vendors is told elsewhere."""
    with app.app_context():
        try:
            return tell_of_silence(app.config["SETTINGS"])
        except (SQLAlchemyError, KeysUnavailable, OSError) as trouble:
            log.warning("watch.failed", kind=type(trouble).__name__)
            return None


def _watch(app: Flask) -> None:
    pause = threading.Event()
    while not pause.wait(PACE):
        look_once(app)
