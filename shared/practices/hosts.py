"""From a host name to the practice that answers there, and back to absolute links."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.config import Settings
from shared.db import Context, open_session
from shared.models.practice import Practice, PracticeHost


@dataclass(frozen=True, slots=True)
class PracticeView:
    """The public facts of a practice, detached from the database."""

    id: UUID
    slug: str
    name: str
    legal_name: str
    tagline: str
    time_zone: str
    phone: str
    email: str
    address: Mapping[str, Any]
    brand: Mapping[str, Any]
    emergency_words: str = ""
    cancel_window_hours: int = 24
    desk_pay_later: bool = True
    asks_identity: bool = False
    asks_about_texts: bool = False
    # False until the first-patient gate was passed: nobody books by themselves yet.
    is_open: bool = True


def find_practice_at(*, host: str, face: str) -> PracticeView | None:
    """The practice whose `face` ("marketing", "portal", "admin") answers at `host` (no port).

    Two short transactions of its own: a host is asked for before any practice is known.
    """
    with open_session(Context(None, "bedside_public", "host")) as session:
        practice_id = session.scalar(
            select(PracticeHost.practice_id).where(
                PracticeHost.host == host,
                PracticeHost.face == face,
                PracticeHost.ended_at.is_(None),
            )
        )
    if practice_id is None:
        return None
    with open_session(Context(practice_id, "bedside_public", "host")) as session:
        return get_practice(session, practice_id)


def get_practice(session: Session, practice_id: UUID) -> PracticeView:
    """The practice as a value; raises sqlalchemy's NoResultFound when there is none."""
    return view_practice(session.scalars(select(Practice).where(Practice.id == practice_id)).one())


def view_practice(row: Practice) -> PracticeView:
    """Detach the public facts from a row."""
    return PracticeView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        legal_name=row.legal_name,
        tagline=row.tagline,
        time_zone=row.time_zone,
        phone=row.phone,
        email=row.email,
        address=row.address,
        brand=row.brand,
        emergency_words=row.emergency_words,
        cancel_window_hours=row.cancel_window_hours,
        desk_pay_later=row.desk_pay_later,
        asks_identity=row.asks_identity,
        asks_about_texts=row.asks_about_texts,
        is_open=row.opened_at is not None,
    )


def canonical_url(session: Session, settings: Settings, *, practice_id: UUID, face: str) -> str:
    """The absolute address of a face, such as "https://portal.example.com", without a slash.

    Built from the practice's canonical host, never from a request.
    """
    host = session.scalars(
        select(PracticeHost.host).where(
            PracticeHost.practice_id == practice_id,
            PracticeHost.face == face,
            PracticeHost.canonical,
        )
    ).one()
    port = f":{settings.port}" if settings.port else ""
    return f"{settings.scheme}://{host}{port}"
