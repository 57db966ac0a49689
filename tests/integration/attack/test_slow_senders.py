"""Many who send a byte now and then, through the server itself: everybody else is served."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from shared.web.bodies import LARGE_AT_ONCE, LARGEST_OF_LARGE, SMALL_AT_ONCE
from tests.sandbox_process import ROOT
from tools.environment import port_is_free

DRIPPING = SMALL_AT_ONCE[1] + 16
SLOW = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n"
LARGE = SLOW.replace(b"5000", b"900000")
CHUNKED = SLOW.replace(b"Content-Length: 5000", b"Transfer-Encoding: chunked") + b"400\r\nx"


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server with one process before a program of one line."""
    free = next(port for port in range(18_300, 18_900) if port_is_free(port))
    command = (
        f"-m granian --interface wsgi --http 1 --host 127.0.0.1 --port {free} --workers 1"
        " --blocking-threads 96 --no-ws tests.integration.attack.slow_app:app"
    )
    server = subprocess.Popen(
        [sys.executable, *command.split()],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(100):
            if not port_is_free(free):
                break
            time.sleep(0.1)
        yield free
    finally:
        server.terminate()
        server.wait(10)


def test_everybody_else_is_served_while_forms_drip(port: int) -> None:
    base = f"http://127.0.0.1:{port}/"
    with ExitStack() as open_until_the_end:
        slow = [
            open_until_the_end.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(DRIPPING)
        ]
        for one in slow:
            one.sendall(SLOW)
        time.sleep(0.5)
        assert httpx.get(base, timeout=5).text == "page"
        elsewhere = {"X-Forwarded-For": "203.0.113.9"}
        assert httpx.post(base, content=b"form", headers=elsewhere, timeout=5).text == "form"
        assert httpx.post(base, content=b"form", timeout=5).status_code == 503
        # One more byte each, after the time a form is given, and their places are free again.
        time.sleep(1.0)
        for one in slow:
            one.sendall(b"x")
        time.sleep(1.0)
        assert httpx.post(base, content=b"form", timeout=5).text == "form"
        for one in slow:
            one.settimeout(5)
            assert b"503" in one.recv(200)


@pytest.mark.parametrize("slow", [LARGE, CHUNKED], ids=["large", "in chunks"])
def test_what_is_long_or_of_no_length_takes_no_place_for_long(port: int, slow: bytes) -> None:
    base, long = f"http://127.0.0.1:{port}/", b"x" * 100_000
    with ExitStack() as open_until_the_end:
        senders = [
            open_until_the_end.enter_context(socket.create_connection(("127.0.0.1", port)))
            for _ in range(LARGE_AT_ONCE[1] + 2)
        ]
        for one in senders:
            one.sendall(slow)
        time.sleep(0.5)
        assert httpx.get(base, timeout=5).text == "page"
        assert httpx.post(base, content=b"form", timeout=5).text == "form"
        assert httpx.post(base, content=long, timeout=5).status_code == 503
        time.sleep(1.0)
        for one in senders:
            one.sendall(b"x" * LARGEST_OF_LARGE)
        for one in senders:
            one.settimeout(5)
            assert b"503" in one.recv(200)
        assert httpx.post(base, content=long, timeout=5).content == long


def test_a_body_in_chunks_arrives_whole(port: int) -> None:
    pieces = [b"one ", b"two ", b"x" * 50_000]
    answer = httpx.post(f"http://127.0.0.1:{port}/", content=iter(pieces), timeout=5)
    assert answer.content == b"".join(pieces)
