"""Keeping a mail back until tomorrow while a new sender warms up."""

from sqlalchemy.orm import Session

from shared.events import act
from shared.messaging.catalogue import find_template
from shared.messaging.email import ask_to_send
from shared.messaging.spoken import spoken_day
from shared.messaging.warmup import WARMING_UP, put_off_until
from shared.models.dispatch import Dispatch
from shared.models.practice import Practice


def wait_for_tomorrow(session: Session, dispatch: Dispatch) -> bool:
    """True when the day's mail is full: it stays queued, with the reason, until the morning."""
    until = put_off_until(session, dispatch)
    if until is None:
        return False
    zone = session.get_one(Practice, dispatch.practice_id).time_zone
    dispatch.reason = WARMING_UP
    act(
        session,
        "dispatch.held",
        target=dispatch,
        patient_id=dispatch.patient_id,
        mail=find_template(dispatch.template).label,
        until=spoken_day(until, zone),
    )
    ask_to_send(session, dispatch.id, run_at=until)
    return True
