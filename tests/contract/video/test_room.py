"""The sandbox's room in a real browser: a locked door, two people who see each other, the end."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shared.adapters.signature import verify
from shared.adapters.video.values import Room
from shared.adapters.video.whereby import WherebyRooms
from tests.contract.sandbox.listener import Listener
from tests.sandbox_process import SandboxHandle

CAMERA = [
    "--no-sandbox",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    # A machine without a network has no other way between two browsers than its loopback.
    "--allow-loopback-in-peer-connection",
]
# A busy machine paints and calls slowly: this is how long to wait, not how long it should take.
PATIENCE = 30_000
MOVING = """() => {
  const video = document.querySelector('[data-testid="room-other"] video');
  return video ? [video.videoWidth, video.currentTime] : [0, 0];
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CAMERA)
        yield launched
        launched.close()


@pytest.fixture
def room(rooms: WherebyRooms) -> Room:
    return rooms.create_room(prefix="vtest", ends_at=datetime.now(UTC) + timedelta(hours=1))


def sees_the_other(page: Page) -> None:
    """The other's picture is there and moves."""
    expect(page.get_by_test_id("room-other")).to_have_count(1, timeout=PATIENCE)
    page.wait_for_function(f"() => ({MOVING})()[0] > 0")
    first = page.evaluate(MOVING)[1]
    page.wait_for_function(f"(first) => ({MOVING})()[1] > first", arg=first)


def open_room(browser: Browser, url: str) -> Page:
    page = browser.new_context().new_page()
    page.goto(url)
    return page


def let_in(browser: Browser, room: Room) -> tuple[Page, Page]:
    host = open_room(browser, f"{room.host_url}&displayName=Dr.%20Ellison")
    guest = open_room(browser, f"{room.guest_url}?displayName=Ana&externalId=visit-1")
    guest.get_by_test_id("room-knock").click()
    host.get_by_test_id("room-admit").click()
    return host, guest


def test_two_people_see_each_other_move(browser: Browser, room: Room, endpoint: Listener) -> None:
    host, guest = let_in(browser, room)
    sees_the_other(host)
    sees_the_other(guest)
    [knocked] = endpoint.wait(1, kind="room.client.knocked")
    assert knocked.json["data"]["externalId"] == "visit-1"
    [started] = endpoint.wait(1, kind="room.session.started")
    assert started.json["data"]["meetingId"] == room.meeting_id
    now = datetime.now(UTC)
    verify(started.body, started.headers["whereby-signature"], secrets=("whsec_whereby",), at=now)
    guest.get_by_test_id("room-leave").click()
    expect(host.get_by_test_id("room-other")).to_have_count(0, timeout=PATIENCE)
    endpoint.wait(1, kind="room.session.ended")
    assert json.loads(endpoint.wait(1, kind="room.client.left")[0].body)["data"]["numClients"] == 1


def test_nobody_enters_a_locked_room_by_themselves(browser: Browser, room: Room) -> None:
    guest = open_room(browser, room.guest_url)
    expect(guest.get_by_test_id("room-knock")).to_be_visible(timeout=PATIENCE)
    stranger = open_room(browser, f"{room.guest_url}?roomKey=guessed")
    expect(stranger.get_by_test_id("room-knock")).to_be_visible(timeout=PATIENCE)
    expect(guest.get_by_test_id("room-own")).to_have_count(0)


def test_everybody_is_out_when_the_room_is_deleted(
    browser: Browser, room: Room, rooms: WherebyRooms
) -> None:
    host, guest = let_in(browser, room)
    for page in (host, guest):
        sees_the_other(page)
    rooms.delete_room(room.meeting_id)
    for page in (host, guest):
        expect(page.get_by_text("This room was closed.")).to_be_visible(timeout=PATIENCE)
    guest.reload()
    expect(guest.get_by_test_id("room-gone")).to_be_visible(timeout=PATIENCE)


def test_presences_are_remembered_without_webhooks(
    browser: Browser, room: Room, rooms: WherebyRooms, sandbox: SandboxHandle
) -> None:
    sandbox.fault("whereby-webhooks", "status")
    _, guest = let_in(browser, room)
    sees_the_other(guest)
    guest.get_by_test_id("room-leave").click()
    expect(guest.get_by_text("You left the room.")).to_be_visible(timeout=PATIENCE)
    for _ in range(PATIENCE // 100):
        found = [one for one in rooms.list_presences(room.name) if one.external_id == "visit-1"]
        if found and found[0].left_at:
            break
        guest.wait_for_timeout(100)
    assert found[0].left_at is not None
    assert found[0].joined_at <= found[0].left_at
