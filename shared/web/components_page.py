"""Every component in every state on one page, for eyes and audits; never in production.

`?scheme=light` and `?scheme=dark` show one scheme whatever the browser prefers.
"""

from collections.abc import Callable

from flask import Flask, Response, make_response, request

from shared.web.answers import page
from shared.web.component_samples import sample
from shared.web.policy import requires
from shared.web.styles import CSS, join_styles

PREFERS_DARK = "@media (prefers-color-scheme: dark)"
SCHEMES = {"light": "@media not all", "dark": "@media all"}


def styles_in(css: str, scheme: str) -> str:
    """The sheet with the reader's preference decided."""
    return css.replace(PREFERS_DARK.replace(": ", ":"), SCHEMES[scheme])


def init_components_page(app: Flask, asset: Callable[[str], str]) -> None:
    """Add /_components and the sheets of its two schemes."""

    @requires("public.read")
    def components_index() -> Response:
        scheme = request.args.get("scheme", "")
        return page(
            "components/index.html", scheme=scheme if scheme in SCHEMES else None, **sample()
        )

    @requires("public.read")
    def components_styles() -> Response:
        scheme = request.args.get("scheme", "light")
        css = join_styles(CSS, asset)
        response = make_response(styles_in(css, scheme if scheme in SCHEMES else "light"))
        response.mimetype = "text/css"
        return response

    app.add_url_rule("/_components", "components_index", components_index)
    app.add_url_rule("/_components.css", "components_styles", components_styles)
