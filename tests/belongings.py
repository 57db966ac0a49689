"""What belongs to a patient or to the staff of a practice: one row for every kind of address."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.db import open_session
from shared.events import act
from shared.ids import new_id
from shared.models.dispatch import Dispatch
from shared.models.payment import Payment
from shared.models.role_grant import RoleGrant
from tests.people import PatientOf, PracticeOf


@dataclass(frozen=True)
class Belongings:
    """The ids by the argument names that routes use."""

    ids: dict[str, object]


def belongings_of(practice: PracticeOf, patient: PatientOf) -> Belongings:
    """Make a hold, a payment and a dispatch of `patient`; collect the ids of their practice."""
    with open_session(patient.viewer.context()) as session:
        appointment_id = _hold(session, practice, patient)
    with open_session(practice.context()) as session:
        payment, dispatch = _payment(patient, appointment_id), _dispatch(patient)
        session.add_all([payment, dispatch])
        act(session, "practice.seeded", target=("practice", practice.id))
        grant = session.query(RoleGrant).first()
    return Belongings(
        {
            "patient_id": patient.id,
            "account_id": patient.account_id,
            "appointment_id": appointment_id,
            "hold_id": appointment_id,
            "payment_id": payment.id,
            "dispatch_id": dispatch.id,
            "grant_id": grant.id if grant else new_id(),
            "attempt_id": new_id(),
            "session_id": new_id(),
            "passkey_id": new_id(),
            "invitation_id": new_id(),
            "glass_id": new_id(),
            "token": "x" * 43,
            "slug": next(iter(practice.visit_types)),
            "name": "seagrape-000000000000",
            "path": "css/app.css",
            "account_key": "practice",
            "template": "sign_in",
        }
    )


def _hold(session: Session, practice: PracticeOf, patient: PatientOf) -> UUID:
    slug = next(iter(practice.visit_types))
    visit_type = get_visit_type(session, practice_id=practice.id, slug=slug)
    free = find_next_times(session, visit_type=visit_type, count=1)[0]
    held = hold_slot(
        session,
        visit_type=visit_type,
        starts_at=free.starts_at,
        by=patient.viewer,
        time_zone=practice.view.time_zone,
    )
    return held.id


def _payment(patient: PatientOf, appointment_id: UUID) -> Payment:
    return Payment(
        practice_id=patient.practice_id,
        appointment_id=appointment_id,
        patient_id=patient.id,
        account_key="practice",
        account_source="default",
        amount_minor=15_000,
        currency="usd",
        status="open",
        created_at=clock.now(),
    )


def _dispatch(patient: PatientOf) -> Dispatch:
    return Dispatch(
        practice_id=patient.practice_id,
        channel="email",
        template="booking_confirmed",
        patient_id=patient.id,
        status="queued",
        attempts=0,
        created_at=clock.now() - timedelta(minutes=1),
    )
