"""A form that comes slowly, or never, keeps nobody else waiting."""

from io import BytesIO
from threading import Event, Thread
from typing import Any

import pytest

from shared.web import bodies
from shared.web.admission import Admission, Gate
from shared.web.bodies import Bodies, NoRoom, TooSlow


def form(source: Any, length: int) -> dict[str, Any]:
    """What a server hands on."""
    return {"PATH_INFO": "/portal/sign-in", "CONTENT_LENGTH": str(length), "wsgi.input": source}


class Silent(BytesIO):
    """Sends nothing until it is told to."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked, self.go_on = Event(), Event()

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.set()
        self.go_on.wait(10)
        return super().read(size)


class Dripping(BytesIO):
    """A few bytes at a time, six seconds each, on a clock of its own."""

    now = 0.0

    def read(self, size: int | None = -1, /) -> bytes:
        self.now += 6 * (size or 0)
        return super().read(size)


@pytest.mark.parametrize("length", [1, 2, 5_000, 8_192, 8_193, 65_537, 999_999, 1_500_000])
def test_what_was_sent_is_what_is_read(length: int) -> None:
    sent = bytes(range(251)) * (length // 251 + 1)
    environ = form(BytesIO(sent[:length]), length)
    Bodies().take(environ, 2_000_000)
    assert environ["wsgi.input"].read() == sent[:length]


def test_a_sender_who_leaves_in_the_middle_ends_it() -> None:
    environ = form(BytesIO(b"half"), 8)
    Bodies().take(environ)
    assert environ["wsgi.input"].read() == b"half"


@pytest.mark.parametrize("length", [5_000, 900_000])
def test_a_dripping_form_is_given_up(monkeypatch: pytest.MonkeyPatch, length: int) -> None:
    source = Dripping(b"x" * length)
    monkeypatch.setattr(bodies.time, "monotonic", lambda: source.now)
    room = Bodies((1, 1), (1, 1))
    for _ in range(2):  # its place is free again
        with pytest.raises(TooSlow):
            room.take(form(source, length))
    assert source.tell() <= 2 * 2


def in_chunks(content: bytes) -> dict[str, Any]:
    """What a server hands on that was told no length."""
    environ = form(BytesIO(content), 0) | {"HTTP_TRANSFER_ENCODING": "chunked"}
    del environ["CONTENT_LENGTH"]
    return environ


@pytest.mark.parametrize("length", [0, 1, 4_096, 70_000])
def test_what_comes_in_chunks_is_read_and_measured(length: int) -> None:
    environ = in_chunks(b"x" * length)
    Bodies().take(environ)
    assert environ["wsgi.input"].read() == b"x" * length
    assert environ["CONTENT_LENGTH"] == str(length)
    assert "HTTP_TRANSFER_ENCODING" not in environ


def test_of_too_many_chunks_no_more_is_read_than_tells_so() -> None:
    environ = in_chunks(b"x" * 5_000)
    Bodies().take(environ, 1_000)
    assert environ["CONTENT_LENGTH"] == "1001"


class Counting(BytesIO):
    """Remembers how much it was asked for each time; `pause` is how long a read takes."""

    def __init__(self, content: bytes, pause: float = 0) -> None:
        super().__init__(content)
        self.asked: list[int] = []
        self.now, self.pause = 0.0, pause

    def read(self, size: int | None = -1, /) -> bytes:
        self.asked.append(size or 0)
        self.now += self.pause
        return super().read(size)


def test_a_form_that_is_there_is_read_in_few_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Counting(b"x" * 300)
    monkeypatch.setattr(bodies.time, "monotonic", lambda: source.now)
    Bodies().take(form(source, 300))
    assert source.asked == [1, 2, 4, 8, 16, *[32] * 8, 13]


def test_a_form_that_comes_slowly_is_read_by_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Counting(b"x" * 300, pause=0.01)
    monkeypatch.setattr(bodies.time, "monotonic", lambda: source.now)
    Bodies().take(form(source, 300))
    assert set(source.asked) == {1}


@pytest.mark.parametrize(("length", "other"), [(100, 100_000), (100_000, 100)])
def test_more_forms_than_are_waited_for_are_told_at_once(length: int, other: int) -> None:
    room, silent = Bodies((1, 1), (1, 1)), Silent(b"x" * length)
    waiting = Thread(target=room.take, args=(form(silent, length),))
    waiting.start()
    assert silent.asked.wait(10)
    with pytest.raises(NoRoom):
        room.take(form(BytesIO(b"y" * length), length))
    room.take(form(BytesIO(b"y" * other), other))
    silent.go_on.set()
    waiting.join()
    room.take(form(BytesIO(b"y" * length), length))


@pytest.mark.parametrize("length", [1, 100_000])
def test_one_network_does_not_take_every_place(length: int) -> None:
    room, silent = Bodies((2, 1), (2, 1)), Silent(b"x" * length)

    def sent(address: str, **headers: str) -> dict[str, Any]:
        return form(BytesIO(b"y" * length), length) | {"REMOTE_ADDR": address} | headers

    theirs = sent("198.51.100.7") | {"wsgi.input": silent}
    waiting = Thread(target=room.take, args=(theirs,))
    waiting.start()
    assert silent.asked.wait(10)
    with pytest.raises(NoRoom):
        room.take(sent("198.51.100.7"))
    room.take(sent("198.51.100.8"))
    # Behind a proxy, the address that it heard counts.
    room.take(sent("198.51.100.7", HTTP_X_FORWARDED_FOR="198.51.100.7, 203.0.113.9"))
    silent.go_on.set()
    waiting.join()
    room.take(sent("198.51.100.7"))


def test_pages_are_served_while_forms_do_not_come() -> None:
    served = Admission(lambda *_: [b"page"], Gate(1, 0), lambda _: ("503 Busy", [], b"busy"))
    served._bodies = Bodies(small=(0, 0))
    statuses: list[str] = []
    answer = served(form(BytesIO(b"x"), 1), lambda status, _: statuses.append(status))
    assert (list(answer), statuses) == ([b"busy"], ["503 Busy"])
    page = {"PATH_INFO": "/portal/", "wsgi.input": BytesIO()}
    assert list(served(page, lambda *_: None)) == [b"page"]


def test_the_addresses_of_one_line_count_as_one() -> None:
    room, silent = Bodies((9, 1), (9, 1)), Silent(b"y")
    waiting = Thread(target=room.take, args=(form(silent, 1) | {"REMOTE_ADDR": "2001:db8:1:2::1"},))
    waiting.start()
    assert silent.asked.wait(10)
    with pytest.raises(NoRoom):
        room.take(form(BytesIO(b"y"), 1) | {"REMOTE_ADDR": "2001:db8:1:2:ffff::9"})
    room.take(form(BytesIO(b"y"), 1) | {"REMOTE_ADDR": "2001:db8:1:3::1"})
    silent.go_on.set()
    waiting.join()
