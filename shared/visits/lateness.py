"""Running late, said once: every waiting room's estimate follows, and who comes next is told.

The mail says that the visit may begin later and nothing else; each is sent once per length.
"""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.held_visits import find_delay, list_before, list_coming
from shared.access.principal import Principal
from shared.events import act
from shared.messaging.telling import tell_patient
from shared.models.appointment import Appointment
from shared.models.visit_company import PractitionerDelay

TEMPLATE = "visit_late"
LONGEST = 180
# What was said holds for the visits of so long; after that nobody is late any more.
HOLDS_FOR = timedelta(hours=3)
# A visit that should have begun may still be waiting.
WAITING_SINCE = timedelta(hours=2)


def run_late(session: Session, *, practitioner_id: UUID, minutes: int, by: Principal) -> int:
    """Say how late a practitioner is; 0 takes it back. Returns how many are told by mail."""
    late = max(0, min(minutes, LONGEST))
    now = clock.now()
    row = PractitionerDelay(
        practice_id=by.practice_id,
        practitioner_id=practitioner_id,
        minutes=late,
        said_by=by.account_id,
        said_at=now,
    )
    session.add(row)
    act(session, "practitioner.late", target=row, minutes=late)
    for visit in list_before(
        session, viewer=by, practitioner_id=practitioner_id, since=now - WAITING_SINCE
    ):
        if visit.late_minutes != late:
            visit.late_minutes = late
            act(session, "visit.late", target=visit, patient_id=visit.patient_id, minutes=late)
    if not late:
        return 0
    coming = list_coming(
        session,
        viewer=by,
        practitioner_id=practitioner_id,
        first=now - WAITING_SINCE,
        until=now + HOLDS_FOR,
    )
    for one in coming:
        _tell(session, one, late, by)
    return len(coming)


def delay_of(session: Session, *, practitioner_id: UUID, by: Principal) -> int:
    """How late a practitioner is now, as far as they said."""
    since = clock.now() - HOLDS_FOR
    return find_delay(session, viewer=by, practitioner_id=practitioner_id, since=since)


def _tell(session: Session, appointment: Appointment, minutes: int, by: Principal) -> None:
    if appointment.patient_id is None:
        return
    tell_patient(
        session,
        patient_id=appointment.patient_id,
        template=TEMPLATE,
        about=("appointment", appointment.id),
        once=f"{appointment.id}:{appointment.starts_at.isoformat()}:{minutes}",
        context={
            "starts_at": appointment.starts_at,
            "time_zone": appointment.patient_time_zone,
            "minutes": minutes,
            "link": f"/portal/appointments/{appointment.id}/visit",
        },
        by=by,
    )
