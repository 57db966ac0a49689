"""What a room's address asks for is obeyed: no camera, no sound, less data; a choice of devices."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shared.adapters.video.values import Room
from shared.adapters.video.whereby import WherebyRooms
from tests.contract.video.test_room import CAMERA, PATIENCE, open_room, sees_the_other

TRACKS = """figure => figure.querySelector('video').srcObject.getTracks().map(
  (one) => [one.kind, one.enabled, one.getSettings().width ?? 0, one.label])"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with two cameras."""
    two = [one for one in CAMERA if not one.startswith("--use-fake-device")]
    two.append("--use-fake-device-for-media-stream=device-count=2")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=two)
        yield launched
        launched.close()


@pytest.fixture
def room(rooms: WherebyRooms) -> Room:
    return rooms.create_room(prefix="vasks", ends_at=datetime.now(UTC) + timedelta(hours=1))


def own(page: Page) -> dict[str, Any]:
    """One's own tracks by kind: on or off, how wide, which device."""
    seat = page.get_by_test_id("room-own")
    expect(seat).to_be_visible(timeout=PATIENCE)
    return {kind: rest for kind, *rest in seat.evaluate(TRACKS)}


def pressed(page: Page, name: str) -> str | None:
    return page.get_by_test_id(f"room-{name}").get_attribute("aria-pressed")


def test_nothing_is_opened_that_was_not_asked_for(browser: Browser, room: Room) -> None:
    page = open_room(browser, f"{room.host_url}&video=off&audio=off")
    assert set(own(page)) == {"audio"}
    assert own(page)["audio"][0] is False
    assert (pressed(page, "camera"), pressed(page, "microphone")) == ("false", "false")
    page.get_by_test_id("room-microphone").click()
    assert own(page)["audio"][0] is True


def test_less_data_is_a_smaller_picture(browser: Browser, room: Room) -> None:
    large = own(open_room(browser, room.host_url))["video"][1]
    small = own(open_room(browser, f"{room.host_url}&lowData=on"))["video"][1]
    assert 0 < small <= 320 < large


def test_camera_turned_on_in_the_call_is_seen_by_the_other(browser: Browser, room: Room) -> None:
    host = open_room(browser, room.host_url)
    guest = open_room(browser, f"{room.guest_url}?video=off")
    guest.get_by_test_id("room-knock").click()
    host.get_by_test_id("room-admit").click()
    sees_the_other(guest)
    assert "video" not in own(guest)
    guest.get_by_test_id("room-camera").click()
    sees_the_other(host)
    assert pressed(guest, "camera") == "true"


def test_another_camera_is_chosen_in_the_call(browser: Browser, room: Room) -> None:
    host = open_room(browser, room.host_url)
    guest = open_room(browser, room.guest_url)
    guest.get_by_test_id("room-knock").click()
    host.get_by_test_id("room-admit").click()
    sees_the_other(host)
    before = own(guest)["video"][2]
    guest.get_by_test_id("room-settings").locator("summary").click()
    choice = guest.get_by_test_id("room-choose-camera")
    names = choice.locator("option").all_inner_texts()
    assert before in names
    other = next(name for name in names if name != before)
    choice.select_option(label=other)
    guest.wait_for_function(
        "name => document.querySelector('[data-testid=room-own] video').srcObject"
        ".getVideoTracks()[0]?.label === name",
        arg=other,
    )
    sees_the_other(host)
