"""The four ways a view answers: a page, a form to mend, a redirect, a file."""

from flask import Response, g, make_response, render_template, request, url_for


def page(template: str, /, **context: object) -> Response:
    """200 with a rendered template."""
    return make_response(render_template(template, **context))


def invalid(
    template: str, /, *, status: int = 422, keep: bool = False, **context: object
) -> Response:
    """The same form with its errors. Nothing is written, unless `keep` (counted tries)."""
    g.keep_changes = keep
    return make_response(render_template(template, **context), status)


def to(endpoint: str, /, **values: object) -> Response:
    """Go to a page of ours: 303, or for htmx a 200 that navigates."""
    return go(url_for(endpoint, **values))  # type: ignore[arg-type]  # flask types values as str


def go(location: str) -> Response:
    """Go to a local path that was already checked."""
    if request.headers.get("HX-Request") == "true":
        response = make_response("", 200)
        response.headers["HX-Redirect"] = location
        return response
    response = make_response("", 303)
    response.headers["Location"] = location
    return response


def file_answer(content: bytes, *, media_type: str, filename: str) -> Response:
    """A file to download."""
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response
