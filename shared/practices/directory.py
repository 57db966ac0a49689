"""Who sees patients at a practice: the public facts about its practitioners."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.models.practitioner import Practitioner, PractitionerRole


@dataclass(frozen=True, slots=True)
class PractitionerView:
    """What the public site says about a practitioner."""

    given_name: str
    family_name: str
    credentials: str
    specialty: str
    biography: str


def list_practitioners(session: Session, *, practice_id: UUID) -> list[PractitionerView]:
    """The practice's active practitioners, those longest there first."""
    rows = session.execute(
        select(Practitioner, PractitionerRole.specialty)
        .join(PractitionerRole, PractitionerRole.practitioner_id == Practitioner.id)
        .where(PractitionerRole.practice_id == practice_id, PractitionerRole.active)
        .order_by(PractitionerRole.created_at, Practitioner.family_name)
    )
    return [
        PractitionerView(
            person.given_name, person.family_name, person.credentials, specialty, person.biography
        )
        for person, specialty in rows
    ]
