"""No such page: where it moved to (301), that it was taken away (410), or where to look (404)."""

from flask import Response, g, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound

from marketing import blueprint
from marketing.facts.practice import facts, library
from marketing.facts.words import fill
from marketing.frame import Frame, frame_context
from marketing.library.schema import Gone
from shared.web.current import face, find_practice
from shared.web.errors import asks_for_fragment, error_answer
from shared.web.i18n import gettext as _

A_DAY = "public, max-age=86400"
FIVE_MINUTES = "public, max-age=300"
OTHERS = ("/static/", "/brand/", "/_")


@blueprint.app_errorhandler(NotFound)
def missing_show(error: NotFound) -> Response:
    """The public site's own answer; every other face keeps the common one."""
    if error.response is not None:
        return error.response  # type: ignore[return-value]  # ours are Flask's
    public = find_practice() is not None and face() == "marketing"
    if not public or request.path.startswith(OTHERS) or asks_for_fragment():
        return error_answer(404)
    texts, path = library(), request.path.rstrip("/") or "/"
    if path in texts.moved and request.method in ("GET", "HEAD"):
        # The file's own text, checked to be a path of ours when it was read.
        response = redirect(texts.moved[path], 301, Response=Response)
        response.headers["Cache-Control"] = A_DAY
        return response  # type: ignore[return-value]  # made as Flask's
    if path in texts.gone:
        return _gone(texts.gone[path])
    return _missing()


def _missing() -> Response:
    title = _("We could not find that page")
    lead = _("The address may be old or mistyped. Nothing is broken on your side.")
    body = render_template(
        "marketing/missing/show.html",
        frame=_frame(title, lead),
        status=404,
        articles=(),
        request_id=g.get("request_id"),
        **frame_context(),
    )
    response = make_response(body, 404)
    response.headers["Cache-Control"] = "no-store"
    return response


def _gone(gone: Gone) -> Response:
    texts = library()
    wanted = [path.removeprefix("/articles/") for path in gone.instead]
    articles = [texts.articles[slug] for slug in wanted if slug in texts.articles]
    body = render_template(
        "marketing/missing/show.html",
        frame=_frame(_("This page was taken down"), fill(gone.reason)),
        status=410,
        articles=articles or list(texts.articles.values())[:3],
        was=gone.title,
        **frame_context(),
    )
    response = make_response(body, 410)
    response.headers["Cache-Control"] = FIVE_MINUTES
    return response


def _frame(title: str, lead: str) -> Frame:
    """Nothing for machines: they are not to keep it."""
    return Frame(title, lead, title, lead, request.path, facts().absolute("/"), "", "", (), ())
