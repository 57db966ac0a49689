"""The public site's practice: from the database, else as it was last known, else from its texts."""

from collections.abc import Callable
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

from flask import Flask, current_app

from shared.practices.hosts import PracticeView, find_practice_at
from shared.web.last_known import DatabaseAway, last_known

# Asked last, with the host: for a server that has never reached its database.
Fallback = Callable[[str], PracticeView | None]
FALLBACK = "practice_fallback"


def offer_fallback(app: Flask, find: Fallback) -> None:
    """Let `find` name the practice of a host that nothing else is known of."""
    app.extensions[FALLBACK] = find


def find_site(host: str) -> PracticeView | None:
    """The practice whose public site is at `host`. Never raises for an absent database."""
    name = f"site-{host}"
    try:
        found = last_known().ask(lambda: find_practice_at(host=host, face="marketing"))
    except DatabaseAway:
        kept = last_known().recall(name)
        if kept is not None:
            return _read(kept)
        fallback: Fallback | None = current_app.extensions.get(FALLBACK)
        return fallback(host) if fallback is not None else None
    if found is not None:
        last_known().remember(name, {**asdict(found), "id": str(found.id)})
    return found


def _read(kept: dict[str, Any]) -> PracticeView:
    known = {each.name for each in fields(PracticeView)}
    values = {name: value for name, value in kept.items() if name in known}
    return PracticeView(**{**values, "id": UUID(kept["id"])})
