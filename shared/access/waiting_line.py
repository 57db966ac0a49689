"""Door to a patient's place in line: how many are before them, never who."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.models.visit import Visit

# Answers for the asking patient's own visit only, with two numbers.
_LINE = text("select ahead, busy from visit_line(:visit)")


@dataclass(frozen=True, slots=True)
class Line:
    """How many wait before somebody, and whether the practitioner is with one of them now."""

    ahead: int
    busy: bool


def find_line(session: Session, *, viewer: Principal, visit: Visit) -> Line:
    """The patient's place; nobody ahead when there is nothing to tell."""
    if viewer.patient_id != visit.patient_id:
        return Line(0, busy=False)
    row = session.execute(_LINE, {"visit": visit.id}).one_or_none()
    return Line(row.ahead, row.busy) if row else Line(0, busy=False)
