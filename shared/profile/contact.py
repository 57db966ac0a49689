"""How somebody is called and reached, where they live, and the clock they live by."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared.access.appointments import access_appointment, list_upcoming
from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.events import act
from shared.keyring import blind_index, normalise_phone
from shared.models.patient import Patient
from shared.people import clean_name

# The order in which the log names what was changed.
PARTS = ("preferred_name", "phone", "address", "state", "time_zone")
MOST_VISITS = 50


@dataclass(frozen=True, slots=True)
class Contact:
    """What a patient may change by themselves. Legal name and birth date are not among it."""

    preferred_name: str | None
    phone: str
    address: str | None
    state: str
    time_zone: str


def change_contact(session: Session, *, wanted: Contact, by: Principal) -> list[str]:
    """Keep what the patient says; returns the names of what changed. Flushes.

    Visits ahead follow to the new time zone: pages, mails and calendar files speak it from now on.
    Raises ValueError for what is no telephone number.
    """
    if by.patient_id is None:
        raise ValueError("only a patient has contact data")
    patient = access_patient(session, viewer=by, patient_id=by.patient_id)
    wanted = Contact(
        preferred_name=clean_name(wanted.preferred_name or "") or None,
        phone=normalise_phone(wanted.phone),
        address=_lines(wanted.address),
        state=wanted.state,
        time_zone=wanted.time_zone,
    )
    changed = [name for name in PARTS if getattr(patient, name) != getattr(wanted, name)]
    if not changed:
        return []
    for name in changed:
        setattr(patient, name, getattr(wanted, name))
    patient.phone_bidx = blind_index(patient.practice_id, "phone", wanted.phone)
    what = ", ".join(name.replace("_", " ") for name in changed)
    act(session, "patient.updated", target=patient, patient_id=patient.id, what=what)
    if "time_zone" in changed:
        _take_visits_along(session, patient, by)
    return changed


def _take_visits_along(session: Session, patient: Patient, by: Principal) -> None:
    for visit in list_upcoming(session, viewer=by, limit=MOST_VISITS):
        found = access_appointment(
            session, viewer=by, appointment_id=visit.appointment.id, lock=True
        )
        found.patient_time_zone = patient.time_zone
        act(session, "appointment.zone_changed", target=found, patient_id=patient.id)


def _lines(typed: str | None) -> str | None:
    """An address as it goes on an envelope: no empty lines, nothing invisible."""
    lines = [clean_name(line) for line in (typed or "").splitlines()]
    return "\n".join(line for line in lines if line) or None
