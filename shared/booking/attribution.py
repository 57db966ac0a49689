"""Where a booking came from: two short words that the browser brings along, or nothing."""

import re
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.events import act
from shared.models.appointment import Appointment
from shared.models.attribution import Attribution

_LANDING = re.compile(r"[a-z0-9/-]{1,80}")
_REFERRER = re.compile(r"[a-z0-9.-]{1,100}")


@dataclass(frozen=True, slots=True)
class Origin:
    """The page a visit to the site began on, and the host that led there."""

    landing: str
    referrer: str | None = None


def read_origin(landing: str | None, referrer: str | None) -> Origin | None:
    """What was brought along, if it looks like ours; anything else is nothing, never an error."""
    page, host = (landing or "").strip("/").lower(), (referrer or "").lower()
    if not _LANDING.fullmatch(page):
        return None
    return Origin(page, host if _REFERRER.fullmatch(host) else None)


def note_origin(session: Session, *, appointment: Appointment, origin: Origin) -> None:
    """Write down where a hold came from; the first word about it stands."""
    row = Attribution(
        practice_id=appointment.practice_id,
        appointment_id=appointment.id,
        landing=origin.landing,
        referrer=origin.referrer,
        created_at=clock.now(),
    )
    with suppress(IntegrityError), session.begin_nested():
        session.add(row)
        act(session, "appointment.attributed", target=row)
