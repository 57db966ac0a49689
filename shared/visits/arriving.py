"""Before the visit: where the patient is, how long the wait is, leaving without a charge."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import GOING_ON, LONGEST_OVERRUN, access_appointment
from shared.access.principal import Principal
from shared.access.visits import get_visit, lock_appointment_of
from shared.access.waiting_line import Line, find_line
from shared.attention import raise_item
from shared.booking import cancel_appointment
from shared.booking.zones import local_day, zone
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.practitioner import Practitioner
from shared.models.visit import Visit
from shared.queue import defer
from shared.visits.attending import BOOKED, CLOSES_AFTER, call_off, opens_at
from shared.visits.errors import NotLicensed, Over
from shared.visits.licences import check_licence
from shared.visits.states import OVER, Status

# Kept waiting for longer than this, a patient may leave without being charged.
PATIENCE = timedelta(minutes=20)
UNLICENSED = "visit_unlicensed"


@dataclass(frozen=True, slots=True)
class Wait:
    """What can honestly be said about a wait. `expected_at` is None once it has passed."""

    line: Line
    expected_at: datetime | None
    late_minutes: int
    # The practice kept the patient waiting, so leaving costs nothing.
    excused: bool


def is_open(appointment: Appointment) -> bool:
    """True while a video visit's page is where its patient should be.

    Who has come is not sent away because the visit begins late or lasts long.
    """
    booked = appointment.status in BOOKED and appointment.modality == "video"
    after = LONGEST_OVERRUN if appointment.status in GOING_ON else CLOSES_AFTER
    return booked and opens_at(appointment) <= clock.now() <= appointment.ends_at + after


def practitioner_of(session: Session, *, visit: Visit) -> Practitioner:
    """With whom the visit is; public, so no look."""
    return session.get_one(Practitioner, visit.practitioner_id)


def say_where(session: Session, *, visit: Visit, state: str, by: Principal) -> Visit:
    """The patient says where they are, before anything else. Raises NotLicensed, Over."""
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if Status(locked.status) in OVER:
        raise Over
    row = lock_appointment_of(session, viewer=by, visit=locked)
    day = local_day(clock.now(), zone(row.time_zone))
    check_licence(session, visit=locked, state=state, on=day, by=by)
    if locked.location_state != state:
        locked.location_state = state
        act(session, "visit.arriving", target=locked, patient_id=locked.patient_id, state=state)
    return locked


def ask_to_look(session: Session, *, visit: Visit, refusal: NotLicensed) -> None:
    """Have somebody at the practice see that the patient is where nobody may see them."""
    lock = f"unlicensed:{visit.id}"
    defer(session, "tell_of_unlicensed", queueing_lock=lock, visit_id=visit.id, state=refusal.state)


def tell_of_unlicensed(session: Session, *, visit_id: UUID, state: str, by: Principal) -> None:
    """The item for it, while the visit is still to come."""
    visit = get_visit(session, viewer=by, visit_id=visit_id)
    if Status(visit.status) in OVER:
        return
    raise_item(
        session,
        UNLICENSED,
        subject=("visit", visit.id),
        patient_id=visit.patient_id,
        code=state,
        once=True,
    )


def wait_of(session: Session, *, visit: Visit, by: Principal) -> Wait:
    """The wait as it stands now."""
    now = clock.now()
    expected = visit.starts_at + timedelta(minutes=visit.late_minutes)
    return Wait(
        line=find_line(session, viewer=by, visit=visit),
        expected_at=expected if expected > now else None,
        late_minutes=visit.late_minutes,
        excused=was_kept_waiting(visit, now),
    )


def was_kept_waiting(visit: Visit, now: datetime) -> bool:
    """True for who checked in, is still in the waiting room, and has been there too long.

    Who never came, came a moment ago, or is on the phone with the practice was not kept waiting.
    Who closed the page was: they were promised that they may, and a mail when the doctor starts.
    """
    came_at = visit.checked_in_at
    return (
        Status(visit.status) is Status.PATIENT_CHECKED_IN
        and came_at is not None
        and now >= max(visit.starts_at, came_at) + PATIENCE
    )


def leave_line(session: Session, *, appointment: Appointment, visit: Visit, by: Principal) -> None:
    """The patient cannot wait any longer. Raises CannotCancel."""
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    row = access_appointment(session, viewer=by, appointment_id=appointment.id, lock=True)
    excused = wait_of(session, visit=locked, by=by).excused
    cancel_appointment(session, appointment=row, by=by, excused=excused)
    call_off(session, visit=locked, by=by)
