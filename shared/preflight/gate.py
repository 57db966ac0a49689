"""The first-patient gate: an owner opens the practice once nothing is red (ADR 22)."""

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.practices.opening import open_practice
from shared.preflight.standing import GroundSettings, is_ready, read_stands


class NotReady(Exception):
    """Something is red and nobody signed for it; `names` says what."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(", ".join(names))
        self.names = names


def open_when_ready(
    session: Session, *, by: Principal, settings: GroundSettings, zone: str
) -> None:
    """Open the practice to patients. Raises NotReady.

    Whoever calls it has seen a fresh proof of who opens it.
    """
    stands = read_stands(session, viewer=by, settings=settings, zone=zone)
    if not is_ready(stands):
        raise NotReady([stand.line.name for stand in stands if stand.state == "red"])
    green = sum(stand.state == "green" for stand in stands)
    open_practice(session, practice_id=by.practice_id, green=green, signed=len(stands) - green)
