"""What an owner changes about the practice itself: how it is called, reached, and its rules."""

import zoneinfo
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.events import act
from shared.models.practice import Practice
from shared.models.visit_type import VisitType

FIELDS = (
    *("name", "legal_name", "tagline", "phone", "email", "address", "time_zone"),
    *("emergency_words", "cancel_window_hours", "desk_pay_later", "escalation_phone"),
    *("asks_identity", "asks_about_texts"),
)
LONGEST_WINDOW = 336
REQUIRED = ("name", "legal_name", "phone", "email", "time_zone")
LONGEST = {"name": 120, "legal_name": 160, "tagline": 200, "emergency_words": 300}


class InvalidPractice(ValueError):
    """`field` names what makes no sense."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


def update_practice(session: Session, *, values: Mapping[str, Any], by: Principal) -> list[str]:
    """Change the practice's own facts; the names of what changed, none when nothing did.

    `address` holds line, city, state and postal_code. Visit types that followed the practice's
    cancellation window follow the new one. Raises InvalidPractice.
    """
    _check(values)
    row = session.scalars(
        select(Practice).where(Practice.id == by.practice_id).with_for_update()
    ).one()
    changed = [
        name for name in FIELDS if name in values and getattr(row, name) != _clean(values[name])
    ]
    if not changed:
        return []
    following = _following(session, row) if "cancel_window_hours" in changed else []
    for name in changed:
        setattr(row, name, _clean(values[name]))
    for visit_type in following:
        visit_type.cancel_window_hours = row.cancel_window_hours
    words = ", ".join(name.replace("_", " ") for name in changed)
    act(session, "practice.updated", target=row, what=words)
    return changed


def find_escalation_phone(session: Session, practice_id: UUID) -> str:
    """The phone that rings when something cannot wait; empty where none was entered."""
    found = session.scalar(select(Practice.escalation_phone).where(Practice.id == practice_id))
    return found or ""


def _check(values: Mapping[str, Any]) -> None:
    for name in REQUIRED:
        if name in values and not str(values[name] or "").strip():
            raise InvalidPractice(name)
    for name, most in LONGEST.items():
        if len(str(values.get(name) or "")) > most:
            raise InvalidPractice(name)
    if "time_zone" in values and values["time_zone"] not in zoneinfo.available_timezones():
        raise InvalidPractice("time_zone")
    hours = values.get("cancel_window_hours", 0)
    if not isinstance(hours, int) or not 0 <= hours <= LONGEST_WINDOW:
        raise InvalidPractice("cancel_window_hours")


def _clean(value: Any) -> Any:
    return " ".join(value.split()) if isinstance(value, str) else value


def _following(session: Session, row: Practice) -> list[VisitType]:
    """The kinds of visit whose window is the practice's own."""
    return list(
        session.scalars(
            select(VisitType).where(
                VisitType.practice_id == row.id,
                VisitType.cancel_window_hours == row.cancel_window_hours,
            )
        )
    )
