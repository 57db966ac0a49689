"""Which constraint of the database said no."""

from sqlalchemy.exc import IntegrityError

PRACTITIONER_OVERLAP = "ex_appointment_practitioner"
PATIENT_OVERLAP = "ex_appointment_patient"


def constraint_of(refused: IntegrityError) -> str:
    """The constraint's name; empty when the driver does not tell."""
    told = getattr(refused.orig, "diag", None)
    return getattr(told, "constraint_name", None) or ""
