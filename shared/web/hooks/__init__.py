"""The doors vendors knock at. No session, no form: a signature over the raw bytes, or nothing."""

from flask import Blueprint

blueprint = Blueprint("hooks", __name__, url_prefix="/hooks")

from shared.web.hooks import views  # noqa: E402, F401 - the views register themselves
