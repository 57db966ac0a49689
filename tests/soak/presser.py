"""One visitor as a process of its own: `python -m tests.soak.presser PORT`, orders on stdin.

`press TIME MOMENT` holds a time at that moment of the machine's monotonic clock, `release` lets it
go again. Each order is answered by a line of JSON. Twenty of these wait for the server only, and
never for each other.
"""

import html
import json
import re
import secrets
import sys
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from urllib.parse import urlencode

BOOK = "/portal/book/first-visit"
HIDDEN = re.compile(r'name="(csrf_token|visit|zone)" value="([^"]*)"')
TIMES = re.compile(r'name="starts_at" value="([^"]+)"')


class Presser:
    """A browser that has the page of open times before it."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        self.hold = ""
        _, text, _ = self.ask("GET", BOOK)
        self.fields = {name: html.unescape(value) for name, value in HIDDEN.findall(text)}
        self.times = [html.unescape(value) for value in TIMES.findall(text)]

    def ask(
        self, method: str, path: str, fields: Mapping[str, str] | None = None
    ) -> tuple[int, str, str]:
        """Status, text and Location of one request."""
        headers = {"Host": f"localhost:{self.port}"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={it}" for name, it in self.cookies.items())
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        body = urlencode({**fields, "idempotency_key": secrets.token_hex(8)}) if fields else None
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, text, answer.headers.get("Location", "")

    def press(self, at: str, moment: float) -> dict[str, object]:
        """What became of pressing that time, and how long it took."""
        time.sleep(max(0.0, moment - time.monotonic()))
        started = time.perf_counter()
        status, text, location = self.ask("POST", "/portal/holds", {**self.fields, "starts_at": at})
        seconds = time.perf_counter() - started
        outcome = {303: "held", 409: "told"}.get(status, str(status))
        if outcome == "told" and not TIMES.search(text):
            outcome = "told nothing"
        self.hold = location
        return {"outcome": outcome, "seconds": seconds}

    def release(self) -> dict[str, object]:
        """Let go of what was held last."""
        kept = {"csrf_token": self.fields["csrf_token"]}
        status, _, _ = self.ask("POST", f"{self.hold}/release", kept)
        return {"outcome": str(status)}


def main() -> None:
    presser = Presser(int(sys.argv[1]))
    say({"times": presser.times})
    for line in sys.stdin:
        order, *values = line.split()
        pressed = order == "press"
        say(presser.press(values[0], float(values[1])) if pressed else presser.release())


def say(answer: Mapping[str, object]) -> None:
    """One line for whoever gives the orders."""
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
