"""Making a practice: its row, the hosts it answers at, its data keys."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock, keyring
from shared.db import Context
from shared.events import act
from shared.ids import new_id
from shared.models.practice import Practice, PracticeHost
from shared.practices.keys import make_keys

FACES = ("marketing", "portal", "admin")


@dataclass(frozen=True, slots=True)
class NewPractice:
    """What must be known to open a practice."""

    slug: str
    name: str
    legal_name: str
    tagline: str
    time_zone: str
    phone: str
    email: str
    address: dict[str, Any]
    brand: dict[str, Any]
    # Face -> host name without port; the same host may serve several faces.
    hosts: dict[str, str]
    asks_about_texts: bool = False


def creation_context(practice_id: UUID | None = None) -> Context:
    """The context in which a practice is made: a job of the practice that is about to exist."""
    return Context(practice_id or new_id(), "bedside_job", "operator")


def create_practice(session: Session, new: NewPractice) -> Practice:
    """Make the practice of the session's context, with hosts and data keys; returns its row."""
    practice_id = session.info["context"].practice_id
    practice = Practice(
        id=practice_id,
        slug=new.slug,
        name=new.name,
        legal_name=new.legal_name,
        tagline=new.tagline,
        time_zone=new.time_zone,
        phone=new.phone,
        email=new.email,
        address=new.address,
        brand=new.brand,
        asks_about_texts=new.asks_about_texts,
        created_at=clock.now(),
    )
    session.add(practice)
    act(session, "practice.created", target=practice, name=new.name)
    for face in FACES:
        session.add(
            PracticeHost(
                host=new.hosts[face].lower(),
                face=face,
                practice_id=practice_id,
                canonical=True,
            )
        )
    make_keys(session, keyring.current().wrapper, practice_id=practice_id)
    act(session, "practice.equipped", target=practice)
    return practice
