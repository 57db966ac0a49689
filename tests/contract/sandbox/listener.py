"""A webhook endpoint for tests: keeps what arrives, answers what it is told."""

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Hook:
    """One webhook as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(slots=True)
class Listener:
    """A loopback server; `answers` are used up one by one, then everything is 200."""

    server: ThreadingHTTPServer
    hooks: list[Hook] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def wait(self, count: int, *, kind: str = "", within: float = 8.0) -> list[Hook]:
        """Hooks of one Stripe event type or SNS message type, once there are enough."""
        end = time.monotonic() + within
        while True:
            found = [hook for hook in list(self.hooks) if not kind or kind == kind_of(hook)]
            if len(found) >= count or time.monotonic() > end:
                assert len(found) >= count, f"{[kind_of(hook) for hook in self.hooks]}"
                return found
            time.sleep(0.03)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def kind_of(hook: Hook) -> str:
    if "x-amz-sns-message-type" not in hook.headers:
        return str(hook.json["type"])
    if hook.json["Type"] != "Notification":
        return str(hook.json["Type"])
    return str(json.loads(hook.json["Message"])["eventType"])


def start_listener() -> Listener:
    holder: list[Listener] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            listener = holder[0]
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            listener.hooks.append(Hook(self.path, headers, body))
            self.send_response(listener.answers.pop(0) if listener.answers else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_GET(self) -> None:
            page = b"<!doctype html><title>Shop</title><h1>Back at the shop</h1>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: object) -> None:
            pass

    listener = Listener(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
    holder.append(listener)
    threading.Thread(target=listener.server.serve_forever, daemon=True).start()
    return listener
