"""Whereby Embedded over REST: make a room, find it again, see that it is gone, who was in it.

https://docs.whereby.com/reference/whereby-rest-api-reference. The vendor knows no idempotency key:
after an unclear answer the caller looks for a room by its prefix before asking for another one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx

from shared.adapters.video.errors import Limited, Refused, Unavailable
from shared.adapters.video.preset import room_request
from shared.adapters.video.values import Presence, Room

API_BASE = "https://api.whereby.dev/v1"
TIMEOUT = httpx.Timeout(10.0, connect=3.0)
PAGE = 100
MOST_PAGES = 50
HOST_URL = {"fields": "hostRoomUrl"}
# A room that is waited for longer than this is asked for again.
LONGEST_WAIT = 60.0


class VideoSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def whereby_api_base(self) -> str: ...
    @property
    def whereby_api_key(self) -> str: ...
    @property
    def whereby_origin(self) -> str: ...


class WherebyRooms:
    """The vendor's client, made once a process and safe to share between threads."""

    def __init__(self, settings: VideoSettings) -> None:
        self._base = settings.whereby_api_base.rstrip("/") or API_BASE
        self._key = settings.whereby_api_key
        self._origin = settings.whereby_origin

    @cached_property
    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=self._base,
            headers={"Authorization": f"Bearer {self._key}", "User-Agent": "bedside/1"},
            timeout=TIMEOUT,
            follow_redirects=False,
        )

    def create_room(self, *, prefix: str, ends_at: datetime) -> Room:
        """A new locked room. Raises Unavailable (look first, then repeat) or Refused."""
        body = room_request(prefix=prefix, ends_at=ends_at)
        return self._room(self._ask("POST", "/meetings", json=body))

    def find_rooms(self, prefix: str = "") -> list[Room]:
        """Every room whose name begins with the prefix, of all when it is empty."""
        return [self._room(found) for found in self._pages(prefix)]

    def find_room(self, meeting_id: str) -> Room | None:
        """The room with its host's address, None when it is gone. Raises Unavailable, Refused."""
        try:
            return self._room(self._ask("GET", f"/meetings/{meeting_id}", params=HOST_URL))
        except Refused as error:
            if error.code == "http_404":
                return None
            raise

    def delete_room(self, meeting_id: str) -> None:
        """Remove the room and everybody in it; repeatable. Raises Unavailable, Refused."""
        try:
            self._ask("DELETE", f"/meetings/{meeting_id}")
        except Refused as error:
            if error.code != "http_404":
                raise

    def list_presences(self, room_name: str) -> list[Presence]:
        """Who was in a room and when, by the vendor's own memory."""
        sessions = self._ask("GET", "/insights/room-sessions", params={"roomName": room_name})
        ids = dict.fromkeys(str(one.get("roomSessionId", "")) for one in _results(sessions))
        return [presence for session_id in ids for presence in self._presences(session_id)]

    def _presences(self, session_id: str) -> Iterator[Presence]:
        asked = {"roomSessionId": session_id, "limit": str(PAGE)}
        for one in _results(self._ask("GET", "/insights/participants", params=asked)):
            # The vendor's schema and its example disagree about these names.
            joined = _moment(one.get("startedAt") or one.get("createdAt"))
            if joined is not None:
                left = _moment(one.get("endedAt") or one.get("endAt"))
                yield Presence(str(one.get("externalId") or ""), joined, left)

    def _pages(self, prefix: str) -> Iterator[dict[str, Any]]:
        asked = {"limit": str(PAGE), **HOST_URL}
        if prefix:
            asked["roomName[startsWith]"] = f"/{prefix}"
        for _ in range(MOST_PAGES):
            page = self._ask("GET", "/meetings", params=asked)
            yield from _results(page)
            if not page.get("cursor"):
                return
            asked["cursor"] = str(page["cursor"])

    def _ask(self, method: str, path: str, **what: Any) -> dict[str, Any]:
        if not self._key:
            raise Refused("not_configured")
        try:
            answer = self._client.request(method, path, **what)
        except httpx.HTTPError as error:
            raise Unavailable(type(error).__name__) from error
        return _read(answer)

    def _room(self, told: dict[str, Any]) -> Room:
        """Raises Refused when the room is not under the practice's own address."""
        ends_at = _moment(told.get("endDate"))
        meeting_id, name = told.get("meetingId"), told.get("roomName")
        guest, host = told.get("roomUrl"), told.get("hostRoomUrl") or ""
        if not (ends_at and isinstance(meeting_id, str) and isinstance(name, str)):
            raise Unavailable("unreadable_answer")
        if not isinstance(guest, str) or not isinstance(host, str):
            raise Unavailable("unreadable_answer")
        if any(origin_of(url) != self._origin for url in (guest, host) if url):
            raise Refused("foreign_origin")
        return Room(meeting_id, name, ends_at, guest, host)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _results(page: dict[str, Any]) -> list[dict[str, Any]]:
    found = page.get("results")
    if not isinstance(found, list):
        raise Unavailable("unreadable_answer")
    return [one for one in found if isinstance(one, dict)]


def _moment(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _read(answer: httpx.Response) -> dict[str, Any]:
    """The body of a good answer; the error of any other."""
    if answer.status_code == httpx.codes.NO_CONTENT:
        return {}
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        raise Limited("http_429", wait_seconds=_wait(answer))
    if answer.is_server_error:
        raise Unavailable(f"http_{answer.status_code}")
    if not answer.is_success:
        raise Refused(f"http_{answer.status_code}")
    try:
        read = answer.json()
    except (ValueError, RecursionError) as error:
        raise Unavailable("unreadable_answer") from error
    if not isinstance(read, dict):
        raise Unavailable("unreadable_answer")
    return read


def _wait(answer: httpx.Response) -> float:
    told = answer.headers.get("Retry-After", "")
    return min(float(told), LONGEST_WAIT) if told.isascii() and told.isdigit() else LONGEST_WAIT


@lru_cache(maxsize=8)
def rooms_for(settings: VideoSettings) -> WherebyRooms:
    """The client for these settings; kept, so that its connections are."""
    return WherebyRooms(settings)
