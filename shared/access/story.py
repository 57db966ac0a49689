"""The door to a patient's story: what the event log says about one person, and who looked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.actions import ACTIONS
from shared.events import look
from shared.models.patient import Patient

PAGE_SIZE = 40
STEPS = [name for name, action in ACTIONS.items() if action.step]

_EVENTS = text("""
    select e.id, e.at, e.kind, e.action, e.actor_kind, a.name as actor_name, e.target_type,
        e.target_id, e.reason, p.body
    from audit.event e
    left join audit.payload p on p.event_id = e.id
    left join account a on a.practice_id = e.practice_id and a.id = e.actor_id
    where e.practice_id = :practice_id and e.patient_id = :patient_id and e.kind = :kind
        and e.action <> all(:left_out)
        and (cast(:before as timestamptz) is null or (e.at, e.id) < (:before, :before_id))
    order by e.at desc, e.id desc limit :limit
""")


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """One sentence of the story: `actor_name` is None for patients and programs."""

    id: UUID
    at: datetime
    kind: str
    action: str
    actor_kind: str
    actor_name: str | None
    target_type: str
    target_id: UUID | None
    reason: str | None
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoryPage:
    """Newest first; `more` is the cursor of the next page, None at the beginning of the story."""

    events: list[StoryEvent]
    more: tuple[datetime, UUID] | None
    patient: Patient


def read_story(
    session: Session,
    *,
    viewer: Principal,
    patient_id: UUID,
    looks: bool = False,
    steps: bool = False,
    before: tuple[datetime, UUID] | None = None,
    limit: int = PAGE_SIZE,
) -> StoryPage:
    """What happened to a patient's record, or with `looks` who read it. Raises NotFound.

    Without `steps` the machinery's own steps (a mail taken up, a page asked for) are left out.
    """
    patient = access_patient(session, viewer=viewer, patient_id=patient_id)
    rows = session.execute(
        _EVENTS,
        {
            "practice_id": viewer.practice_id,
            "patient_id": patient.id,
            "kind": "look" if looks else "act",
            "before": before[0] if before else None,
            "before_id": before[1] if before else None,
            "left_out": [] if steps else STEPS,
            "limit": limit + 1,
        },
    ).all()
    look(session, "story.read", target=patient, patient_id=patient.id)
    events = [
        StoryEvent(
            id=row.id,
            at=row.at,
            kind=row.kind,
            action=row.action,
            actor_kind=row.actor_kind,
            actor_name=row.actor_name,
            target_type=row.target_type,
            target_id=row.target_id,
            reason=row.reason,
            details=row.body or {},
        )
        for row in rows[:limit]
    ]
    last = events[-1] if len(rows) > limit else None
    return StoryPage(events, (last.at, last.id) if last else None, patient)
