"""The door to what a patient chose about messages: their own, and for the programs that send."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.preference import Preference


def find_preference(
    session: Session, *, viewer: Principal, patient_id: UUID, lock: bool = False
) -> Preference | None:
    """The patient's choices; None where nothing was ever chosen, or for anybody else."""
    if viewer.acting_as is not Role.JOB and patient_id != viewer.patient_id:
        return None
    wanted = select(Preference).where(
        Preference.practice_id == viewer.practice_id, Preference.patient_id == patient_id
    )
    if lock:
        wanted = wanted.with_for_update()
    row = session.scalars(wanted.execution_options(door=True)).one_or_none()
    if row is not None:
        look(session, "preference.viewed", target=row, patient_id=patient_id)
    return row
