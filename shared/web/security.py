"""Response headers: one strict policy for every page, and nothing signed in is ever stored."""

from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_talisman import Talisman

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
# Talisman writes an empty allow-list as `name=()`: refused for us and for everything framed.
REFUSED_FEATURES = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "display-capture",
    "fullscreen",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
# Passkeys are the one powerful feature our own pages use.
PERMISSIONS = dict.fromkeys(REFUSED_FEATURES, "()") | {
    "publickey-credentials-create": "(self)",
    "publickey-credentials-get": "(self)",
}
SIGNED_IN_FACES = ("/portal", "/admin")
YEAR = 31_536_000


def is_private(path: str) -> bool:
    """True for addresses that may show a signed-in person's data."""
    return any(path == face or path.startswith(face + "/") for face in SIGNED_IN_FACES)


def _isolate(response: Response) -> None:
    """Own browsing context, no foreign embedding; `no-store` wherever somebody is signed in."""
    headers = response.headers
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["X-Permitted-Cross-Domain-Policies"] = "none"
    if is_private(request.path):
        headers["Cache-Control"] = "no-store"
        response.vary.update(("HX-Request", "Cookie"))
    elif "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"


def extend_policy(**sources: str) -> None:
    """Widen the policy for this one answer: `extend_policy(frame_src="https://room.example")`.

    Its callers are the few pages docs/architecture.md names.
    """
    g.policy_extra = {name.replace("_", "-"): value for name, value in sources.items()}


def allow_features(*names: str, origin: str = "") -> None:
    """Let this one answer's page use devices, and hand them on to what it frames from `origin`."""
    allowed = f'(self "{origin}")' if origin else "(self)"
    g.features_extra = dict.fromkeys(names, allowed)


def _widen(response: Response) -> None:
    extra = g.get("policy_extra")
    if extra:
        policy = "; ".join(f"{name} {value}" for name, value in (CSP | extra).items())
        response.headers["Content-Security-Policy"] = policy
    features = g.get("features_extra")
    if features:
        allowed = ", ".join(f"{name}={who}" for name, who in (PERMISSIONS | features).items())
        response.headers["Permissions-Policy"] = allowed


def _stay_here(response: Response) -> None:
    """The router adds a last slash together with scheme and host, and behind a balancer this server
    takes itself for one without TLS: the path is enough."""
    if response.status_code == 308:
        parts = urlsplit(response.location or "/")
        path = "/" + parts.path.lstrip("/")
        response.location = f"{path}?{parts.query}" if parts.query else path


def _finish(response: Response) -> Response:
    _isolate(response)
    _stay_here(response)
    _widen(response)
    return response


def init_security(app: Flask, *, https: bool | None = None) -> None:
    """Attach the headers. `https` defaults to the configured scheme (http only on loopback)."""
    secure = app.config.get("PREFERRED_URL_SCHEME") == "https" if https is None else https
    # Flask runs these hooks last-registered first: registered before Talisman, ours runs after it
    # and may correct what it wrote.
    app.after_request(_finish)
    Talisman(
        app,
        force_https=False,  # the load balancer's work; a redirect here would trust a header
        strict_transport_security=secure,
        strict_transport_security_max_age=2 * YEAR,
        strict_transport_security_include_subdomains=True,
        content_security_policy=CSP,
        permissions_policy=PERMISSIONS,
        frame_options="DENY",
        referrer_policy="strict-origin-when-cross-origin",
        session_cookie_secure=secure,
        session_cookie_samesite="Lax",
        x_xss_protection=False,
    )
