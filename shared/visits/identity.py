"""Who somebody is, said once more before a visit where the practice asks: the date of birth.

The sign-in has proven the mailbox. A mailbox may be shared by a family; a visit is one person's.
"""

from datetime import date

from sqlalchemy.orm import Session

from shared import clock
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.access.visits import get_visit
from shared.auth import limits
from shared.events import act
from shared.models.visit import Visit
from shared.practices.hosts import get_practice
from shared.visits.errors import NotThem


def is_confirmed(session: Session, *, visit: Visit) -> bool:
    """True when it was said, or is not asked for."""
    if visit.identity_confirmed_at is not None:
        return True
    return not get_practice(session, visit.practice_id).asks_identity


def check_identity(session: Session, *, visit: Visit) -> None:
    """Raises NotThem unless it was said, or is not asked for."""
    if not is_confirmed(session, visit=visit):
        raise NotThem


def confirm_identity(session: Session, *, visit: Visit, born: date | None, by: Principal) -> None:
    """Keep that they said the record's date of birth. Raises NotThem, TooOften.

    A wrong one is told in the log, so commit all the same.
    """
    limits.spend(session, limits.IDENTITY_BY_ACCOUNT, str(by.account_id))
    patient = access_patient(session, viewer=by, patient_id=visit.patient_id)
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if born != patient.birth_date:
        act(session, "visit.identity_refused", target=locked, patient_id=locked.patient_id)
        raise NotThem
    locked.identity_confirmed_at = clock.now()
    act(session, "visit.identity_confirmed", target=locked, patient_id=locked.patient_id)
