"""Open times of one kind of visit: by day, in the reader's zone, and why one is not open."""

from typing import TYPE_CHECKING

from flask import Response, abort, request

from portal import blueprint
from portal.booking.answers import Answer, answer_why
from portal.booking.presenters import (
    Board,
    Reader,
    choose_reader,
    next_time_of,
    present_board,
    read_day,
)
from portal.reader import own_zone
from shared import booking, clock
from shared.booking.zones import local_day, zone
from shared.web.answers import page, to
from shared.web.current import browser_key, practice, transaction, viewer
from shared.web.policy import requires

if TYPE_CHECKING:
    from shared.models.visit_type import VisitType


@blueprint.get("/book/<slug>")
@requires("booking.browse")
def booking_show(slug: str) -> Response:
    """The days and the times of one of them; with `ask`, why a time is not among them."""
    if not practice().is_open:
        return page("portal/booking/closed.html", visit=find_visit(slug))
    browser_key()  # a hold belongs to this browser: it has to be known before the first press
    board = find_board(find_visit(slug))
    asked = request.args.get("ask", "")[:40]
    answer = find_answer(board, asked) if asked.strip() else None
    return page("portal/booking/show.html", board=board, answer=answer)


@blueprint.get("/book/<slug>/times")
@requires("booking.browse")
def booking_times(slug: str) -> Response:
    """The same days and times, for a page that is already open."""
    if not practice().is_open:
        return to("portal.booking_show", slug=slug)
    board = find_board(find_visit(slug))
    response = page("portal/booking/_times.html", board=board, answer=None)
    response.headers["HX-Push-Url"] = board.href(board.chosen)
    return response


@blueprint.get("/book/<slug>/why")
@requires("booking.browse")
def booking_why(slug: str) -> Response:
    """Only the answer to "why not 9:30?"."""
    if not practice().is_open:
        return to("portal.booking_show", slug=slug)
    board = find_board(find_visit(slug))
    answer = find_answer(board, request.args.get("ask", "")[:40])
    return page("portal/booking/_answer.html", board=board, answer=answer)


def find_visit(slug: str) -> "VisitType":
    """The visit on offer here under that name; 404 otherwise."""
    try:
        return booking.get_visit_type(transaction(), practice_id=practice().id, slug=slug)
    except booking.NoSuchVisit:
        abort(404)


def find_reader() -> Reader:
    """The zone the reader asked for; else a patient's own, or the practice's."""
    known = own_zone() if viewer().patient_id else None
    return choose_reader(request.args.get("zone") or known, practice().time_zone)


def find_board(visit: "VisitType") -> Board:
    """The board of the day in the address, or of the first open one."""
    reader = find_reader()
    openings = booking.load_openings(transaction(), visit_type=visit, viewer=viewer())
    return present_board(
        visit,
        reader,
        wanted=read_day(request.args.get("day")),
        today=local_day(clock.now(), zone(reader.zone)),
        next_time=next_time_of(openings.next(1)),
        search=openings.between,
        refused=openings.refused,
    )


def find_answer(board: Board, asked: str) -> Answer:
    """Ask the rules about one time of the board's day."""
    return answer_why(
        asked,
        board.chosen,
        board.reader,
        lambda at: booking.why_not(transaction(), visit_type=board.visit, at=at, viewer=viewer()),
    )
