"""The waiting list, and one visit: before, during and after its call."""

from uuid import UUID

from flask import Response, request, url_for

from admin import blueprint
from admin.visits.reading import held, standing_of, visit_page, waiting_lines
from shared.access.video_rooms import find_guest_room, find_host_url
from shared.ids import new_id
from shared.visits.attending import end_visit, mark_no_show, step_in
from shared.visits.errors import Elsewhere, Here, NotCalled, NotYet, Over
from shared.visits.hearing import host_code
from shared.visits.presence import note_presence
from shared.visits.signals import browser_family, note_heard, read_heard
from shared.visits.states import OVER, MoveRefused, Status
from shared.web.answers import page, to
from shared.web.current import transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.room_frame import RoomFrame, frame_room, page_of_beat
from shared.web.signing_in import note, take_notice

ONE = "/visits/<uuid:visit_id>"


@blueprint.get("/visits")
@requires("visit.watch")
def visits_index() -> Response:
    """Who waits, since when, and how far each visit of today is."""
    return page("admin/visits/index.html", lines=waiting_lines(), notice=take_notice())


@blueprint.get("/visits/waiting")
@requires("visit.watch")
def visits_waiting() -> Response:
    """The list alone, asked for again and again."""
    return page("admin/visits/_list.html", lines=waiting_lines())


@blueprint.get(ONE)
@requires("visit.hold")
def visits_show(visit_id: UUID) -> Response:
    """Before: who comes. During: picture, note and patient side by side. After: what is left."""
    one = held(visit_id)
    frame, room_id = _frame(visit_id)
    beat = url_for("admin.visit_beats_create", visit_id=visit_id, room=room_id)
    calls = {"frame": frame, "beat": beat, "page_id": new_id()} if frame else {"frame": None}
    limits = {"session_limits": None} if frame else {}
    return page(
        "admin/visits/show.html", **visit_page(one, notice=take_notice()), **calls, **limits
    )


def _frame(visit_id: UUID) -> tuple[RoomFrame | None, UUID | None]:
    """The room as its host, once the practitioner has started; nobody else is given this."""
    one = held(visit_id)
    visit = one.visit
    over = Status(visit.status) in OVER or visit.modality != "video"
    room = find_guest_room(transaction(), viewer=viewer(), visit=visit)
    if over or room is None or visit.practitioner_joined_at is None:
        return None, None
    url = find_host_url(transaction(), viewer=viewer(), room=room)
    if not url:
        return None, None
    who = f"{one.practitioner.full_name}, {one.practitioner.credentials}".rstrip(", ")
    return frame_room(url, name=who, external_id=host_code(visit)), room.id


@blueprint.get(ONE + "/standing")
@requires("visit.hold")
def visits_standing(visit_id: UUID) -> Response:
    """How it stands, for the page that is open before the call."""
    one = held(visit_id)
    standing = standing_of(one)
    room = find_guest_room(transaction(), viewer=viewer(), visit=one.visit)
    pictured = standing.joined and room is not None
    by_phone = request.args.get("by") == "phone"
    if standing.is_over or standing.by_phone != by_phone or (pictured and not by_phone):
        # The page is another one now: the picture has come, or there is none any more.
        return to("admin.visits_show", visit_id=visit_id)
    return page(
        "admin/visits/_standing.html", visit=one.visit, patient=one.patient, standing=standing
    )


@blueprint.post(ONE + "/start")
@requires("visit.hold")
def visit_starts_create(visit_id: UUID) -> Response:
    """One press: the practitioner is there, and the patient's page goes to the door."""
    try:
        step_in(transaction(), visit=held(visit_id).visit, by=viewer())
    except Over:
        note(_("This visit is over already."))
    return to("admin.visits_show", visit_id=visit_id)


@blueprint.post(ONE + "/beat")
@requires("visit.hold")
def visit_beats_create(visit_id: UUID) -> Response:
    """The practitioner's page is open: note it, and answer with how things stand."""
    one = held(visit_id)
    place = "call" if request.form.get("place") == "call" else "waiting"
    try:
        visit = note_presence(
            transaction(), visit=one.visit, side="practitioner", place=place, by=viewer(),
            page=page_of_beat(),
        )  # fmt: skip
    except Elsewhere:
        return to("admin.visits_elsewhere", visit_id=visit_id)
    note_heard(
        transaction(),
        visit=visit,
        side="practitioner",
        heard=read_heard(request.form.get("heard", "")),
        browser=browser_family(request.headers.get("User-Agent", "")),
        by=viewer(),
    )
    if Status(visit.status) in OVER or visit.modality != "video":
        return to("admin.visits_show", visit_id=visit_id)
    room = find_guest_room(transaction(), viewer=viewer(), visit=visit)
    replaced = room is None or str(room.id) != request.args.get("room")
    return page(
        "admin/visits/_call.html", visit=visit, standing=standing_of(one), replaced=replaced
    )


@blueprint.get(ONE + "/elsewhere")
@requires("visit.hold")
def visits_elsewhere(visit_id: UUID) -> Response:
    """A newer window of the same practitioner has the visit; this one may take it back."""
    one = held(visit_id)
    return page("admin/visits/elsewhere.html", visit=one.visit, name=one.patient.called)


@blueprint.post(ONE + "/end")
@requires("visit.hold")
def visit_ends_create(visit_id: UUID) -> Response:
    """End for everybody; the room goes. Pressed twice it has ended once."""
    try:
        end_visit(transaction(), visit=held(visit_id).visit, by=viewer())
    except MoveRefused:
        note(
            _("You have not met yet. Wait, go on by phone, or note that the patient did not come.")
        )
    return to("admin.visits_show", visit_id=visit_id)


@blueprint.post(ONE + "/no-show")
@requires("visit.hold")
def visit_absences_create(visit_id: UUID) -> Response:
    """A person writes down that the patient did not come; never before a quarter of an hour."""
    try:
        mark_no_show(transaction(), visit=held(visit_id).visit, by=viewer())
    except NotYet:
        note(_("It is too early to say that the patient did not come."))
    except Here:
        note(_("The patient has just come: they are in the waiting room."))
    except NotCalled:
        note(_("The patient has checked in. Start the visit: that tells them that you are there."))
    except MoveRefused:
        note(_("This visit has begun or is over already."))
    return to("admin.visits_show", visit_id=visit_id)
