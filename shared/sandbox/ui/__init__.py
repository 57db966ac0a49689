"""Pages for people: inbox, card terminal, clock, troubles, deliveries."""

from flask import Blueprint, Flask

from shared.sandbox.ui.clock_page import clock_page
from shared.sandbox.ui.inbox import inbox
from shared.sandbox.ui.pages import pages
from shared.sandbox.ui.present import add_filters
from shared.sandbox.ui.security import check_caller, seal_answer
from shared.sandbox.ui.troubles import troubles

assets = Blueprint(
    "ui", __name__, template_folder="templates", static_folder="static", static_url_path="/_ui"
)


def register_pages(app: Flask) -> None:
    """Add pages, filters and the headers every answer carries."""
    for blueprint in (assets, pages, inbox, clock_page, troubles):
        app.register_blueprint(blueprint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.before_request(check_caller)
    app.after_request(seal_answer)
    add_filters(app)
