"""The kinds of visit as an owner sees them: made, changed, put in order, retired; never deleted."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.booking.conflicts import constraint_of
from shared.events import act
from shared.models.practice import Practice
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.visit_type import VisitType

SLUG_TAKEN = "uq_visit_type_slug"
FIELDS = (
    *("name", "summary", "length_minutes", "buffer_before_minutes", "buffer_after_minutes"),
    *("notice_minutes", "horizon_days", "step_minutes", "modality", "states", "price_minor"),
    *("cancel_window_hours", "offered_by"),
)


class SlugTaken(Exception):
    """Another kind of visit has that address, a retired one perhaps."""


def list_every_visit_type(session: Session, *, practice_id: UUID) -> list[VisitType]:
    """Those on offer in their order, then the retired ones."""
    return list(
        session.scalars(
            select(VisitType)
            .where(VisitType.practice_id == practice_id)
            .order_by(VisitType.active.desc(), VisitType.position, VisitType.name)
        )
    )


def find_visit_type(session: Session, *, practice_id: UUID, visit_type_id: UUID) -> VisitType:
    """One of them, also a retired one. Raises NotFound."""
    row = session.get(VisitType, (practice_id, visit_type_id))
    if row is None:
        raise NotFound
    return row


def list_people(
    session: Session, *, practice_id: UUID
) -> list[tuple[PractitionerRole, Practitioner]]:
    """Who sees patients in the practice, by name."""
    rows = session.execute(
        select(PractitionerRole, Practitioner)
        .join(Practitioner, Practitioner.id == PractitionerRole.practitioner_id)
        .where(PractitionerRole.practice_id == practice_id, PractitionerRole.active)
        .order_by(Practitioner.family_name, Practitioner.given_name, Practitioner.id)
    )
    return [(role, person) for role, person in rows]


def create_visit_type(
    session: Session, *, slug: str, values: Mapping[str, Any], by: Principal
) -> VisitType:
    """A new kind of visit, on offer at once, last in the order. Raises SlugTaken."""
    last = session.scalar(
        select(func.max(VisitType.position)).where(VisitType.practice_id == by.practice_id)
    )
    rules = session.get_one(Practice, by.practice_id)
    row = VisitType(
        practice_id=by.practice_id,
        slug=slug,
        currency="usd",
        position=(last if last is not None else -1) + 1,
        active=True,
        created_at=clock.now(),
        **{"cancel_window_hours": rules.cancel_window_hours, **_known(session, by, values)},
    )
    try:
        with session.begin_nested():
            session.add(row)
            act(session, "visit_type.created", target=row, visit=row.name)
    except IntegrityError as refused:
        if constraint_of(refused) == SLUG_TAKEN:
            raise SlugTaken from refused
        raise
    return row


def update_visit_type(
    session: Session, *, visit_type_id: UUID, values: Mapping[str, Any], by: Principal
) -> list[str]:
    """Change it for times taken from now on; the names of what changed. Raises NotFound.

    Visits that are booked keep their length and price.
    """
    row = _lock(session, by, visit_type_id)
    wanted = _known(session, by, values)
    changed = [name for name in wanted if getattr(row, name) != wanted[name]]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        words = ", ".join(name.removesuffix("_minutes").replace("_", " ") for name in changed)
        act(session, "visit_type.updated", target=row, visit=row.name, what=words)
    return changed


def set_on_offer(session: Session, *, visit_type_id: UUID, active: bool, by: Principal) -> None:
    """Retire a kind of visit or bring it back; what is booked stays booked. Raises NotFound."""
    row = _lock(session, by, visit_type_id)
    if row.active == active:
        return
    row.active = active
    action = "visit_type.brought_back" if active else "visit_type.retired"
    act(session, action, target=row, visit=row.name)


def move_up(session: Session, *, visit_type_id: UUID, by: Principal) -> None:
    """One place further up in the order of those on offer. Raises NotFound."""
    row = _lock(session, by, visit_type_id)
    offered = [
        one for one in list_every_visit_type(session, practice_id=by.practice_id) if one.active
    ]
    at = next((place for place, one in enumerate(offered) if one.id == row.id), 0)
    if at == 0:
        return
    offered[at - 1], offered[at] = offered[at], offered[at - 1]
    for place, one in enumerate(offered):
        one.position = place
    act(session, "visit_type.reordered", target=row, visit=row.name)


def _known(session: Session, by: Principal, values: Mapping[str, Any]) -> dict[str, Any]:
    """What may be set; practitioners who do not work here are left out, all of them is nobody."""
    known = {name: values[name] for name in FIELDS if name in values}
    if "offered_by" in known:
        here = {person.id for _, person in list_people(session, practice_id=by.practice_id)}
        named = sorted(here & set(known["offered_by"] or ()))
        known["offered_by"] = named if named and set(named) != here else None
    return known


def _lock(session: Session, by: Principal, visit_type_id: UUID) -> VisitType:
    row = session.get(
        VisitType, (by.practice_id, visit_type_id), with_for_update=True, populate_existing=True
    )
    if row is None:
        raise NotFound
    return row
