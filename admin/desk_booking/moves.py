"""Moving a booked visit while somebody is on the phone: the same board, the same record."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request, url_for

from admin import blueprint
from admin.desk_booking.board import Wanted, make_board
from admin.desk_booking.forms import TakeForm, read_id
from admin.desk_booking.words import just_taken, own_overlap, refusal_words
from admin.schedule.presenters import present_line
from shared import booking
from shared.access.schedule import access_entry
from shared.booking.visit_types import list_people
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import when, zone_name
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note

if TYPE_CHECKING:
    from shared.access.schedule import Entry

ONE = "/schedule/<uuid:appointment_id>/move"
PAGE = "admin/desk_booking/move.html"


@blueprint.get(f"{ONE}/new")
@requires("schedule.change")
def schedule_moves_new(appointment_id: UUID) -> Response:
    """The board, with the visit's own time free."""
    entry = access_entry(transaction(), viewer=viewer(), appointment_id=appointment_id)
    if not booking.can_move(entry.appointment):
        return to("admin.schedule_show", appointment_id=appointment_id)
    return page(PAGE, **_shown(entry, TakeForm()))


@blueprint.post(ONE)
@requires("schedule.change")
def schedule_moves_create(appointment_id: UUID) -> Response:
    """Move it: the old time is free, the new one taken, in one step."""
    entry = access_entry(transaction(), viewer=viewer(), appointment_id=appointment_id)
    form = TakeForm(request.form)
    if not form.validate() or form.time() is None or form.person() is None:
        return to("admin.schedule_moves_new", appointment_id=appointment_id)
    refusal = _move(entry, form)
    if refusal is not None:
        return invalid(PAGE, status=409, refusal=refusal, **_shown(entry, form))
    at = when(entry.appointment.starts_at, practice().time_zone)
    note(_("The visit was moved to %(at)s.", at=at))
    return to("admin.schedule_show", appointment_id=appointment_id)


def _move(entry: "Entry", form: TakeForm) -> str | None:
    """Move it; what stood in the way, in words."""
    try:
        booking.move_appointment(
            transaction(),
            appointment=entry.appointment,
            starts_at=form.time(),  # type: ignore[arg-type]  # asked by the caller
            practitioner_id=form.person(),  # type: ignore[arg-type]  # asked by the caller
            sequence=_sequence(),
            by=viewer(),
            override_reason=form.reason.data or None,
        )
    except booking.JustTaken:
        return just_taken()
    except booking.SlotRefused as refused:
        return refusal_words(refused.refusal)
    except booking.OwnOverlap:
        return own_overlap()
    except booking.MovedMeanwhile:
        return _("Somebody else moved this visit a moment ago. This is where it is now.")
    except booking.CannotMove:
        return _("This visit has begun, is over, or was cancelled. Nothing was changed.")
    return None


def _sequence() -> int:
    """Which version of the visit the page showed."""
    written = request.form.get("sequence", "")
    return int(written) if written.isdecimal() and len(written) < 7 else -1


def _shown(entry: "Entry", form: TakeForm) -> dict[str, Any]:
    row, args = entry.appointment, request.form if request.method == "POST" else request.args
    person_id = read_id(args.get("with"))

    def href(**changed: Any) -> str:
        values = {"with": person_id, **changed}
        return url_for("admin.schedule_moves_new", appointment_id=row.id, **values)

    wanted = Wanted(
        entry.visit_type,
        practice().time_zone,
        row.patient_time_zone,
        row.state,
        person_id,
        row,
    )
    board = make_board(wanted, args, href)
    if board.chosen is not None and board.chosen.possible:
        form.at.data, form.who.data = board.chosen.value, str(board.chosen.who)
    return {
        "line": present_line(entry, practice().time_zone),
        "now": when(row.starts_at, practice().time_zone),
        "sequence": row.sequence,
        "people": list_people(transaction(), practice_id=practice_id()),
        "with_id": person_id,
        "their_zone": zone_name(row.patient_time_zone),
        "board": board,
        "form": form,
    }
