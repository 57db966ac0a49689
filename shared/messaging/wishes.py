"""What the reader wished: whether to be written to for this purpose, when not, in which language.

Asked when a mail is about to leave, not when it was asked for: what was chosen a minute ago holds.
"""

from __future__ import annotations

import json
from datetime import datetime

from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.errors import NotFound
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.events import act
from shared.messaging.catalogue import Template, find_template
from shared.messaging.email import ask_to_send
from shared.messaging.spoken import spoken_day, spoken_time
from shared.models.dispatch import Dispatch
from shared.preferences import Choices, choices_of
from shared.preferences.purposes import REMINDER

NOT_WANTED = "not_wanted"
NOT_NEEDED = "not_needed"
QUIET_HOURS = "quiet_hours"


def wishes_of(session: Session, *, viewer: Principal, dispatch: Dispatch) -> Choices:
    """The choices of the patient the mail is for; the defaults where it is for nobody's record."""
    if dispatch.patient_id is None:
        return Choices()
    return choices_of(session, viewer=viewer, patient_id=dispatch.patient_id)


def reason_not_to(
    session: Session, *, viewer: Principal, dispatch: Dispatch, choices: Choices
) -> str | None:
    """Why the reader would rather not get this mail, if so."""
    template = find_template(dispatch.template)
    if not choices.wants(template.purpose):
        return NOT_WANTED
    if template.purpose == REMINDER and not _still_ahead(session, viewer, dispatch):
        return NOT_NEEDED
    return None


def hold_back(session: Session, *, viewer: Principal, dispatch: Dispatch, choices: Choices) -> bool:
    """Keep a mail that can wait until the reader's quiet hours are over; True when it was kept.

    One that would come too late by then goes at once.
    """
    template = find_template(dispatch.template)
    if not template.waits or choices.quiet is None or dispatch.patient_id is None:
        return False
    patient = access_patient(session, viewer=viewer, patient_id=dispatch.patient_id)
    at = clock.now()
    until = choices.quiet.over_at(at, patient.time_zone)
    latest = _latest(template, dispatch)
    if until <= at or (latest is not None and until >= latest):
        return False
    dispatch.reason = QUIET_HOURS
    act(
        session,
        "dispatch.held",
        target=dispatch,
        patient_id=dispatch.patient_id,
        mail=template.label,
        until=f"{spoken_day(until, patient.time_zone)}, {spoken_time(until, patient.time_zone)}",
    )
    ask_to_send(session, dispatch.id, run_at=until)
    return True


def _latest(template: Template, dispatch: Dispatch) -> datetime | None:
    """The moment from which on the mail is of no use."""
    ends = [dispatch.created_at + template.useful_for] if template.useful_for else []
    starts_at = json.loads(dispatch.context or "{}").get("context", {}).get("starts_at")
    if starts_at:
        ends.append(datetime.fromisoformat(starts_at))
    return min(ends, default=None)


def _still_ahead(session: Session, viewer: Principal, dispatch: Dispatch) -> bool:
    """Whether the visit a reminder speaks of is booked and has not begun."""
    if dispatch.about_type != "appointment" or dispatch.about_id is None:
        return True
    try:
        visit = access_appointment(session, viewer=viewer, appointment_id=dispatch.about_id)
    except NotFound:
        return False
    return visit.status == "booked" and visit.starts_at > clock.now()
