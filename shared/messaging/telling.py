"""A mail to a patient about something of theirs: to their address, by their name, once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.messaging.email import send_email


def tell_patient(
    session: Session,
    *,
    patient_id: UUID,
    template: str,
    about: tuple[str, UUID],
    once: str,
    context: Mapping[str, Any],
    by: Principal,
) -> None:
    """Ask for the mail, greeting the patient as they are called.

    `once` is what makes it another mail of the same kind, as the thing's id and its time; the same
    words again are the first mail. Without an address the message says so itself.
    """
    patient = access_patient(session, viewer=by, patient_id=patient_id)
    send_email(
        session,
        to=patient.email,
        template=template,
        context={"first_name": patient.called, **context},
        patient_id=patient.id,
        about=about,
        dedupe_key=f"{template}:{once}",
    )
