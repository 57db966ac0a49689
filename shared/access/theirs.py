"""Whose rows a viewer may have: a patient their own, the desk and the jobs the practice's."""

from uuid import UUID

from sqlalchemy import ColumnElement, false
from sqlalchemy.orm import InstrumentedAttribute

from shared.access.principal import STAFF_ROLES, Principal, Role


def theirs(
    viewer: Principal, patient_id: InstrumentedAttribute[UUID]
) -> tuple[ColumnElement[bool], ...]:
    """The conditions on the column that names the patient; row-level security says it again."""
    if viewer.acting_as is Role.JOB or viewer.acting_as in STAFF_ROLES:
        return ()
    if viewer.patient_id is not None and viewer.may("visits"):
        return (patient_id == viewer.patient_id,)
    return (false(),)
