"""Waiting for the doctor, and the call; what an open page says every ten seconds."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request, url_for

from portal import blueprint
from portal.visits.presenters import begin_words, call_status, wait_words
from portal.visits.standing import find_standing, lead_on
from shared import booking
from shared.access.errors import NotFound
from shared.access.video_rooms import find_guest_room
from shared.access.visits import find_visit_of
from shared.booking.zones import UnknownZone, zone
from shared.ids import age_of, new_id
from shared.visits.arriving import practitioner_of, wait_of
from shared.visits.company import last_words
from shared.visits.errors import Elsewhere
from shared.visits.here import sides_in_call
from shared.visits.presence import note_presence
from shared.visits.signals import browser_family, last_check, note_heard, read_heard
from shared.visits.states import OVER, Status
from shared.web.answers import page, to
from shared.web.current import practice, transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.room_frame import frame_room, page_of_beat
from shared.web.states import state_name

if TYPE_CHECKING:
    from shared.models.visit import Visit

# What the room is asked to begin with, by what the check found. The vendor has no parameter for
# which camera or microphone: those are chosen in the room.
BEGINS_WITH = {
    "lower": {"lowData": "on"},
    "audio_only": {"lowData": "on", "video": "off"},
    "camera_absent": {"video": "off"},
    "camera_busy": {"video": "off"},
    "camera_denied": {"video": "off"},
    "microphone_absent": {"audio": "off", "video": "off"},
}
# Where an open page may say its patient is; whoever tries their devices waits meanwhile.
PLACES = {"waiting": "waiting", "checking": "waiting", "call": "call"}


@blueprint.get("/appointments/<uuid:appointment_id>/visit/waiting")
@requires("visit.attend")
def waiting_show(appointment_id: UUID) -> Response:
    """The waiting room; an open visit keeps its session, so nothing here runs out."""
    standing = find_standing(appointment_id)
    if standing.place != "waiting":
        return lead_on(standing)
    wait = wait_of(transaction(), visit=standing.opened, by=viewer())
    return page(
        "portal/visits/waiting.html",
        standing=standing,
        state=state_name(standing.opened.location_state or ""),
        page_id=new_id(),
        appointment_id=appointment_id,
        terms=booking.terms_of(
            transaction(), appointment=standing.booked.appointment, excused=wait.excused
        ),
        can_leave=booking.can_cancel(standing.booked.appointment, excused=wait.excused),
        session_limits=None,
        **_waiting(standing.opened, standing.doctor, standing.shown.zone),
    )


@blueprint.get("/appointments/<uuid:appointment_id>/visit/call")
@requires("visit.attend")
def calls_show(appointment_id: UUID) -> Response:
    """The room, once the doctor is there."""
    standing = find_standing(appointment_id)
    if standing.place != "call":
        return lead_on(standing)
    visit = standing.opened
    room = find_guest_room(transaction(), viewer=viewer(), visit=visit)
    if room is None or not room.guest_url:
        raise NotFound
    checked = last_check(transaction(), visit=visit, by=viewer())
    frame = frame_room(
        room.guest_url,
        name=_("Patient"),
        external_id=str(visit.id),
        **BEGINS_WITH.get(checked, {}),
    )
    status = call_status(
        visit, doctor=standing.doctor, doctor_in=_doctor_in(visit), knocks=0, seconds=0
    )
    return page(
        "portal/visits/call.html",
        standing=standing,
        frame=frame,
        beat=url_for("portal.beats_create", appointment_id=appointment_id, room=room.id),
        begins=begin_words(checked),
        page_id=new_id(),
        status=status,
        appointment_id=appointment_id,
        session_limits=None,
    )


@blueprint.post("/appointments/<uuid:appointment_id>/visit/beat")
@requires("visit.attend")
def beats_create(appointment_id: UUID) -> Response:
    """The page is open: note it, and answer with how things stand, or with the way on."""
    visit = find_visit_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    if visit is None or visit.checked_in_at is None or Status(visit.status) in OVER:
        return lead_on(find_standing(appointment_id))
    place = PLACES.get(request.form.get("place", ""), "waiting")
    opened = page_of_beat()
    try:
        visit = note_presence(
            transaction(), visit=visit, side="patient", place=place, by=viewer(), page=opened
        )
    except Elsewhere:
        return to("portal.other_windows_show", appointment_id=appointment_id)
    note_heard(
        transaction(),
        visit=visit,
        side="patient",
        heard=read_heard(request.form.get("heard", "")),
        browser=browser_family(request.headers.get("User-Agent", "")),
        by=viewer(),
    )
    return _answer(visit, appointment_id, opened)


@blueprint.get("/appointments/<uuid:appointment_id>/visit/elsewhere")
@requires("visit.attend")
def other_windows_show(appointment_id: UUID) -> Response:
    """A newer window has the visit; this one may take it back."""
    return page("portal/visits/elsewhere.html", standing=find_standing(appointment_id))


def _answer(visit: "Visit", appointment_id: UUID, opened: UUID | None) -> Response:
    """The status of the page that asked; the way on when it is not the right page any more."""
    in_call = "knocks" in request.form
    if request.headers.get("HX-Request") != "true":
        return to("portal.visits_show", appointment_id=appointment_id)
    doctor = practitioner_of(transaction(), visit=visit).full_name
    room = find_guest_room(transaction(), viewer=viewer(), visit=visit)
    belongs_in_call = bool(visit.practitioner_joined_at and room)
    if request.form.get("place") == "checking" and visit.status != Status.CONVERTED_TO_PHONE:
        return page(
            "portal/visits/_checking.html",
            appointment_id=appointment_id,
            doctor=doctor,
            doctor_came=visit.practitioner_joined_at is not None,
        )
    # A page in a room that is gone is led to the one that took its place.
    framed = request.args.get("room")
    replaced = framed is not None and room is not None and str(room.id) != framed
    if visit.status == Status.CONVERTED_TO_PHONE or belongs_in_call != in_call or replaced:
        return to("portal.visits_show", appointment_id=appointment_id)
    if not in_call:
        told = _waiting(visit, doctor, _zone())
        if told["wait"].excused and request.form.get("excused") == "no":
            # What leaving means has changed: the whole page says so.
            return to("portal.waiting_show", appointment_id=appointment_id)
        return page("portal/visits/_waiting.html", appointment_id=appointment_id, **told)
    knocks = request.form.get("knocks", "")
    status = call_status(
        visit,
        doctor=doctor,
        doctor_in=_doctor_in(visit),
        knocks=int(knocks) if knocks.isascii() and knocks.isdigit() and len(knocks) < 4 else 0,
        seconds=age_of(opened) if opened else 0,
    )
    return page("portal/visits/_call.html", status=status, appointment_id=appointment_id)


def _waiting(visit: "Visit", doctor: str, zone: str) -> dict[str, Any]:
    wait = wait_of(transaction(), visit=visit, by=viewer())
    words = wait_words(wait, doctor=doctor, starts_at=visit.starts_at, zone=zone)
    return {
        "wait": wait,
        "words": words,
        "doctor": doctor,
        "said": last_words(transaction(), visit=visit, by=viewer()),
    }


def _doctor_in(visit: "Visit") -> bool:
    return "practitioner" in sides_in_call(transaction(), visit=visit, by=viewer())


def _zone() -> str:
    """The reader's zone as the page wrote it down, so that a beat need not read the record."""
    written = request.form.get("zone", "")
    try:
        zone(written)
    except UnknownZone:
        return practice().time_zone
    return written
