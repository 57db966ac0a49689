"""Trying the devices and measuring the line, before anybody waits for it."""

import secrets
from typing import Final
from uuid import UUID

from flask import Response, make_response, request
from werkzeug.exceptions import TooManyRequests

from portal import blueprint
from portal.visits.standing import ARRIVED, find_standing, lead_on
from shared.auth import limits
from shared.auth.errors import TooOften
from shared.ids import new_id
from shared.visits.signals import CHECK_REASONS, CHECKS, browser_family, note_signal
from shared.web.answers import page, to
from shared.web.current import settings, transaction, viewer
from shared.web.policy import requires, takes_files
from shared.web.room_frame import allow_check

# One piece of the measurement; random, so that nothing on the way makes it smaller.
PIECE: Final = 128 * 1024
_NOISE: Final = secrets.token_bytes(PIECE)


@blueprint.get("/appointments/<uuid:appointment_id>/visit/check")
@requires("visit.attend")
def visit_checks_new(appointment_id: UUID) -> Response:
    """Camera, microphone, sound and line; each can be skipped."""
    standing = find_standing(appointment_id)
    if standing.place not in ARRIVED | {"early", "where", "consent"}:
        return lead_on(standing)
    allow_check()
    visit = standing.visit
    return page(
        "portal/visits/check.html",
        standing=standing,
        piece=PIECE,
        page_id=new_id(),
        appointment_id=appointment_id,
        doctor=standing.doctor,
        doctor_came=visit is not None and visit.practitioner_joined_at is not None,
    )


@blueprint.post("/appointments/<uuid:appointment_id>/visit/check")
@requires("visit.attend")
def visit_checks_create(appointment_id: UUID) -> Response:
    """Keep how it went, as far as our codes can say it, and go on."""
    standing = find_standing(appointment_id)
    kind, reason = request.form.get("kind", ""), request.form.get("reason", "")
    if standing.visit is not None and kind in CHECKS and reason in CHECK_REASONS:
        note_signal(
            transaction(),
            visit=standing.visit,
            side="patient",
            kind=kind,
            reason=reason,
            browser=browser_family(request.headers.get("User-Agent", "")),
            milliseconds=_whole(request.form.get("milliseconds")),
            by=viewer(),
        )
    if request.form.get("then") == "phone" and standing.place in ARRIVED:
        return to("portal.phone_calls_new", appointment_id=standing.id, why="check_failed")
    return lead_on(standing)


@blueprint.get("/line")
@requires("visit.attend")
def lines_show() -> Response:
    """One piece of noise to fetch; `small` answers at once, for the delay."""
    _count()
    answer = make_response(b"" if request.args.get("small") else _NOISE)
    answer.headers["Content-Type"] = "application/octet-stream"
    return answer


@blueprint.post("/line")
@requires("visit.attend")
@takes_files(up_to=PIECE)
def lines_create() -> Response:
    """Take a piece and forget it."""
    _count()
    request.get_data(cache=False)
    return make_response("", 204)


def _count() -> None:
    """A person measures now and then; 429 beyond. In the sandbox nobody is counted."""
    if settings().sandbox:
        return
    try:
        limits.spend(transaction(), limits.LINE_BY_ACCOUNT, str(viewer().account_id))
    except TooOften as refusal:
        raise TooManyRequests(retry_after=refusal.retry_after) from refusal


def _whole(written: str | None) -> int | None:
    if not written or len(written) > 8 or not (written.isascii() and written.isdigit()):
        return None
    return int(written)
