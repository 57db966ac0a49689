"""The only clock. Tests freeze it; the sandbox may shift it; production reads the machine's."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

# How long a reading of the sandbox's clock file is trusted, in seconds.
OFFSET_TRUSTED_SECONDS = 1.0

_frozen: datetime | None = None
_offset_file: Path | None = None
_offset_read_at = float("-inf")
_offset = timedelta()


def now() -> datetime:
    """The present moment, aware, in UTC."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + offset()


def today(zone_name: str) -> date:
    """The calendar date it now is in an IANA time zone."""
    return now().astimezone(ZoneInfo(zone_name)).date()


def offset() -> timedelta:
    """How far the sandbox has moved time; zero unless `follow_sandbox` was called."""
    global _offset, _offset_read_at
    if _frozen is not None:
        return _frozen - datetime.now(UTC)
    if _offset_file is None:
        return timedelta()
    if time.monotonic() - _offset_read_at > OFFSET_TRUSTED_SECONDS:
        _offset = _read_offset(_offset_file)
        _offset_read_at = time.monotonic()
    return _offset


def follow_sandbox(file: Path | None) -> None:
    """Honour the offset kept in `file` ({"offset_seconds": int}); None stops following."""
    global _offset_file, _offset_read_at
    _offset_file = file
    _offset_read_at = float("-inf")


def _read_offset(file: Path) -> timedelta:
    try:
        return timedelta(seconds=int(json.loads(file.read_text())["offset_seconds"]))
    except (OSError, ValueError, KeyError, TypeError):
        return timedelta()


@contextmanager
def freeze(at: datetime) -> Iterator[None]:
    """Stand still at `at` (aware). For tests."""
    global _frozen
    if at.tzinfo is None:
        raise ValueError("freeze needs an aware datetime")
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before
