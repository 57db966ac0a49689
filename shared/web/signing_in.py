"""What the sign-in rooms of both faces share: the browser at hand, the cookie, the way on."""

import hmac
import json
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, g, request, session, url_for

from shared.access.errors import FreshFactorNeeded
from shared.auth import limits
from shared.auth.ceremonies import begin_passkey_sign_in
from shared.auth.devices import Browser, describe_device
from shared.auth.errors import TooOften
from shared.auth.gate import through_gate
from shared.auth.return_to import safe_return_to
from shared.auth.sessions import require_fresh
from shared.auth.webauthn import RelyingParty
from shared.practices.hosts import canonical_url
from shared.web.answers import go, page
from shared.web.cookies import clear_session_cookie, read_session_cookie, set_session_cookie
from shared.web.current import browser_key, face, practice, settings, transaction, viewer
from shared.web.keeping import find_kept_form, keep_form
from shared.web.repeats import session_token

LARGEST_CREDENTIAL = 16_384


def this_browser() -> Browser:
    """The browser that sent this request."""
    prints = g.get("prints")
    return Browser(
        key=browser_key(),
        device=describe_device(request.headers.get("User-Agent", "")),
        session_token=read_session_cookie(request, face()),
        next_token=session_token(request, practice().id, prints) if prints else None,
    )


def network() -> str | None:
    """The address the request came from, as the proxies in front of us vouch for it.

    Each of them adds whom it heard from at the end of X-Forwarded-For: of N proxies of ours the
    N-th entry from the end is the visitor, and what stands before it is the visitor's own tale.
    """
    proxies = settings().proxies_in_front + came_by_the_edge()
    route = request.access_route if proxies else []
    return route[-proxies] if 0 < proxies <= len(route) else request.remote_addr


def came_by_the_edge() -> bool:
    """Whether our CDN sent this request on: it then is one more proxy that names whom it heard."""
    secret = settings().edge_secret
    told = request.headers.get("X-Bedside-Edge", "")
    return bool(secret) and hmac.compare_digest(told.encode(), secret.encode())


def signed_in(token: str, location: str) -> Response:
    """Give the browser its session and go on; the location is checked once more."""
    response = go(safe_return_to(face(), location))
    set_session_cookie(response, face(), token)
    return response


def keep_session(response: Response, token: str) -> Response:
    """Give the browser its session together with a page."""
    set_session_cookie(response, face(), token)
    return response


def signed_out() -> Response:
    """Forget everything this face kept in the browser."""
    session.clear()
    response = go(f"/{face()}/sign-in")
    clear_session_cookie(response, face())
    return response


def wait_a_while(response: Response, seconds: int) -> Response:
    """429: asked too often. What was counted stays counted."""
    response.status_code = 429
    response.headers["Retry-After"] = str(seconds)
    return response


def passkey_challenge() -> Response:
    """What the browser's passkey dialog asks for, for whoever wants to sign in.

    Who is signed in already and has to prove it again is never kept waiting for strangers.
    """
    try:
        if viewer().account_id is None:
            source, place = browser_key().hex(), limits.network_of(network())
            limits.spend(transaction(), limits.CHALLENGES_OF_BROWSER, source)
            limits.spend(transaction(), limits.CHALLENGES_FROM_NETWORK, place)
    except TooOften as refusal:
        return wait_a_while(json_answer("{}"), refusal.retry_after)
    return json_answer(
        begin_passkey_sign_in(
            transaction(), party=relying_party(), practice_id=practice().id, browser=browser_key()
        )
    )


def relying_party() -> RelyingParty:
    """The practice as passkeys know it: the canonical host of the desk, never the request's."""
    origin = canonical_url(transaction(), settings(), practice_id=practice().id, face=face())
    return RelyingParty(rp_id=urlsplit(origin).hostname or "", name=practice().name, origin=origin)


def json_answer(text: str) -> Response:
    """Options for the browser's passkey dialog."""
    return current_app.response_class(text, mimetype="application/json")


def posted_credential() -> dict[str, Any]:
    """What the browser's passkey dialog gave; {} when it is no JSON object of a sane size."""
    text = request.form.get("credential", "")
    if not text or len(text) > LARGEST_CREDENTIAL:
        return {}
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return read if isinstance(read, dict) else {}


def path_of(url: str | None) -> str:
    """The path of an address a browser named; empty for what is none."""
    try:
        return urlsplit(url or "").path
    except ValueError:
        return ""


def prove_again(_: FreshFactorNeeded) -> Response:
    """A sensitive act, and the last proof is old: sign in once more, then come back to the page.

    What the refused request did is undone. A form is kept and may be sent after the proof.
    """
    transaction().rollback()
    g.pop("prints", None)
    if request.method == "GET":
        asked = request.full_path.rstrip("?")
    elif keep_form():
        asked = url_for(f"{face()}.continue_show")
    else:
        asked = path_of(request.referrer)
    return go(url_for(f"{face()}.sign_in_new", back=safe_return_to(face(), asked), again=1))


def ask_fresh() -> None:
    """Refuse with FreshFactorNeeded unless the last proof is fresh, whatever role this runs as."""
    with through_gate(transaction()) as own:
        require_fresh(own, viewer())


def continue_page() -> Response:
    """After the proof: the form that was kept, one press away from being sent."""
    kept = find_kept_form()
    if kept is None:
        return go(safe_return_to(face(), None))
    return page(f"{face()}/sign_in/continue.html", kept=kept)


def note(text: str) -> None:
    """Keep a notice for the next page (see `take_notice`)."""
    session["notice"] = text


def take_notice() -> str | None:
    """The notice that the page before left, once."""
    found = session.pop("notice", None)
    return str(found) if found else None
