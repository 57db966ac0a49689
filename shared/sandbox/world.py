"""One sandbox: its settings, memory, clock and the postman, handed to every part by name."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import current_app

from shared.sandbox.clock import SandboxClock
from shared.sandbox.settings import SandboxSettings
from shared.sandbox.store import Store

if TYPE_CHECKING:
    from shared.sandbox.delivery import Postman


@dataclass(frozen=True, slots=True)
class Sandbox:
    """What a handler needs to play a vendor."""

    settings: SandboxSettings
    store: Store
    clock: SandboxClock
    postman: "Postman"


def sandbox() -> Sandbox:
    """The sandbox that serves the current request."""
    return cast(Sandbox, current_app.extensions["sandbox"])


def note_call(world: Sandbox, service: str, operation: str, status: int, summary: str) -> None:
    """Keep that a call came in; the last two thousand are enough to look at."""
    world.store.run(
        "insert into call (at, service, operation, status, summary) values (?, ?, ?, ?, ?)",
        world.clock.timestamp(),
        service,
        operation,
        status,
        summary,
    )
    world.store.run("delete from call where id <= (select max(id) - 2000 from call)")
