"""Public facts that outlive the database: the last ones known, in the process and on disk.

Only what the public site shows to anybody may be kept here.
"""

import contextlib
import json
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import structlog
from flask import Flask, current_app
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from shared.db import Context, bind, db
from shared.web.current import practice

Found = TypeVar("Found")
# After a failure nobody else waits for the database for so many seconds.
LEFT_ALONE_FOR = 5.0
_NAME = re.compile(r"[^A-Za-z0-9._-]")

log = structlog.get_logger(__name__)


class DatabaseAway(Exception):
    """The database was asked a moment ago and did not answer."""


class LastKnown:
    """A small shelf of JSON values by name; a value is written only when it is another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._kept: dict[str, Any] = {}
        self._away_until = 0.0

    def remember(self, name: str, value: Any) -> None:
        """Keep a value; a disk that refuses costs only what a restart would need."""
        if self._kept.get(name) == value:
            return
        self._kept[name] = value
        path = self._path(name)
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(f".{os.getpid()}.draft")
            draft.write_text(json.dumps(value))
            draft.replace(path)

    def recall(self, name: str) -> Any:
        """The last value of that name, or None."""
        if name not in self._kept:
            try:
                self._kept[name] = json.loads(self._path(name).read_text())
            except (OSError, ValueError):
                return None
        return self._kept[name]

    def ask(self, find: Callable[[], Found]) -> Found:
        """What the database says. Raises DatabaseAway, at once when it was just found away."""
        if time.monotonic() < self._away_until:
            raise DatabaseAway
        try:
            return find()
        except (OperationalError, PoolTimeout) as error:
            self._note(error)
            raise DatabaseAway from error
        except DBAPIError as error:
            if not error.connection_invalidated:
                raise
            self._note(error)
            raise DatabaseAway from error

    def _note(self, error: Exception) -> None:
        self._away_until = time.monotonic() + LEFT_ALONE_FOR
        log.error("database_away", kind=type(error).__name__)

    def _path(self, name: str) -> Path:
        return self.folder / f"{_NAME.sub('_', name)}.json"


def last_known() -> LastKnown:
    """This program's one."""
    found = current_app.extensions["last_known"]
    if not isinstance(found, LastKnown):
        raise TypeError("init_last_known was not called")
    return found


def init_last_known(app: Flask) -> None:
    """Make the shelf, in the data folder."""
    app.extensions["last_known"] = LastKnown(app.config["SETTINGS"].data_path / "public")


def ask_live(find: Callable[[Session], Found]) -> Found | None:
    """What the request's own transaction finds, or None while the database is away.

    An address that leads nowhere has no transaction yet: it asks as a stranger.
    """
    session = db.session()
    if "context" not in session.info:
        bind(session, Context(practice().id, "bedside_public", "site"))
    try:
        return last_known().ask(lambda: find(session))
    except DatabaseAway:
        session.rollback()
        return None
