"""The mail to somebody who left the waiting room: your doctor is there. It says nothing else."""

from sqlalchemy.orm import Session

from shared.access.patients import access_patient
from shared.access.principal import Principal
from shared.messaging.email import send_email
from shared.models.visit import Visit
from shared.visits.here import is_here

TEMPLATE = "visit_ready"


def tell_ready(session: Session, *, visit: Visit, by: Principal) -> None:
    """The doctor came and the patient's page is not open: one mail, once a visit."""
    if is_here(session, visit=visit, side="patient", by=by):
        return
    patient = access_patient(session, viewer=by, patient_id=visit.patient_id)
    send_email(
        session,
        to=patient.email,
        template=TEMPLATE,
        context={
            "first_name": patient.called,
            "link": f"/portal/appointments/{visit.appointment_id}/visit",
        },
        patient_id=patient.id,
        about=("appointment", visit.appointment_id),
        dedupe_key=f"{TEMPLATE}:{visit.id}:{visit.starts_at.isoformat()}",
    )
