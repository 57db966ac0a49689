"""The request's own facts: who views, which practice, which browser."""

import hashlib
import secrets
from typing import cast
from uuid import UUID

from flask import current_app, g, session
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.config import Settings
from shared.db import db
from shared.practices.hosts import PracticeView


def viewer() -> Principal:
    """Who asks; the pipeline has set it for every route."""
    return cast("Principal", g.viewer)


def find_viewer() -> Principal | None:
    """Who asks, or None outside a resolved request (error pages, health checks)."""
    return cast("Principal | None", g.get("viewer"))


def practice() -> PracticeView:
    """The practice that answers at this host."""
    return cast("PracticeView", g.practice)


def find_practice() -> PracticeView | None:
    """The practice, or None where the host was not resolved."""
    return cast("PracticeView | None", g.get("practice"))


def face() -> str:
    """ "marketing", "portal", "admin" or "hooks"."""
    return cast("str", g.face)


def request_id() -> str:
    """The id a person may quote to us; on error pages, in the log, in the event log."""
    return cast("str", g.request_id)


def settings() -> Settings:
    """The program's settings."""
    return cast("Settings", current_app.config["SETTINGS"])


def browser_key() -> bytes:
    """The 32-byte key of this browser on this face, for what a stranger holds; made on first use.

    Only its hash leaves the signed cookie.
    """
    secret = session.get("browser")
    if secret is None:
        secret = session["browser"] = secrets.token_urlsafe(24)
    return hashlib.sha256(secret.encode()).digest()


def find_browser_key() -> bytes | None:
    """The browser's key if it already has one."""
    secret = session.get("browser")
    return hashlib.sha256(secret.encode()).digest() if secret else None


def practice_id() -> UUID:
    """The practice's id."""
    return practice().id


def transaction() -> Session:
    """The request's one transaction: views hand it to doors and services, and never commit it."""
    return db.session()
