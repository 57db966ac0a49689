"""The further pages about a patient: visits, payments, messages."""

from uuid import UUID

from flask import Response

from admin import blueprint
from admin.patients.head import present_head
from admin.patients.presenters import present_messages, present_payments, present_visits
from shared.access.appointments import list_booked
from shared.access.dispatches import list_patient_dispatches
from shared.access.patients import access_patient
from shared.access.payments import list_patient_payments
from shared.web.answers import page
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires

MOST = 100


@blueprint.get("/patients/<uuid:patient_id>/appointments")
@requires("patient.contact")
def patient_visits_index(patient_id: UUID) -> Response:
    """Every visit that was ever booked."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    visits = list_booked(transaction(), viewer=viewer(), patient_id=patient_id, limit=MOST)
    return page(
        "admin/patients/visits.html",
        head=present_head(patient, "admin.patient_visits_index"),
        visits=present_visits(visits, practice().time_zone),
    )


@blueprint.get("/patients/<uuid:patient_id>/payments")
@requires("patient.payments")
def patient_payments_index(patient_id: UUID) -> Response:
    """What was paid, asked for and given back."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    payments = list_patient_payments(
        transaction(), viewer=viewer(), patient_id=patient_id, limit=MOST
    )
    return page(
        "admin/patients/payments.html",
        head=present_head(patient, "admin.patient_payments_index"),
        payments=present_payments(payments, practice().time_zone),
    )


@blueprint.get("/patients/<uuid:patient_id>/messages")
@requires("patient.messages")
def patient_messages_index(patient_id: UUID) -> Response:
    """What was sent, and whether it arrived."""
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    sent = list_patient_dispatches(
        transaction(), viewer=viewer(), patient_id=patient_id, limit=MOST
    )
    return page(
        "admin/patients/messages.html",
        head=present_head(patient, "admin.patient_messages_index"),
        messages=present_messages(sent, practice().time_zone),
    )
