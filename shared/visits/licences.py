"""Where a practitioner may see somebody: a licence of the state the patient is in, on that day.

Fails closed: no row, no visit. A clinician may let one visit go on all the same (the patient
crossed a border on the way, an emergency), with a reason that stays in the log.
"""

from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.visits import get_visit, has_override
from shared.events import act
from shared.models.licence import Licence
from shared.models.visit import LicenceOverride, Visit
from shared.visits.errors import NotLicensed

# How long before its end a licence is shown as running out.
WARN_DAYS = 60
SHORTEST_REASON = 10


class ReasonTooShort(ValueError):
    """Going on without a licence needs a reason that a reader will understand."""


def is_licensed(session: Session, *, practitioner_id: UUID, state: str, on: date) -> bool:
    """True when a licence of that state is good on that day."""
    return (
        session.scalar(
            select(Licence.id)
            .where(
                Licence.practitioner_id == practitioner_id,
                Licence.state == state.upper(),
                Licence.starts_on <= on,
                Licence.ends_on >= on,
                Licence.ended_at.is_(None),
            )
            .limit(1)
        )
        is not None
    )


def check_licence(session: Session, *, visit: Visit, state: str, on: date, by: Principal) -> None:
    """Raises NotLicensed unless there is a licence or a clinician's override of this visit."""
    licensed = is_licensed(session, practitioner_id=visit.practitioner_id, state=state, on=on)
    if not licensed and not has_override(session, viewer=by, visit=visit):
        raise NotLicensed(state)


def override_licence(session: Session, *, visit: Visit, reason: str, by: Principal) -> None:
    """Let this visit go on wherever the patient is. Raises ReasonTooShort."""
    words = " ".join(reason.split())
    if len(words) < SHORTEST_REASON:
        raise ReasonTooShort
    get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if has_override(session, viewer=by, visit=visit):
        return
    row = LicenceOverride(
        practice_id=visit.practice_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        reason=words,
        made_by=by.account_id,
        created_at=clock.now(),
    )
    session.add(row)
    act(session, "visit.licence_overridden", target=visit, patient_id=visit.patient_id)


def add_licence(
    session: Session,
    *,
    practitioner_id: UUID,
    state: str,
    number: str,
    starts_on: date,
    ends_on: date,
    by: Principal,
) -> Licence:
    """Enter a licence as the board's register shows it."""
    row = Licence(
        practice_id=by.practice_id,
        practitioner_id=practitioner_id,
        state=state.upper(),
        number=number,
        starts_on=starts_on,
        ends_on=ends_on,
        created_at=clock.now(),
    )
    session.add(row)
    act(session, "licence.added", target=row, state=row.state, until=ends_on.isoformat())
    return row


def end_licence(session: Session, *, licence: Licence) -> None:
    """A licence that was entered wrongly or is no longer held."""
    licence.ended_at = clock.now()
    act(session, "licence.ended", target=licence, state=licence.state)
