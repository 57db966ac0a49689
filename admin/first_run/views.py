"""Before the first patient: the list, its signatures, and opening the practice. Owners only."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response, abort, request

from admin import blueprint
from admin.first_run.forms import PROBLEMS, SignatureForm
from admin.first_run.presenters import present, present_point
from shared import clock
from shared.access.accounts import list_staff
from shared.preflight import (
    AnswerRefused,
    NotReady,
    Stand,
    ask_to_look,
    line_of,
    open_when_ready,
    read_stands,
    sign,
    take_back,
)
from shared.preflight.answers import longest
from shared.web.answers import invalid, page, to
from shared.web.current import practice, settings, transaction, viewer
from shared.web.ground_words import WORDS
from shared.web.i18n import gettext as _
from shared.web.pipeline import forget_practices
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice

POINT = "/first-run/<line>"


@blueprint.get("/first-run")
@requires("staff.manage")
def first_run_index() -> Response:
    """What is green, what is red or signed for, since when, and where it is done."""
    return page("admin/first_run/index.html", notice=take_notice(), **_shown())


@blueprint.post("/first-run/look")
@requires("staff.manage")
def first_run_look() -> Response:
    """Ask the network, the vendors and the catalogue again, in the background."""
    ask_to_look(transaction())
    note(_("The points that ask outside are looked at now. Load this page again in a minute."))
    return to("admin.first_run_index")


@blueprint.post("/first-run/open")
@requires("staff.manage")
def first_run_open() -> Response:
    """Open the practice to patients. Needs a fresh sign-in, and a list without red."""
    ask_fresh()
    try:
        zone = practice().time_zone
        open_when_ready(transaction(), by=viewer(), settings=settings(), zone=zone)
    except NotReady:
        words = _("A point is still red. Mend it, or sign for it.")
        return invalid("admin/first_run/index.html", status=409, refusal=words, **_shown())
    forget_practices()
    note(_("The practice is open. Patients can book by themselves from now on."))
    return to("admin.first_run_index")


@blueprint.get(f"{POINT}/signature/new")
@requires("staff.manage")
def signatures_new(line: str) -> Response:
    """Why a point may be as it is, and until when. Needs a fresh sign-in."""
    ask_fresh()
    stand = _find(line)
    day = clock.today(practice().time_zone) + longest(stand.line) - timedelta(days=1)
    form = SignatureForm(data={"expires_on": day})
    return page("admin/first_run/sign.html", form=form, **_point(stand))


@blueprint.post(f"{POINT}/signature")
@requires("staff.manage")
def signatures_create(line: str) -> Response:
    """Sign for it. Needs a fresh sign-in."""
    ask_fresh()
    stand = _find(line)
    form = SignatureForm(request.form)
    if form.validate() and form.expires_on.data is not None:
        reason, until = form.reason.data or "", form.expires_on.data
        try:
            sign(transaction(), name=line, reason=reason, expires_on=until, by=viewer())
        except AnswerRefused as refusal:
            field, words = PROBLEMS[refusal.problem]
            form[field].errors = [words]
        else:
            note(_("Signed: %(title)s", title=WORDS[line].title))
            return to("admin.first_run_index")
    return invalid("admin/first_run/sign.html", form=form, **_point(stand))


@blueprint.post(f"{POINT}/signature/end")
@requires("staff.manage")
def signatures_destroy(line: str) -> Response:
    """Take a signature back, at once: it is the safe way out."""
    if line_of(line) is None:
        abort(404)
    take_back(transaction(), name=line, by=viewer())
    note(_("The signature was taken back."))
    return to("admin.first_run_index")


def _read() -> list[Stand]:
    zone = practice().time_zone
    return read_stands(transaction(), viewer=viewer(), settings=settings(), zone=zone)


def _find(line: str) -> Stand:
    known = line_of(line)
    if known is None or not known.may_explain:
        abort(404)
    return next(stand for stand in _read() if stand.line is known)


def _names() -> dict[UUID, str]:
    staff = list_staff(transaction(), viewer=viewer())
    return {member.account.id: member.account.name or "" for member in staff}


def _point(stand: Stand) -> dict[str, Any]:
    point = present_point(stand, _names(), practice().time_zone)
    return {"point": point, "is_word": stand.line.found == "word"}


def _shown() -> dict[str, Any]:
    stands = _read()
    states = [stand.state for stand in stands]
    return {
        "groups": present(stands, _names(), practice().time_zone),
        "all_points": len(stands),
        "red_points": states.count("red"),
        "signed_points": states.count("signed"),
        "is_open": practice().is_open,
    }
