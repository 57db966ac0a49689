"""A long text that was sent after the session had ended: given back, to be sent once more."""

from flask import Response, g, make_response, render_template, request

from shared.web.repeats import FIELD

# Printed anew with the page.
NOT_GIVEN_BACK = frozenset({"csrf_token", FIELD})
# What the page itself wrote into the form; all else was typed, and is shown.
OURS = frozenset({"version", "window", "then"})


def has_text() -> bool:
    """True when this request sends words that somebody typed."""
    if request.method != "POST":
        return False
    known = NOT_GIVEN_BACK | OURS
    return any(value for name, value in request.form.items() if name not in known)


def give_text_back() -> Response:
    """401, with the text as it was typed; nothing of it is kept here.

    To a page that saves by itself a word alone: its own fields still hold the text.
    """
    if request.headers.get("HX-Request") == "true":
        return make_response(render_template("errors/_signed_out.html", sign_in=_sign_in()), 401)
    g.waiting = 0
    fields = [
        (name, value)
        for name, values in request.form.lists()
        if name not in NOT_GIVEN_BACK and values != [""]
        for value in values
    ]
    body = render_template(
        "errors/signed_out.html",
        fields=[one for one in fields if one[0] in OURS],
        texts=[one for one in fields if one[0] not in OURS],
        action=request.path,
        sign_in=_sign_in(),
    )
    response = make_response(body, 401)
    response.headers["Cache-Control"] = "no-store"
    return response


def _sign_in() -> str:
    return f"/{g.face}/sign-in"
