"""The camera works in the room's frame on the page of a visit, and nowhere else, in any browser.

Three rules hold it there: `frame-src` and the frame's `allow` bind in every browser,
`Permissions-Policy` in Chromium alone. Each is left out, or given to somebody else, in turn.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from shared.adapters.video.values import Room
from shared.adapters.video.whereby import WherebyRooms
from tests.contract.sandbox.listener import Listener
from tests.contract.video.browsers import BROWSERS, Opens
from tests.contract.video.framing import Framing, serve
from tests.sandbox_process import SandboxHandle

GRANTED, REFUSED, UNFRAMED = "grant_device_permission", "deny_device_permission", "violation"


@dataclass(frozen=True)
class Case:
    """What is wrong with a page, and what comes of it in most browsers, and in Chromium."""

    broken: str
    comes: str
    in_chromium: str = ""

    def comes_in(self, browser: str) -> str:
        return self.in_chromium if self.in_chromium and browser == "chromium" else self.comes


CASES = (
    Case("nothing", GRANTED),
    Case("allow", REFUSED),
    Case("allow-elsewhere", REFUSED),
    Case("frame-src", UNFRAMED),
    Case("frame-src-elsewhere", UNFRAMED),
    Case("policy", GRANTED, in_chromium=REFUSED),
    Case("policy-elsewhere", GRANTED, in_chromium=REFUSED),
    # The same frame, brought into any other page of ours by whatever mistake.
    Case("another-page", UNFRAMED),
)


@pytest.fixture(scope="module", params=sorted(BROWSERS))
def browser(request: pytest.FixtureRequest) -> Iterator[tuple[str, Opens]]:
    """One browser after the other, by name and by how it opens an address."""
    with BROWSERS[request.param]() as opens:
        yield request.param, opens


@pytest.fixture
def framing(sandbox: SandboxHandle, rooms: WherebyRooms) -> Iterator[Framing]:
    """Our page on one port of loopback, the room on another: two origins everywhere."""
    made = rooms.create_room(prefix="vpolicy", ends_at=datetime.now(UTC) + timedelta(hours=1))
    with serve(sandbox.url, _on_loopback(made, sandbox.url)) as page:
        yield page


def _on_loopback(room: Room, origin: str) -> Room:
    """The room by its number, as not every browser knows names below localhost."""
    ours = f"{urlsplit(room.guest_url).scheme}://{urlsplit(room.guest_url).netloc}"
    return replace(
        room,
        guest_url=room.guest_url.replace(ours, origin),
        host_url=room.host_url.replace(ours, origin),
    )


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.broken)
def test_camera_works_in_the_rooms_frame_and_nowhere_else(
    browser: tuple[str, Opens], framing: Framing, sandbox: SandboxHandle, case: Case
) -> None:
    name, opens = browser
    opens(f"{framing.url}?host=1&break={case.broken}")
    told = framing.wait(GRANTED, REFUSED, UNFRAMED)
    assert told["kind"] == case.comes_in(name)
    if told["kind"] == UNFRAMED:
        assert told["reason"] == "frame-src"
        assert told["from"].startswith(sandbox.url)
    else:
        # A browser without a camera would be no proof: it is the rule that refuses.
        assert told["reason"] == ("NotAllowedError" if told["kind"] == REFUSED else "")


def test_frame_that_is_rendered_anew_leaves_the_call(
    browser: tuple[str, Opens], framing: Framing, endpoint: Listener
) -> None:
    _, opens = browser
    opens(f"{framing.url}?host=1&again=1")
    framing.wait("join", count=2)
    endpoint.wait(1, kind="room.client.left")
    assert len(endpoint.wait(2, kind="room.client.joined")) == 2
