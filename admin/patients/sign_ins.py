"""The sign-ins that open a patient's record: closing one, letting it in again."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response
from flask_babel import gettext as _

from admin import blueprint
from admin.patients.head import present_head
from shared.access.errors import NotFound
from shared.access.patients import access_patient
from shared.auth.closing import (
    close_patient_account,
    list_patient_accounts,
    reopen_account,
)
from shared.auth.errors import GrantRefused
from shared.auth.gate import through_gate
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from shared.models.account import Account


@blueprint.get("/patients/<uuid:patient_id>/sign-ins")
@requires("patient.close_account")
def patient_accounts_index(patient_id: UUID) -> Response:
    """Who can sign in to this record."""
    return page("admin/patients/sign_ins.html", notice=take_notice(), **_shown(patient_id))


@blueprint.post("/patients/<uuid:patient_id>/sign-ins/<uuid:account_id>/close")
@requires("patient.close_account")
def patient_accounts_close(patient_id: UUID, account_id: UUID) -> Response:
    """Sign it out everywhere and let it in no more. Can be undone. Needs a fresh sign-in."""
    ask_fresh()
    _check_patient(patient_id)
    try:
        with through_gate(transaction()) as own:
            close_patient_account(own, _one(own, patient_id, account_id), by=viewer())
    except GrantRefused:
        return invalid(
            "admin/patients/sign_ins.html",
            status=409,
            refusal=_("This sign-in also works in the practice. An owner closes it, under Team."),
            **_shown(patient_id),
        )
    note(_("The sign-in is closed. Booked visits stay as they are."))
    return to("admin.patient_accounts_index", patient_id=patient_id)


@blueprint.post("/patients/<uuid:patient_id>/sign-ins/<uuid:account_id>/reopen")
@requires("patient.close_account")
def patient_accounts_reopen(patient_id: UUID, account_id: UUID) -> Response:
    """Let it in again, by mail as before. Needs a fresh sign-in."""
    ask_fresh()
    _check_patient(patient_id)
    with through_gate(transaction()) as own:
        reopen_account(own, _one(own, patient_id, account_id))
    note(_("They can sign in again."))
    return to("admin.patient_accounts_index", patient_id=patient_id)


def _check_patient(patient_id: UUID) -> None:
    """The desk's own role has to see the record before the doorkeeper touches its sign-ins."""
    access_patient(transaction(), viewer=viewer(), patient_id=patient_id)


def _one(own: "Session", patient_id: UUID, account_id: UUID) -> "Account":
    accounts = list_patient_accounts(own, by=viewer(), patient_id=patient_id)
    account = next((one for one in accounts if one.id == account_id), None)
    if account is None:
        raise NotFound
    return account


def _shown(patient_id: UUID) -> dict[str, Any]:
    patient = access_patient(transaction(), viewer=viewer(), patient_id=patient_id)
    with through_gate(transaction()) as own:
        accounts = list_patient_accounts(own, by=viewer(), patient_id=patient_id)
    head = present_head(patient, "admin.patient_accounts_index")
    return {"patient_id": patient_id, "head": head, "accounts": accounts}
