"""The patient who reads: how they are called, and the clock they live by."""

from flask import g

from shared.access.patients import access_patient
from shared.web.current import practice, transaction, viewer


def own_zone() -> str:
    """The reader's own time zone; the practice's for somebody who has no record."""
    found: str | None = g.get("own_zone")
    if found is None:
        patient_id = viewer().patient_id
        found = practice().time_zone
        if patient_id is not None:
            found = access_patient(transaction(), viewer=viewer(), patient_id=patient_id).time_zone
        g.own_zone = found
    return found
