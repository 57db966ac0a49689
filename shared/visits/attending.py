"""Coming to a visit and leaving it: check-in, the practitioner, who is there, the end.

What both pages say every few seconds decides whether a visit is in progress or has dropped; the
vendor's notices are hints that say the same sooner or later.
"""

from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.principal import Principal
from shared.access.video_rooms import list_rooms_of
from shared.access.visits import find_visit_of, get_visit, lock_appointment_of
from shared.booking.states import Status as Booked
from shared.booking.states import check_move as check_booking
from shared.booking.zones import local_day, zone
from shared.encounters import following
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.visit import Visit
from shared.visits.consents import check_consent
from shared.visits.errors import Here, NotCalled, NotYet, Over
from shared.visits.here import FRESH, is_here
from shared.visits.identity import check_identity
from shared.visits.lateness import delay_of
from shared.visits.licences import check_licence
from shared.visits.rooms import close_room, close_rooms, want_room
from shared.visits.states import OVER, Status, can_move, check_move
from shared.visits.telling import tell_ready

# The door opens half an hour before the time and stays open an hour after it.
OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=60)
# Somebody who is not there a quarter of an hour after the time may be written down as absent. Who
# has checked in may close the page until they are told that the practitioner is there: for them the
# quarter begins then.
NO_SHOW_AFTER = timedelta(minutes=15)
# While nobody has met yet, the visit may still be at another time.
BEFORE = frozenset({Status.SCHEDULED, Status.ROOM_READY, Status.PATIENT_CHECKED_IN})
BOOKED = frozenset({Booked.BOOKED, Booked.CHECKED_IN, Booked.ARRIVED})


def opens_at(appointment: Appointment) -> datetime:
    """When the patient may check in."""
    return appointment.starts_at - OPENS_BEFORE


def open_visit(session: Session, *, appointment: Appointment, by: Principal) -> Visit:
    """The visit of a booked appointment, made when it is first needed. Raises NotYet, Over."""
    found = find_visit_of(session, viewer=by, appointment_id=appointment.id)
    if found is not None:
        return found
    # A visit's steps lock it and then its appointment; so nobody waits here for one that is there.
    locked = access_appointment(session, viewer=by, appointment_id=appointment.id, lock=True)
    found = find_visit_of(session, viewer=by, appointment_id=locked.id)
    if found is not None:
        return found
    now = clock.now()
    if locked.status not in BOOKED or locked.patient_id is None:
        raise Over
    if now < opens_at(locked):
        raise NotYet(opens_at(locked))
    if now > locked.ends_at + CLOSES_AFTER:
        raise Over
    visit = Visit(
        practice_id=locked.practice_id,
        appointment_id=locked.id,
        patient_id=locked.patient_id,
        practitioner_id=locked.practitioner_id,
        status=Status.SCHEDULED.value,
        modality=locked.modality,
        starts_at=locked.starts_at,
        ends_at=locked.ends_at,
        late_minutes=delay_of(session, practitioner_id=locked.practitioner_id, by=by),
        drops=0,
        created_at=now,
    )
    session.add(visit)
    act(session, "visit.opened", target=visit, patient_id=visit.patient_id)
    following.encounter_of(session, visit=visit, by=by)
    want_room(session, visit=visit, by=by)
    return visit


def check_in(session: Session, *, visit: Visit, state: str, by: Principal) -> Visit:
    """The patient is here and says where: the appointment counts as begun to be kept.

    Raises Over, NotThem, NotLicensed (for the state they are in), ConsentMissing.
    """
    locked = _open(session, visit, by)
    if _is_off(lock_appointment_of(session, viewer=by, visit=locked)):
        raise Over
    if locked.checked_in_at is None:
        check_identity(session, visit=locked)
    check_licence(session, visit=locked, state=state, on=_day_of(session, locked, by), by=by)
    check_consent(session, visit=locked, by=by)
    if locked.checked_in_at is not None and locked.location_state == state:
        return locked
    if locked.status in {Status.SCHEDULED, Status.ROOM_READY}:
        _move(locked, Status.PATIENT_CHECKED_IN)
    locked.location_state = state
    locked.checked_in_at = locked.checked_in_at or clock.now()
    act(session, "visit.checked_in", target=locked, patient_id=locked.patient_id, state=state)
    following.arrive(session, visit=locked, by=by)
    _book(session, locked, Booked.CHECKED_IN, by)
    want_room(session, visit=locked, by=by)
    return locked


def step_in(session: Session, *, visit: Visit, by: Principal) -> Visit:
    """The practitioner opens the visit's page. Raises Over."""
    locked = _open(session, visit, by)
    if locked.practitioner_joined_at is not None:
        return locked
    locked.practitioner_joined_at = clock.now()
    if locked.status != Status.CONVERTED_TO_PHONE:
        _move(locked, Status.PRACTITIONER_JOINED)
    act(session, "visit.practitioner_joined", target=locked, patient_id=locked.patient_id)
    if locked.modality != "video":
        # No room says that both are there: the practitioner calls, or stands before them.
        following.begin(session, visit=locked, by=by)
    want_room(session, visit=locked, by=by)
    if locked.modality == "video":
        tell_ready(session, visit=locked, by=by)
    return locked


