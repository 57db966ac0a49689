"""Our frame around the room in a real browser: the camera works there, and only so."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, FrameLocator, Page, expect

from shared.adapters.video.values import Room
from shared.adapters.video.whereby import WherebyRooms
from shared.web.room_frame import ForeignRoom, frame_room
from tests.contract.sandbox.listener import Listener
from tests.contract.video.framing import Framing, Told, serve
from tests.contract.video.test_room import PATIENCE, browser, open_room
from tests.sandbox_process import SandboxHandle

__all__ = ["browser"]
OWN_PICTURE = """async (figure) => {
  const video = figure.querySelector('video');
  for (let turn = 0; turn < 100 && !video.videoWidth; turn += 1)
    await new Promise((done) => setTimeout(done, 100));
  return video.videoWidth;
}"""


@pytest.fixture
def room(rooms: WherebyRooms) -> Room:
    return rooms.create_room(prefix="vframe", ends_at=datetime.now(UTC) + timedelta(hours=1))


@pytest.fixture
def framing(sandbox: SandboxHandle, room: Room) -> Iterator[Framing]:
    with serve(sandbox.env["WHEREBY_ORIGIN"], room) as page:
        yield page


def open_page(browser: Browser, url: str) -> tuple[Page, FrameLocator]:
    page = browser.new_context().new_page()
    page.goto(url)
    return page, page.frame_locator("iframe")


def own_picture(room: FrameLocator) -> int:
    """How wide one's own picture is in the room; 0 where the camera was refused."""
    seat = room.get_by_test_id("room-own")
    expect(seat).to_be_visible(timeout=PATIENCE)
    return int(seat.evaluate(OWN_PICTURE))


def test_camera_works_in_our_frame(browser: Browser, framing: Framing) -> None:
    _, inside = open_page(browser, f"{framing.url}?host=1")
    assert own_picture(inside) > 0


def test_devices_that_are_denied_in_the_room_are_told(browser: Browser, framing: Framing) -> None:
    page, _ = open_page(browser, f"{framing.url}?host=1&break=allow")
    for _ in range(300):  # a busy machine opens slowly
        told = " ".join(one["heard"] for one in framing.beats)
        if "devices_denied" in told:
            break
        page.wait_for_timeout(100)
    assert re.search(r"dropped\.\d+\.devices_denied", told)


def test_room_of_another_origin_is_never_framed() -> None:
    app = Flask(__name__)
    app.config["SETTINGS"] = Told("https://practice.whereby.com")
    with app.test_request_context(), pytest.raises(ForeignRoom):
        frame_room("https://evil.whereby.com/room", name="Patient", external_id="")


def test_page_asks_to_be_let_in_and_beats_swap_beside_the_frame(
    browser: Browser, framing: Framing, room: Room, endpoint: Listener
) -> None:
    page, inside = open_page(browser, framing.url)
    host = open_room(browser, room.host_url)
    host.get_by_test_id("room-admit").click(timeout=PATIENCE)
    expect(page.locator("#call-status")).to_contain_text("beat", timeout=PATIENCE)
    assert own_picture(inside) > 0
    expect(host.get_by_test_id("room-other")).to_have_count(1, timeout=PATIENCE)
    page.wait_for_function("document.querySelector('[name=place]').value === 'call'")
    for _ in range(400):  # a busy machine calls slowly
        if any("first_picture" in one["heard"] for one in framing.beats):
            break
        page.wait_for_timeout(100)
    told = " ".join(one["heard"] for one in framing.beats)
    assert "joined." in told
    assert "first_picture." in told
    assert framing.beats[-1]["place"] == "call"
    # The host once, the patient once: swaps beside the frame are no new arrivals.
    assert len(endpoint.wait(2, kind="room.client.joined")) == 2
    # A frame that is rendered anew is somebody who left and knocks again.
    page.evaluate(
        "(() => { const f = document.querySelector('iframe'); f.outerHTML = f.outerHTML; })()"
    )
    expect(host.get_by_test_id("room-other")).to_have_count(0, timeout=PATIENCE)


def test_messages_of_others_are_not_heard(browser: Browser, framing: Framing) -> None:
    page, inside = open_page(browser, framing.url)
    expect(inside.get_by_test_id("room-door")).to_be_visible(timeout=PATIENCE)
    page.evaluate("window.postMessage({type: 'join', payload: {}}, '*')")
    page.evaluate(
        """() => { const other = document.createElement('iframe'); document.body.append(other);
        other.contentWindow.parent.postMessage({type: 'join'}, '*'); }"""
    )
    page.wait_for_timeout(300)
    assert page.locator("[name=place]").input_value() == "waiting"
    assert all(one["place"] == "waiting" for one in framing.beats)
