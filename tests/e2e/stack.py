"""The whole practice as `make run` starts it, on free ports, and the levers of a tester."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shared import clock
from tests.sandbox_process import ROOT, SandboxHandle, free_port

UP_WITHIN = 120.0  # seconds; a cold, busy machine
CODE = re.compile(r"\b(\d{4}) ?(\d{4})\b")
LINK = re.compile(r"http://[^\s\"<>]+")


@dataclass
class Stack:
    """A running practice: addresses, credentials, the sandbox's levers."""

    port: int
    data: Path
    process: "subprocess.Popen[bytes]"
    sandbox: SandboxHandle
    opened: set[str] = field(default_factory=set)

    @property
    def site(self) -> str:
        """The first practice."""
        return f"http://localhost:{self.port}"

    @property
    def second(self) -> str:
        """The second practice."""
        return f"http://ironbound.localhost:{self.port}"

    @property
    def credentials(self) -> dict[str, Any]:
        """What the demo seed wrote down."""
        return dict(json.loads((self.data / "demo-credentials.json").read_text()))

    def staff(self, role: str) -> dict[str, Any]:
        """The demo's physician or receptionist."""
        return next(dict(one) for one in self.credentials["staff"] if one["role"] == role)

    def mail(self, to: str, *, containing: str, within: float = 30.0) -> dict[str, Any]:
        """The newest unopened mail to `to` with `containing` in its subject; waits for it."""
        end = time.monotonic() + within
        while time.monotonic() < end:
            for mail in self.sandbox.mails(to):
                fits = containing.casefold() in str(mail["subject"]).casefold()
                if fits and mail["id"] not in self.opened:
                    self.opened.add(mail["id"])
                    return mail
            time.sleep(0.2)
        subjects = [mail["subject"] for mail in self.sandbox.mails(to)]
        raise AssertionError(f"no mail with {containing!r} came to {to}; there are {subjects}")

    def advance(self, *, seconds: int) -> None:
        """Move the sandbox's clock on, and give the processes the second they take to notice."""
        self.sandbox.clock(advance=seconds)
        time.sleep(clock.OFFSET_TRUSTED_SECONDS + 0.2)

    def stop(self) -> None:
        """End it as Ctrl-C does; True to its word, nothing is left running."""
        self.process.send_signal(signal.SIGINT)
        self.process.wait(timeout=60)


def start_stack(data: Path) -> Stack:
    """Start on a free pair of ports; fails with the program's own words."""
    port = _free_pair()
    log = data.with_suffix(".out")
    environ = {**os.environ, "BEDSIDE_DATA": str(data)}
    environ.pop("DATABASE_URL", None)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run", "--port", str(port)],
            cwd=ROOT,
            env=environ,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    end = time.monotonic() + UP_WITHIN
    while "Bedside is up" not in log.read_text():
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            raise AssertionError(f"the practice did not start:\n{log.read_text()}")
        time.sleep(0.3)
    url = f"http://127.0.0.1:{port + 1}"
    return Stack(port, data, process, SandboxHandle(url, port + 1, data, process))


def _free_pair() -> int:
    while True:
        port = free_port()
        try:
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", port + 1))
            return port
        except OSError:
            continue


def code_in(mail: dict[str, Any]) -> str:
    """The eight digits of a sign-in mail."""
    found = CODE.search(str(mail["text"]))
    assert found, mail["text"]
    return found[1] + found[2]


def link_in(mail: dict[str, Any], *, containing: str) -> str:
    """The first link of a mail with `containing` in it."""
    return next(link for link in LINK.findall(str(mail["text"])) if containing in link)
