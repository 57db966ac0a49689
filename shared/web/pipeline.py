"""Every request's way in and out: host, viewer, capability, context, form checks, commit.

One transaction a request, committed before the answer leaves and only when it is a success. What
was looked at is written in any case.
"""

import time
from dataclasses import replace
from urllib.parse import urlsplit
from uuid import UUID

from flask import Flask, Response, current_app, g, request, url_for
from flask import session as visit_cookie
from flask_wtf import CSRFProtect
from werkzeug.exceptions import Forbidden, MisdirectedRequest, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from shared.access.errors import Refused
from shared.access.policy import GATED, choose_role, opened_by_glass
from shared.access.principal import DB_ROLE, Principal, Role
from shared.auth.visits import find_viewer_session
from shared.db import Context, bind, db
from shared.events import pending_looks, write_looks
from shared.ids import new_id
from shared.practices.hosts import PracticeView, find_practice_at
from shared.web import repeats
from shared.web.answers import go
from shared.web.cookies import FACES, read_session_cookie, set_session_cookie
from shared.web.current import find_browser_key
from shared.web.face_sessions import face_of_path
from shared.web.last_known_practice import find_site
from shared.web.policy import body_limit_of, capability_of, is_keeping_text
from shared.web.signed_out import give_text_back, has_text

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
# Whether the process lives, and files that are the same for everybody.
WITHOUT_DATABASE = ("health.", "static_")
# How long a practice's public facts are kept in the process, in seconds.
HOST_TRUSTED_SECONDS = 5.0
FORM, MOST_FIELDS = "application/x-www-form-urlencoded", 1_000
csrf = CSRFProtect()


