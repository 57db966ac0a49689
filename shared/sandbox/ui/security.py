"""Who may call, and the headers of every answer.

Loopback is not private: any page in the same browser can post to it. So unsigned requests must
name a loopback host, and a form from elsewhere is refused by its Origin.
"""

from urllib.parse import urlsplit

from flask import Response, g, request
from werkzeug.exceptions import Forbidden, MisdirectedRequest

CSP = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; frame-src 'self'; "
    "form-action {targets}; frame-ancestors 'none'; base-uri 'none'"
)
# A mail may style itself; it may run nothing, load nothing and leave only by a new tab.
MAIL_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)


def is_loopback(host: str) -> bool:
    name = urlsplit(f"//{host}").hostname or ""
    return name in {"127.0.0.1", "localhost", "::1"} or name.endswith(".localhost")


def check_caller() -> None:
    """Refuse a foreign Host (DNS rebinding) and a foreign Origin (cross-site forms)."""
    if not is_loopback(request.host):
        raise MisdirectedRequest
    origin = request.headers.get("Origin")
    if request.method in {"GET", "HEAD", "OPTIONS"} or origin is None:
        return
    if urlsplit(origin).netloc != request.host:
        raise Forbidden("this form came from another site")


def seal_answer(response: Response) -> Response:
    targets = " ".join(["'self'", *sorted(g.get("form_targets", ()))])
    response.headers.setdefault("Content-Security-Policy", CSP.format(targets=targets))
    response.headers["X-Content-Type-Options"] = "nosniff"
    # Not no-referrer: Chromium then sends `Origin: null` with our own forms.
    response.headers["Referrer-Policy"] = "same-origin"
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response
