"""An appointment as a calendar object: for the mail, and for the file in the portal."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.booking.ical import Event, Method, calendar
from shared.config import SettingsError, load_settings
from shared.messaging.senders import resolve_sender
from shared.models.appointment import Appointment
from shared.models.practice import PracticeHost
from shared.practices.hosts import get_practice


def invitation(
    session: Session,
    appointment: Appointment,
    *,
    attendee: str | None,
    method: Method = Method.REQUEST,
) -> bytes:
    """The .ics bytes. Mail and file carry the same id, so that one replaces the other.

    The organizer is the mail's own sender: calendar programs take an update from nobody else.
    Without an attendee it is a file to keep, whatever the method.
    """
    practice = get_practice(session, appointment.practice_id)
    host = session.scalars(
        select(PracticeHost.host).where(
            PracticeHost.practice_id == appointment.practice_id,
            PracticeHost.face == "portal",
            PracticeHost.canonical,
        )
    ).one()
    url = f"{_origin(host)}/portal/appointments/{appointment.id}"
    event = Event(
        uid=f"{appointment.id}@{host}",
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        summary=f"Appointment with {practice.name}",
        description=f"Details, joining and changes: {url}",
        url=url,
        organizer_name=practice.name,
        organizer=resolve_sender(session).address,
        attendee=attendee or "",
    )
    return calendar(event, method=method if attendee else Method.PUBLISH, at=clock.now())


def _origin(host: str) -> str:
    """How the portal is reached; https on the plain port where no settings say otherwise."""
    try:
        settings = load_settings()
    except SettingsError:
        return f"https://{host}"
    port = f":{settings.port}" if settings.port else ""
    return f"{settings.scheme}://{host}{port}"
