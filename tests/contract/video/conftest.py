"""One sandbox for the folder, and the video vendor's client beside it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from shared.adapters.video.whereby import WherebyRooms
from tests.contract.sandbox.listener import Listener, start_listener
from tests.sandbox_process import SandboxHandle, start_sandbox


@dataclass(frozen=True)
class VideoSettings:
    """What the adapter reads of the settings."""

    whereby_api_base: str
    whereby_api_key: str
    whereby_origin: str


@pytest.fixture(scope="session")
def endpoint() -> Iterator[Listener]:
    listener = start_listener()
    yield listener
    listener.stop()


@pytest.fixture(scope="session")
def running(
    tmp_path_factory: pytest.TempPathFactory, endpoint: Listener
) -> Iterator[SandboxHandle]:
    hook = {"url": f"{endpoint.url}/hooks/whereby", "host": "", "secret": "whsec_whereby"}
    folder: Path = tmp_path_factory.mktemp("video")
    handle = start_sandbox(folder, {"whereby": [hook]})
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle, endpoint: Listener) -> SandboxHandle:
    running.reset()
    endpoint.answers.clear()
    endpoint.hooks.clear()
    return running


@pytest.fixture
def rooms(sandbox: SandboxHandle) -> WherebyRooms:
    return rooms_of(sandbox)


def rooms_of(sandbox: SandboxHandle, **changed: str) -> WherebyRooms:
    """A client of the vendor; `changed` settings make it somebody else's."""
    told = {
        name.lower(): sandbox.env[name]
        for name in ("WHEREBY_API_BASE", "WHEREBY_API_KEY", "WHEREBY_ORIGIN")
    }
    return WherebyRooms(VideoSettings(**{**told, **changed}))
