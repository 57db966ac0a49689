"""The practice's rows as a letterhead."""

from __future__ import annotations

from typing import Protocol
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.messaging.letterhead import Letterhead
from shared.models.practice import Practice, PracticeHost


class LinkSettings(Protocol):
    """The part of the settings that absolute links need."""

    @property
    def scheme(self) -> str: ...
    @property
    def port(self) -> str: ...


def load_letterhead(session: Session, practice_id: UUID, settings: LinkSettings) -> Letterhead:
    """Name, phone, brand and canonical origins of a practice."""
    practice = session.get_one(Practice, practice_id)
    hosts = session.scalars(
        select(PracticeHost)
        .where(PracticeHost.practice_id == practice_id)
        .where(PracticeHost.canonical)
    )
    port = f":{settings.port}" if settings.port else ""
    return Letterhead(
        name=practice.name,
        phone=practice.phone,
        brand=practice.brand,
        origins={row.face: f"{settings.scheme}://{row.host}{port}" for row in hosts},
    )
