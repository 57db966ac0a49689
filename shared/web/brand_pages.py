"""What a look is made of, under names that carry its content's hash."""

from flask import Flask, Response, abort, make_response, request

from shared.practices.branding import find_logo
from shared.web.brand import brand_icon, brand_stylesheet
from shared.web.current import practice_id, transaction
from shared.web.packing import choose_encoding, pack
from shared.web.policy import requires

FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=300"


@requires("public.read")
def brand_show(name: str) -> Response:
    """The style sheet."""
    css, current = brand_stylesheet(name)
    return _kept(css.encode(), "text/css", current=current)


@requires("public.read")
def brand_icon_show(name: str) -> Response:
    """The icon of a browser's tab."""
    svg, current = brand_icon(name)
    return _kept(svg.encode(), "image/svg+xml", current=current)


@requires("public.read")
def logo_show(digest: str) -> Response:
    """A logo: the PNG that we drew, never the file that was sent."""
    body = find_logo(transaction(), practice_id=practice_id(), digest=digest)
    if body is None:
        abort(404)
    return _kept(body, "image/png", current=True)


def _kept(body: bytes, mimetype: str, *, current: bool) -> Response:
    accepted = request.headers.get("Accept-Encoding", "")
    encoding = choose_encoding(accepted, mimetype, len(body))
    response = make_response(pack(body, encoding) if encoding else body)
    response.headers["Content-Type"] = (
        mimetype if mimetype == "image/png" else f"{mimetype}; charset=utf-8"
    )
    response.vary.add("Accept-Encoding")
    if encoding:
        response.headers["Content-Encoding"] = encoding
    response.headers["Cache-Control"] = FOR_EVER if current else BRIEFLY
    return response


def init_brand(app: Flask) -> None:
    """Serve them."""
    app.add_url_rule("/brand/logo-<digest>.png", "logo_show", logo_show)
    app.add_url_rule("/brand/<name>.css", "brand_show", brand_show)
    app.add_url_rule("/brand/<name>.svg", "brand_icon_show", brand_icon_show)
