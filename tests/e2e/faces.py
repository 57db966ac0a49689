"""The program in this process, at a standing hour, for a browser to walk through."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from werkzeug.serving import make_server

from shared.web.cookies import session_cookie_name
from tests.browsing import Browser
from tests.people import PracticeOf

PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1440, "height": 900}


@dataclass
class Served:
    """The program on a port of this machine."""

    app: Flask
    port: int

    def base(self, practice: PracticeOf) -> str:
        """A practice's address."""
        return f"http://{practice.host}:{self.port}"


@contextmanager
def served(app: Flask) -> Iterator[Served]:
    """Serve `app` until the end of the block."""
    server = make_server("localhost", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Served(app, server.port)
    finally:
        server.shutdown()
        thread.join(timeout=10)


@contextmanager
def window(
    chromium: Chromium, base: str, who: Browser | None = None, **options: object
) -> Iterator[Page]:
    """A browser window, signed in as the owner of another (test client's) browser."""
    context = chromium.new_context(
        **{"viewport": LAPTOP, "timezone_id": "America/New_York", "locale": "en-US", **options}
    )
    context.set_default_timeout(15_000)
    for face in ("portal", "admin") if who else ():
        name = session_cookie_name(face)
        host = base.removeprefix("http://").partition(":")[0]
        kept = who.client.get_cookie(name, domain=host)
        if kept is not None:
            context.add_cookies([{"name": name, "value": kept.value, "url": base}])
    try:
        yield context.new_page()
    finally:
        context.close()
