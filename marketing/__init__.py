"""The public site: open to anyone, sets no cookie, and may be kept by caches for a minute."""

from flask import Blueprint, Response, request

blueprint = Blueprint("marketing", __name__, template_folder="templates")
CACHED_FOR = "public, max-age=60, stale-while-revalidate=300"


@blueprint.after_request
def allow_caching(response: Response) -> Response:
    """The same page for everybody: a shared cache may hold it for a short while."""
    if request.method in ("GET", "HEAD") and response.status_code == 200:
        response.headers.setdefault("Cache-Control", CACHED_FOR)
        response.vary.add("Accept-Language")
    return response


from marketing.about import views as _about  # noqa: E402, F401 - views join the blueprint
from marketing.home import views as _home  # noqa: E402, F401
from marketing.visits import views as _visits  # noqa: E402, F401
