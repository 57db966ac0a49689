"""The mail to somebody who left the waiting room: your doctor is there. It says nothing else."""

from sqlalchemy.orm import Session

from shared.access.principal import Principal
from shared.messaging.telling import tell_patient
from shared.models.visit import Visit
from shared.visits.here import is_here

TEMPLATE = "visit_ready"


def tell_ready(session: Session, *, visit: Visit, by: Principal) -> None:
    """The doctor came and the patient's page is not open: one mail, once a visit."""
    if is_here(session, visit=visit, side="patient", by=by):
        return
    tell_patient(
        session,
        patient_id=visit.patient_id,
        template=TEMPLATE,
        about=("appointment", visit.appointment_id),
        once=f"{visit.id}:{visit.starts_at.isoformat()}",
        context={"link": f"/portal/appointments/{visit.appointment_id}/visit"},
        by=by,
    )