def init_pipeline(app: Flask) -> None:
    """Install the way in and out."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    app.config["WTF_CSRF_TIME_LIMIT"] = None
    csrf.init_app(app)
    app.extensions["hosts"] = {}
    app.before_request(enter)
    app.after_request(leave)
    app.teardown_request(clear)
    app.add_template_global(repeats.new_idempotency_key, "new_idempotency_key")


def enter() -> AnyResponse | None:
    """Find out who asks for what; refuse, or bind the transaction to them."""
    g.request_id = new_id().hex
    g.face = face_of_path(request.path)
    if request.endpoint is not None and request.endpoint.startswith(WITHOUT_DATABASE):
        return None
    g.practice = resolve_practice(g.face)
    g.viewer = find_viewer(g.practice)
    if request.endpoint is None:
        return None
    capability = capability_of(current_app, request.endpoint)
    if capability is None:
        raise Forbidden
    glass = opened_by_glass(g.viewer, capability, asked_patient())
    try:
        role = choose_role(g.viewer, "patient.break_glass" if glass else capability)
    except Refused:
        return refuse(g.viewer)
    g.viewer = g.viewer.under(role)
    bind(db.session(), request_context(g.viewer, capability))
    if request.method not in SAFE_METHODS and g.face != "hooks":
        request.max_content_length = body_limit_of(current_app, request.endpoint)
        return check_form()
    return None


def resolve_practice(face: str) -> PracticeView:
    """The practice at this host; 421 for a host that is none of ours."""
    host = urlsplit(f"//{request.host}").hostname or ""
    asked = "portal" if face == "hooks" else face
    cache: dict[tuple[str, str], tuple[float, PracticeView]] = current_app.extensions["hosts"]
    kept = cache.get((host, asked))
    if kept is not None and time.monotonic() - kept[0] < HOST_TRUSTED_SECONDS:
        return kept[1]
    found = find_practice_at(host=host, face=asked) if face != "marketing" else find_site(host)
    if found is None:
        raise MisdirectedRequest
    cache[host, asked] = (time.monotonic(), found)
    return found


def forget_practices() -> None:
    """What this request changed is known to this process once it is committed."""
    g.forget_practices = True


def find_viewer(practice: PracticeView) -> Principal:
    """The person behind the session cookie, or nobody in particular."""
    if g.face == "hooks":
        return Principal.job(practice.id, "webhook")
    if g.face == "marketing":
        return Principal.anonymous(practice.id)
    browser = find_browser_key()
    token = read_session_cookie(request, g.face)
    found = None
    if token:
        found = find_viewer_session(
            practice_id=practice.id, face=g.face, token=token, polling=is_polling()
        )
    return replace(found, visitor=browser) if found else Principal.anonymous(practice.id, browser)


def is_polling() -> bool:
    """True for requests the page makes by itself: they do not keep a session alive."""
    return request.headers.get("X-Bedside-Poll") == "1" or "poll" in request.args


def request_context(viewer: Principal, capability: str) -> Context:
    """The database context of this request."""
    context = viewer.context(request_id=g.request_id)
    patient_id = asked_patient()
    if viewer.glass is not None and viewer.glass.patient_id == patient_id:
        context = replace(context, reason=f"break-glass: {viewer.glass.reason}")
    if capability in GATED:
        return replace(context, db_role="bedside_gate")
    if opened_by_glass(viewer, capability, patient_id):
        return replace(context, db_role=DB_ROLE[Role.PHYSICIAN])
    return context


def asked_patient() -> UUID | None:
    """The patient that the address of this request names, if it names one."""
    found = (request.view_args or {}).get("patient_id")
    return found if isinstance(found, UUID) else None


def refuse(viewer: Principal) -> Response:
    """A stranger is asked to sign in and comes back; anyone else is refused."""
    if viewer.roles == {Role.ANONYMOUS} and g.face in ("portal", "admin"):
        if is_keeping_text(current_app, request.endpoint or "") and has_text():
            check_sender()
            return give_text_back()
        back = request.full_path.rstrip("?") if request.method in SAFE_METHODS else None
        location = url_for(f"{g.face}.sign_in_new", back=back)
        response = go(location)
        if "HX-Redirect" in response.headers:
            response.status_code = 401
        return response
    raise Forbidden


def host_of(url: str) -> str:
    """The host and port of an address; empty for what is none."""
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""


def check_sender() -> None:
    """Same origin, and the CSRF token of this visitor."""
    origin = request.headers.get("Origin")
    if origin is not None and host_of(origin) != request.host:
        raise Forbidden
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden
    csrf.protect()


def check_form() -> AnyResponse | None:
    """Sent by a page of ours, and not a repeat of a form that already succeeded."""
    check_size()
    check_sender()
    csrf_token = str(visit_cookie.get("csrf_token"))
    who = "|".join((str(g.practice.id), g.face, str(g.viewer.session_id), csrf_token)).encode()
    who += g.viewer.visitor or b""
    g.prints = repeats.fingerprint(request, who)
    if g.prints is not None:
        earlier = repeats.find_earlier(db.session(), g.practice.id, g.prints)
        if earlier is not None:
            return answer_again(earlier)
    return None


def check_size() -> None:
    """No form of ours has so many fields: reading them would cost seconds."""
    if request.mimetype == FORM and request.get_data().count(b"&") >= MOST_FIELDS:
        raise RequestEntityTooLarge


def answer_again(earlier: repeats.Earlier) -> AnyResponse:
    """Where the same form led before; pressed twice, it gives the session it started once more."""
    prints, response = g.pop("prints"), go(earlier.location)
    if earlier.just_now and g.face in FACES:
        token = repeats.session_token(request, g.practice.id, prints)
        if find_viewer_session(practice_id=g.practice.id, face=g.face, token=token, polling=True):
            set_session_cookie(response, g.face, token)
    return response


def leave(response: Response) -> Response:
    """Commit a success; undo anything else; what was looked at stays written."""
    response.headers["X-Request-Id"] = g.get("request_id", "")
    session = db.session()
    if "context" not in session.info:
        return response
    if response.status_code < 400 or g.get("keep_changes"):
        if g.get("prints") and response.status_code < 400:
            repeats.remember(session, g.practice.id, g.prints, response)
        if session.in_transaction() or pending_looks(session):
            write_looks(session)
            session.commit()
        if g.get("forget_practices"):
            current_app.extensions["hosts"].clear()
        return response
    session.rollback()
    if pending_looks(session):
        write_looks(session)
        session.commit()
    return response


def clear(_error: BaseException | None) -> None:
    """Nothing of one request is left for the next."""
    db.session.remove()
