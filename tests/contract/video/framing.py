"""A page with our own frame macro, policy helper and script, served for a browser to try."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from flask import Flask, g, render_template_string, request
from markupsafe import Markup
from werkzeug.serving import make_server

from shared.adapters.video.values import Room
from shared.web.assets import STATIC, TEMPLATES
from shared.web.components import Components
from shared.web.room_frame import frame_room
from shared.web.security import init_security

PAGE = """<!doctype html><html lang="en"><head><title>Call</title>
<meta name="htmx-config" content='{"extensions": "none"}'>
<script src="/vendor/htmx-4.0.1.min.js" defer></script>
<script src="/js/visit.js" defer></script></head>
<body><main id="main">{% call ui.call(frame, beat="/beat", again="/", title="Video call", page="p1",
knocks=true) %}<p id="call-status">first</p>{% endcall %}</main></body></html>"""


@dataclass(frozen=True)
class Told:
    """The part of the settings that a frame needs."""

    whereby_origin: str


@dataclass
class Framing:
    """Where the page is, and what its beats said."""

    url: str
    beats: list[dict[str, str]]


def _app(origin: str, room: Room, beats: list[dict[str, str]]) -> Flask:
    app = Flask(__name__, template_folder=str(TEMPLATES), static_folder=None)
    app.config["SETTINGS"] = Told(origin)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_null_translations(newstyle=True)  # type: ignore[attr-defined]  # by i18n
    app.jinja_env.globals.update(
        ui=Components(app.jinja_env), csrf_token=lambda: "t", new_idempotency_key=lambda: "k"
    )
    init_security(app, https=False)

    @app.get("/")
    def show() -> str:
        url = room.host_url if request.args.get("host") else room.guest_url
        frame: Any = frame_room(url, name="Patient", external_id="")
        broken = request.args.get("break", "")
        if broken == "policy":
            g.features_extra = None
        if broken == "frame-src":
            g.policy_extra = None
        if broken == "elsewhere":
            other = "https://other.example"
            g.features_extra = dict.fromkeys(g.features_extra, f'(self "{other}")')
        page = render_template_string(PAGE, frame=frame)
        return page.replace("camera ", "gyroscope ", 1) if broken == "allow" else page

    @app.post("/beat")
    def beat() -> str:
        beats.append(request.form.to_dict())
        return str(Markup('<p id="call-status">beat {}</p>').format(len(beats)))

    @app.get("/<folder>/<name>")
    def file(folder: str, name: str) -> tuple[bytes, dict[str, str]]:
        return (STATIC / folder / name).read_bytes(), {"Content-Type": "text/javascript"}

    return app


@contextmanager
def serve(origin: str, room: Room) -> Iterator[Framing]:
    """The page on a free port of loopback."""
    beats: list[dict[str, str]] = []
    server = make_server("127.0.0.1", 0, _app(origin, room, beats), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Framing(f"http://127.0.0.1:{server.server_port}/", beats)
    server.shutdown()
    thread.join()
