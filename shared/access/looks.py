"""The door to "who looked at my record": a patient's own part of the log, looks alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.events import look

PAGE_SIZE = 200

# Staff are named where the practice's public directory names them; the others by their work.
_LOOKS = text("""
    select e.id, e.at, e.actor_kind, e.action, e.reason,
        case when e.target_type = 'dispatch' then (select d.template from dispatch d
            where d.practice_id = e.practice_id and d.id = e.target_id) end as template,
        (select concat_ws(' ', p.given_name, p.family_name || ',', p.credentials)
            from practitioner_role r join practitioner p on p.id = r.practitioner_id
            where r.practice_id = e.practice_id and r.account_id = e.actor_id limit 1) as name
    from audit.event e
    where e.practice_id = :practice_id and e.patient_id = :patient_id and e.kind = 'look'
        and (:own or e.actor_kind not in ('patient', 'anonymous'))
        and (cast(:before as timestamptz) is null or (e.at, e.id) < (:before, :before_id))
    order by e.at desc, e.id desc limit :limit
""")


@dataclass(frozen=True, slots=True)
class OwnLook:
    """One reading of the patient's record. `template` names the message it was read for."""

    id: UUID
    at: datetime
    actor_kind: str
    action: str
    reason: str | None
    template: str | None
    name: str | None


@dataclass(frozen=True, slots=True)
class LooksPage:
    """Newest first; `more` is the cursor of the next page, None at the beginning."""

    looks: list[OwnLook]
    more: tuple[datetime, UUID] | None


def read_own_looks(
    session: Session,
    *,
    viewer: Principal,
    own: bool = False,
    before: tuple[datetime, UUID] | None = None,
) -> LooksPage:
    """Who looked at the viewer's record; with `own` also the patient themselves.

    Raises NotFound for viewers who have no record.
    """
    if viewer.patient_id is None or not viewer.may("record"):
        raise NotFound
    rows = session.execute(
        _LOOKS,
        {
            "practice_id": viewer.practice_id,
            "patient_id": viewer.patient_id,
            "own": own,
            "before": before[0] if before else None,
            "before_id": before[1] if before else None,
            "limit": PAGE_SIZE + 1,
        },
        execution_options={"door": True},
    ).all()
    look(
        session,
        "looks.read",
        target=("patient", viewer.patient_id),
        patient_id=viewer.patient_id,
    )
    looks = [OwnLook(**row._mapping) for row in rows[:PAGE_SIZE]]
    last = looks[-1] if len(rows) > PAGE_SIZE else None
    return LooksPage(looks, (last.at, last.id) if last else None)
