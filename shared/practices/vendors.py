"""The register of vendors: who sees what of the practice's data, under which agreement."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.events import act
from shared.models.vendor import Vendor

FIELDS = ("name", "purpose", "handles_phi", "region", "agreed_on", "renews_on", "exempt_because")
# An agreement that ends sooner is told.
TOLD_BEFORE = timedelta(days=45)
NAME_TAKEN = "uq_vendor_open"


class InvalidVendor(ValueError):
    """`field` names what makes no sense; `problem` says why."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


def list_vendors(session: Session, *, practice_id: UUID) -> Sequence[Vendor]:
    """Those that work for the practice now, by name."""
    return session.scalars(
        select(Vendor)
        .where(Vendor.practice_id == practice_id, Vendor.ended_at.is_(None))
        .order_by(Vendor.name, Vendor.id)
    ).all()


def list_former_vendors(session: Session, *, practice_id: UUID) -> Sequence[Vendor]:
    """Those that no longer do, the last one first."""
    return session.scalars(
        select(Vendor)
        .where(Vendor.practice_id == practice_id, Vendor.ended_at.is_not(None))
        .order_by(Vendor.ended_at.desc(), Vendor.id)
    ).all()


def get_vendor(session: Session, *, practice_id: UUID, vendor_id: UUID) -> Vendor:
    """One of the register that has not ended. Raises NotFound."""
    row = session.get(Vendor, (practice_id, vendor_id))
    if row is None or row.ended_at is not None:
        raise NotFound
    return row


def add_vendor(session: Session, *, values: Mapping[str, Any], by: Principal) -> Vendor:
    """Enter a vendor. Raises InvalidVendor."""
    _check(values)
    at = clock.now()
    row = Vendor(
        practice_id=by.practice_id,
        created_at=at,
        changed_at=at,
        ended_at=None,
        **{name: values[name] for name in FIELDS},
    )
    try:
        with session.begin_nested():
            session.add(row)
            act(session, "vendor.added", target=row)
    except IntegrityError as conflict:
        raise _taken(conflict) from conflict
    return row


def change_vendor(
    session: Session, *, vendor_id: UUID, values: Mapping[str, Any], by: Principal
) -> bool:
    """Change an entry; False when nothing is different. Raises NotFound, InvalidVendor."""
    _check(values)
    row = get_vendor(session, practice_id=by.practice_id, vendor_id=vendor_id)
    changed = [name for name in FIELDS if getattr(row, name) != values[name]]
    if not changed:
        return False
    try:
        with session.begin_nested():
            for name in changed:
                setattr(row, name, values[name])
            row.changed_at = clock.now()
            act(session, "vendor.changed", target=row)
    except IntegrityError as conflict:
        raise _taken(conflict) from conflict
    return True


def end_vendor(session: Session, *, vendor_id: UUID, by: Principal) -> Vendor:
    """They work for us no more; the entry stays. Raises NotFound."""
    row = get_vendor(session, practice_id=by.practice_id, vendor_id=vendor_id)
    row.ended_at = clock.now()
    act(session, "vendor.ended", target=row)
    return row


def covers(vendor: Vendor, today: date) -> bool:
    """Whether an agreement stands today, or none is needed (45 CFR 164.502(e))."""
    if not vendor.handles_phi or vendor.exempt_because:
        return True
    if vendor.agreed_on is None or vendor.agreed_on > today:
        return False
    return vendor.renews_on is None or today < vendor.renews_on


def ends_soon(vendor: Vendor, today: date) -> bool:
    """Whether its agreement ends within the weeks in which one has to ask for the next."""
    return vendor.renews_on is not None and vendor.renews_on - today <= TOLD_BEFORE


def _check(values: Mapping[str, Any]) -> None:
    for name in ("name", "purpose", "region"):
        if not str(values[name] or "").strip():
            raise InvalidVendor(name, "missing")
    agreed, renews = values["agreed_on"], values["renews_on"]
    if renews is not None and agreed is None:
        raise InvalidVendor("agreed_on", "missing")
    if renews is not None and renews <= agreed:
        raise InvalidVendor("renews_on", "before")


def _taken(conflict: IntegrityError) -> Exception:
    if NAME_TAKEN in str(conflict.orig):
        return InvalidVendor("name", "taken")
    return conflict
