"""Static files under names that carry their content's hash, so a browser may keep them for ever.

All style sheets are joined once, at start-up, in the order of their cascade layers; addresses
inside them are rewritten to the hashed ones. No build step and nothing on disk that could be stale.
"""

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from mimetypes import guess_type
from pathlib import Path

from flask import Flask, Response, abort, make_response, request, url_for
from markupsafe import Markup

from shared.web.brand import site
from shared.web.brand_pages import BRIEFLY, FOR_EVER, init_brand
from shared.web.components import Components
from shared.web.components_page import init_components_page
from shared.web.packing import choose_encoding, pack
from shared.web.policy import requires
from shared.web.query_state import url_with
from shared.web.styles import FACES, join_styles

STATIC = Path(__file__).parent / "static"
TEMPLATES = Path(__file__).parent / "templates"
STYLES = "css/app.css"

HTMX_CONFIG = {
    "noSwap": [204, 304, "5xx"],
    "history": "reload",
    "defaultTimeout": 15000,
    # No extension is loaded; naming one that does not exist refuses all others.
    "extensions": "none",
}


@dataclass(frozen=True)
class Asset:
    """One file as served: its bytes, media type and the address that names this content."""

    body: bytes
    mimetype: str
    digest: str

    @classmethod
    def of(cls, name: str, body: bytes) -> "Asset":
        mimetype = guess_type(name)[0] or "application/octet-stream"
        return cls(body, mimetype, sha256(body).hexdigest()[:12])


def address(name: str, digest: str) -> str:
    """`js/app.js` -> `/static/js/app.<digest>.js`."""
    stem, dot, ending = name.rpartition(".")
    return f"/static/{stem}.{digest}{dot}{ending}"


def read_assets(root: Path = STATIC) -> dict[str, Asset]:
    """Every static file, plus the one joined style sheet."""
    assets = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".css":
            name = path.relative_to(root).as_posix()
            assets[name] = Asset.of(name, path.read_bytes())
    for face in (None, *FACES):
        name = STYLES if face is None else f"css/{face}.css"
        css = join_styles(root / "css", lambda of: address(of, assets[of].digest), face)
        assets[name] = Asset.of(name, css.encode())
    return assets


@cache
def _read_once() -> dict[str, Asset]:
    return read_assets()


class Shelf:
    """The assets of this process; read again on each look while developing."""

    def __init__(self, *, reload: bool) -> None:
        self.reload = reload
        self._assets = read_assets() if reload else _read_once()

    def all(self) -> dict[str, Asset]:
        if self.reload:
            self._assets = read_assets()
        return self._assets

    def url(self, name: str) -> str:
        return address(name, self.all()[name].digest)

    def serve(self, path: str, accepted: str = "") -> Response:
        """The file behind a hashed name; an older hash gets today's file, kept only briefly.

        `accepted` is the request's Accept-Encoding.
        """
        stem, _, ending = path.rpartition(".")
        name, _, digest = stem.rpartition(".")
        found = self.all().get(f"{name}.{ending}")
        if found is None:
            abort(404)
        encoding = choose_encoding(accepted, found.mimetype, len(found.body))
        response = make_response(pack(found.body, encoding) if encoding else found.body)
        response.headers["Content-Type"] = _content_type(found.mimetype)
        response.vary.add("Accept-Encoding")
        if encoding:
            response.headers["Content-Encoding"] = encoding
        response.headers["Cache-Control"] = FOR_EVER if digest == found.digest else BRIEFLY
        response.set_etag(f"{found.digest}-{encoding}" if encoding else found.digest)
        return response


def _content_type(mimetype: str) -> str:
    textual = mimetype.startswith("text/") or mimetype.endswith(("javascript", "svg+xml"))
    return f"{mimetype}; charset=utf-8" if textual else mimetype


def url_if(app: Flask, endpoint: str, **values: object) -> str | None:
    """The address of an endpoint, or None while no such page exists."""
    if endpoint not in app.view_functions:
        return None
    return url_for(endpoint, **values)  # type: ignore[arg-type]  # flask types values as Any


def init_assets(app: Flask) -> None:
    """Serve hashed static files and brands; give templates `asset`, `site` and `ui`."""
    app.template_folder = str(TEMPLATES)
    shelf = Shelf(reload=app.debug)

    @requires("public.read")
    def static_show(path: str) -> Response:
        return shelf.serve(path, request.headers.get("Accept-Encoding", ""))

    app.add_url_rule("/static/<path:path>", "static_show", static_show)
    init_brand(app)
    if app.config["SETTINGS"].env != "production":
        init_components_page(app, shelf.url)
    app.jinja_env.globals.update(
        asset=shelf.url,
        site=site,
        ui=Components(app.jinja_env),
        url_with=url_with,
        url_if=lambda endpoint, **values: url_if(app, endpoint, **values),
        htmx_config=lambda: Markup.escape(json.dumps(HTMX_CONFIG, separators=(",", ":"))),
    )
