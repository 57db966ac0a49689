"""A page with our own frame macro, policy helper and script, served for a browser to try."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
<script src="/told.js"></script>
<script src="/vendor/htmx-4.0.1.min.js" defer></script>
<script src="/js/visit.js" defer></script></head>
<body><main id="main">{% call ui.call(frame, beat="/beat", again="/", title="Video call", page="p1",
knocks=true) %}<p id="call-status">first</p>{% endcall %}</main></body></html>"""

# The page itself tells its server what came of the frame, so that any browser that can open an
# address can be asked. `again` renders the frame anew once somebody is in the room.
TELLS = """"use strict";
const tell = (kind, from, reason) => fetch("/told", {method: "POST", keepalive: true,
  headers: {"Content-Type": "application/json"}, body: JSON.stringify({kind, from, reason})});
document.addEventListener("securitypolicyviolation", (event) =>
  tell("violation", event.blockedURI, event.effectiveDirective));
let again = new URLSearchParams(location.search).has("again");
addEventListener("message", ({data, origin}) => {
  tell(data?.type, origin, data?.payload?.reason ?? "");
  if (data?.type !== "join" || !again) return;
  again = false;
  const frame = document.querySelector("iframe");
  frame.outerHTML = frame.outerHTML;
});"""
ELSEWHERE = "https://other.example"


@dataclass(frozen=True)
class Told:
    """The part of the settings that a frame needs."""

    whereby_origin: str


@dataclass
class Framing:
    """Where the page is, what its beats said, and what came of the frame."""

    url: str
    beats: list[dict[str, str]]
    told: list[dict[str, str]]

    def wait(self, *kinds: str, count: int = 1, within: float = 40.0) -> dict[str, str]:
        """The last of the first `count` things of these kinds that the page told."""
        end = time.monotonic() + within
        while True:
            found = [one for one in list(self.told) if one["kind"] in kinds]
            if len(found) >= count:
                return found[count - 1]
            assert time.monotonic() < end, f"none of {kinds}; told: {self.told}"
            time.sleep(0.05)


def _break(broken: str) -> None:
    """Leave one of the three rules out, or let it name somebody else."""
    if broken in {"policy", "another-page"}:
        g.features_extra = None
    if broken in {"frame-src", "another-page"}:
        g.policy_extra = None
    if broken == "policy-elsewhere":
        g.features_extra = dict.fromkeys(g.features_extra, f'(self "{ELSEWHERE}")')
    if broken == "frame-src-elsewhere":
        g.policy_extra = {"frame-src": ELSEWHERE}


def _app(origin: str, room: Room, beats: list[dict[str, str]], told: list[Any]) -> Flask:
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
        _break(broken)
        if broken in {"allow", "allow-elsewhere"}:
            frame = replace(frame, allow=frame.allow.replace(origin, ELSEWHERE))
        page = render_template_string(PAGE, frame=frame)
        return re.sub(r' allow="[^"]*"', "", page) if broken == "allow" else page

    @app.get("/told.js")
    def script() -> tuple[str, dict[str, str]]:
        return TELLS, {"Content-Type": "text/javascript"}

    @app.post("/told")
    def tell() -> tuple[str, int]:
        told.append(request.get_json())
        return "", 204

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
    told: list[dict[str, str]] = []
    server = make_server("127.0.0.1", 0, _app(origin, room, beats, told), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield Framing(f"http://127.0.0.1:{server.server_port}/", beats, told)
    server.shutdown()
    thread.join()