def begin(session: Session, *, visit: Visit, by: Principal) -> None:
    """Both sides are in the room: the visit is in progress, for the first time or again.

    Where the appointment was cancelled meanwhile there is nothing to begin: the room goes.
    """
    if _is_off(lock_appointment_of(session, viewer=by, visit=visit)):
        call_off(session, visit=visit, by=by)
    elif visit.status == Status.DROPPED:
        _move(visit, Status.IN_PROGRESS)
        visit.dropped_at = None
        act(session, "visit.resumed", target=visit, patient_id=visit.patient_id)
    elif visit.status in {Status.PATIENT_CHECKED_IN, Status.PRACTITIONER_JOINED}:
        _move(visit, Status.IN_PROGRESS)
        visit.began_at = clock.now()
        act(session, "visit.began", target=visit, patient_id=visit.patient_id)
        following.begin(session, visit=visit, by=by)
        _book(session, visit, Booked.ARRIVED, by)


def drop(session: Session, *, visit: Visit) -> None:
    """One side is gone although nobody ended it; both pages offer to come back."""
    if visit.status == Status.IN_PROGRESS:
        _move(visit, Status.DROPPED)
        visit.dropped_at, visit.drops = clock.now(), visit.drops + 1
        act(session, "visit.dropped", target=visit, patient_id=visit.patient_id)


def end_visit(session: Session, *, visit: Visit, by: Principal) -> Visit:
    """The practitioner ends it for everybody; the room goes. Ending twice is ending once."""
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if Status(locked.status) in {Status.ENDED, Status.TORN_DOWN}:
        return locked
    _move(locked, Status.ENDED)
    locked.ended_at = clock.now()
    act(session, "visit.ended", target=locked, patient_id=locked.patient_id)
    following.end(session, visit=locked, by=by)
    _book(session, locked, Booked.FULFILLED, by)
    close_rooms(session, visit=locked, by=by)
    return locked


def mark_no_show(session: Session, *, visit: Visit, by: Principal) -> Visit:
    """The patient did not come.

    Raises MoveRefused, NotYet within the first quarter of an hour, Here, and NotCalled for who may
    have the page closed until the practitioner starts.
    """
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    allowed_at, now = absent_from(locked), clock.now()
    if allowed_at is None and Status(locked.status) not in OVER:
        raise NotCalled
    check_move(locked.status, Status.NO_SHOW)
    if allowed_at and now < allowed_at:
        raise NotYet(allowed_at)
    just_came = locked.checked_in_at is not None and locked.checked_in_at > now - FRESH
    if just_came or is_here(session, visit=locked, side="patient", by=by):
        raise Here
    locked.status = Status.NO_SHOW.value
    locked.ended_at = clock.now()
    act(session, "visit.no_show", target=locked, patient_id=locked.patient_id)
    following.close(session, visit=locked, because=following.NO_SHOW, by=by)
    _book(session, locked, Booked.NOSHOW, by)
    close_rooms(session, visit=locked, by=by)
    return locked


def absent_from(visit: Visit) -> datetime | None:
    """From when who is not there may be written down as absent; None before they were called."""
    if visit.checked_in_at is None:
        return visit.starts_at + NO_SHOW_AFTER
    called_at = visit.practitioner_joined_at
    return max(visit.starts_at, called_at) + NO_SHOW_AFTER if called_at else None


def call_off(session: Session, *, visit: Visit, by: Principal) -> None:
    """The appointment was cancelled or moved: the visit and its room go.

    One that has begun took place, whatever the appointment says now: it has ended.
    """
    if Status(visit.status) in OVER:
        return
    begun = not can_move(visit.status, Status.CANCELLED)
    _move(visit, Status.ENDED if begun else Status.CANCELLED)
    visit.ended_at = clock.now()
    action = "visit.ended" if begun else "visit.cancelled"
    act(session, action, target=visit, patient_id=visit.patient_id)
    if begun:
        following.end(session, visit=visit, by=by)
    else:
        following.close(session, visit=visit, because=following.CANCELLED, by=by)
    close_rooms(session, visit=visit, by=by)


def move_visit(session: Session, *, visit: Visit, appointment: Appointment, by: Principal) -> None:
    """The appointment is at another time now: the room of the old one goes, a new one comes."""
    if Status(visit.status) not in BEFORE:
        return
    for room in list_rooms_of(session, viewer=by, visit_id=visit.id):
        close_room(session, room=room)
    if visit.status != Status.SCHEDULED:
        _move(visit, Status.SCHEDULED)
    visit.starts_at, visit.ends_at = appointment.starts_at, appointment.ends_at
    visit.checked_in_at = visit.practitioner_joined_at = None
    act(session, "visit.moved", target=visit, patient_id=visit.patient_id)
    following.postpone(session, visit=visit, by=by)


def _open(session: Session, visit: Visit, by: Principal) -> Visit:
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if Status(locked.status) in OVER:
        raise Over
    return locked


def _is_off(row: Appointment) -> bool:
    return row.status in {Booked.CANCELLED, Booked.ENTERED_IN_ERROR}


def _move(visit: Visit, wanted: Status) -> None:
    check_move(visit.status, wanted)
    visit.status = wanted.value


def _day_of(session: Session, visit: Visit, by: Principal) -> date:
    """The calendar day by the schedule's clock, on which a licence has to be good."""
    row = lock_appointment_of(session, viewer=by, visit=visit)
    return local_day(clock.now(), zone(row.time_zone))


def _book(session: Session, visit: Visit, wanted: Booked, by: Principal) -> None:
    """The appointment follows, where its own machine has the arrow."""
    row = lock_appointment_of(session, viewer=by, visit=visit)
    if row.status == wanted:
        return
    check_booking(row.status, wanted)
    row.status = wanted.value
    action = f"appointment.{wanted.value.replace('-', '_')}"
    act(session, action, target=row, patient_id=row.patient_id)
