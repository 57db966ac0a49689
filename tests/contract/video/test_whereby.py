"""The adapter against the vendor's wire contract: made, found, gone, and every unclear answer."""

from datetime import UTC, datetime, timedelta

import httpx
import pytest

from shared.adapters.video.errors import Limited, Refused, Unavailable
from shared.adapters.video.preset import HIPAA, room_request
from shared.adapters.video.whereby import WherebyRooms
from tests.contract.video.conftest import rooms_of
from tests.sandbox_process import SandboxHandle

PREFIX = "v0f3a9c0d2b1e4e339a70"


def later(hours: int = 2) -> datetime:
    return datetime.now(UTC) + timedelta(hours=hours)


def test_room_is_locked_unrecorded_and_under_our_origin(
    rooms: WherebyRooms, sandbox: SandboxHandle
) -> None:
    ends_at = later()
    room = rooms.create_room(prefix=PREFIX, ends_at=ends_at)
    assert room.name.startswith(f"/{PREFIX}-")
    assert room.guest_url.startswith(f"http://sandbox.localhost:{sandbox.port}/")
    assert room.host_url.startswith(f"{room.guest_url}?roomKey=")
    assert abs(room.ends_at - ends_at) < timedelta(seconds=1)
    assert "roomKey" not in repr(room)


def test_request_says_everything_the_dashboard_could_say_otherwise() -> None:
    body = room_request(prefix=PREFIX, ends_at=datetime(2027, 1, 4, 15, tzinfo=UTC))
    assert body["endDate"] == "2027-01-04T15:00:00.000Z"
    assert body["isLocked"] is True
    assert body["roomMode"] == "normal"
    assert body["recording"] == {"type": "none", "destination": None, "startTrigger": "none"}
    assert body["liveTranscription"] == {"startTrigger": "none"}
    assert body["streaming"] == {"startTrigger": "none"}
    assert body["roomPreferences"] == {"streaming": False, "roomIntegrations": False}
    assert set(body) == {*HIPAA, "endDate", "roomNamePrefix"}


@pytest.mark.parametrize("prefix", ["", "v" * 40])
def test_request_is_refused_when_the_prefix_does_not_fit(prefix: str) -> None:
    with pytest.raises(ValueError, match="1 to 39"):
        room_request(prefix=prefix, ends_at=later())


def test_room_is_found_by_its_prefix_and_gone_after_its_end(rooms: WherebyRooms) -> None:
    room = rooms.create_room(prefix=PREFIX, ends_at=later())
    rooms.create_room(prefix="vother", ends_at=later())
    assert [one.meeting_id for one in rooms.find_rooms(PREFIX)] == [room.meeting_id]
    assert len(rooms.find_rooms()) == 2
    assert rooms.find_room(room.meeting_id) == room
    rooms.delete_room(room.meeting_id)
    rooms.delete_room(room.meeting_id)
    assert rooms.find_room(room.meeting_id) is None
    assert rooms.find_rooms(PREFIX) == []


def test_every_room_is_listed_when_there_are_more_than_a_page(
    rooms: WherebyRooms, sandbox: SandboxHandle
) -> None:
    body = room_request(prefix="many", ends_at=later())
    key = {"Authorization": "Bearer whereby_sandbox"}
    with httpx.Client(base_url=f"{sandbox.url}/whereby/v1", headers=key, trust_env=False) as client:
        for _ in range(103):
            client.post("/meetings", json=body).raise_for_status()
    assert len({room.meeting_id for room in rooms.find_rooms("many")}) == 103


@pytest.mark.parametrize("mode", ["status", "garbage", "reset"])
def test_answer_is_unclear_when_the_vendor_fails(
    rooms: WherebyRooms, sandbox: SandboxHandle, mode: str
) -> None:
    sandbox.fault("whereby", mode, "503" if mode == "status" else "", times=1)
    with pytest.raises(Unavailable):
        rooms.create_room(prefix=PREFIX, ends_at=later())
    assert rooms.find_rooms(PREFIX) == []


def test_room_is_found_when_the_line_broke_after_it_was_made(
    rooms: WherebyRooms, sandbox: SandboxHandle
) -> None:
    sandbox.fault("whereby", "reset", "after", times=1)
    with pytest.raises(Unavailable):
        rooms.create_room(prefix=PREFIX, ends_at=later())
    assert len(rooms.find_rooms(PREFIX)) == 1


def test_wait_is_told_when_the_points_are_spent(
    rooms: WherebyRooms, sandbox: SandboxHandle
) -> None:
    sandbox.fault("whereby", "status", "429", times=1)
    with pytest.raises(Limited) as caught:
        rooms.find_rooms()
    assert caught.value.wait_seconds == 1


def test_call_is_refused_with_a_wrong_key_without_one_or_for_the_past(
    rooms: WherebyRooms, sandbox: SandboxHandle
) -> None:
    with pytest.raises(Refused, match="http_401"):
        rooms_of(sandbox, whereby_api_key="wrong").find_rooms()
    with pytest.raises(Refused, match="not_configured"):
        rooms_of(sandbox, whereby_api_key="").find_rooms()
    with pytest.raises(Refused, match="http_400"):
        rooms.create_room(prefix=PREFIX, ends_at=later(-1))


def test_room_elsewhere_is_refused(sandbox: SandboxHandle) -> None:
    elsewhere = rooms_of(sandbox, whereby_origin="https://clinic.whereby.com")
    with pytest.raises(Refused, match="foreign_origin"):
        elsewhere.create_room(prefix=PREFIX, ends_at=later())
