"""Every practice there is, by the one table that is read before any practice is known."""

from uuid import UUID

from sqlalchemy import select

from shared.db import Context, open_session
from shared.models.practice import PracticeHost


def list_practice_ids() -> list[UUID]:
    """The ids of all practices on this server, in a transaction of its own."""
    with open_session(Context(None, "bedside_public", "job")) as session:
        return list(session.scalars(select(PracticeHost.practice_id).distinct()))
