"""The web process: composes the three faces. The only place that knows all of them."""

import gc

from flask import Flask

from admin import blueprint as admin
from marketing import blueprint as marketing
from portal import blueprint as portal
from shared.app import create_app
from shared.config import Settings, SettingsError
from shared.web.hooks import blueprint as hooks
from shared.web.watching import start_watching

BLUEPRINTS = (marketing, portal, admin, hooks)


def make_app(settings: Settings | None = None, *, process: str = "web") -> Flask:
    """The whole program; `process` is "web" or "worker"."""
    return create_app(BLUEPRINTS, settings, process=process)


def __getattr__(name: str) -> Flask:
    """`wsgi:app`, made when a server asks for it: importing this module needs no settings."""
    if name == "app":
        try:
            app = make_app()
        except SettingsError as wrong:
            # One sentence for whoever starts it; a traceback would bury it.
            raise SystemExit(f"Bedside cannot start. {wrong}") from None
        start_watching(app)
        # A quarter of a million objects that stay: a full collection that looks at each of them
        # holds every request up for a quarter of a second.
        gc.collect()
        gc.freeze()
        return app
    raise AttributeError(name)
