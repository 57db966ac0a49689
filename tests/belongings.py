"""What belongs to a patient or to the staff of a practice: one row for every kind of address."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.auth.invitations import open_invitation
from shared.auth.sessions import start_session
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.db import open_session
from shared.events import act
from shared.ids import new_id
from shared.keyring import blind_index
from shared.models.account import Account
from shared.models.break_glass import BreakGlass
from shared.models.dispatch import Dispatch
from shared.models.email_change import EmailChange
from shared.models.licence import Licence
from shared.models.passkey import Passkey
from shared.models.payment import Payment
from shared.models.role_grant import RoleGrant
from shared.models.visit import Visit
from shared.models.visit_company import VisitGuest
from tests.desk import settings_of
from tests.encountering import write_encounter
from tests.outbound import outbound_of
from tests.people import PatientOf, PracticeOf, StaffOf


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
            "look_id": new_id(),
            **_of_visit(practice, patient, appointment_id),
            **_of_staff(practice, patient),
            **write_encounter(practice, patient, appointment_id),
            "event_id": _event(practice, patient),
            "target_type": "patient",
            "target_id": patient.id,
            "face": "portal",
            "digest": "0" * 12,
            **outbound_of(practice, dispatch.id),
            **settings_of(practice),
            "kind": "senders",
            "service": "ses",
            "line": "backups",
            "token": "x" * 43,
            "slug": next(iter(practice.visit_types)),
            "name": "seagrape-000000000000",
            "path": "css/app.css",
            "account_key": "practice",
            "template": "sign_in",
        }
    )


def _of_visit(practice: PracticeOf, patient: PatientOf, appointment_id: UUID) -> dict[str, object]:
    """A visit of the patient, a guest of it, and a licence of the practice."""
    practitioner_id = next(iter(practice.practitioners.values()))
    now = clock.now()
    both = {"practice_id": practice.id, "patient_id": patient.id}
    with open_session(practice.context()) as session:
        licence_id = session.scalars(select(Licence.id)).first()
        visit = Visit(
            **both, appointment_id=appointment_id, practitioner_id=practitioner_id,
            status="scheduled", modality="video", starts_at=now, ends_at=now + timedelta(hours=1),
            late_minutes=0, drops=0, created_at=now,
        )  # fmt: skip
        session.add(visit)
        act(session, "practice.seeded", target=("practice", practice.id))
    with open_session(practice.context("bedside_clinician")) as session:
        guest = VisitGuest(
            **both, visit_id=visit.id, kind="family", token_hash=new_id().bytes * 2,
            made_by=patient.account_id, created_at=now, expires_at=now + timedelta(hours=2),
        )  # fmt: skip
        session.add(guest)
        act(session, "practice.seeded", target=("practice", practice.id))
    return {"visit_id": visit.id, "guest_id": guest.id, "licence_id": licence_id or new_id()}


def _event(practice: PracticeOf, patient: PatientOf) -> UUID:
    """An event of the log that names the patient."""
    with open_session(practice.context("bedside_auditor")) as session:
        found: UUID = session.execute(
            text("select id from audit.event where patient_id = :id order by id limit 1"),
            {"id": patient.id},
        ).scalar_one()
        return found


def _of_staff(practice: PracticeOf, patient: PatientOf) -> dict[str, object]:
    """A session of the patient, and a passkey, an invitation and an emergency of the staff."""
    member = next(iter(practice.staff.values()))
    with open_session(practice.context("bedside_gate")) as session:
        account = session.get_one(Account, (practice.id, patient.account_id))
        started = start_session(
            session, account=account, face="portal", factor="link", device="Theirs",
            patient_id=patient.id,
        )  # fmt: skip
        passkey, glass = _passkey(member), _glass(member, patient)
        move = _email_change(patient)
        session.add_all([passkey, glass, move])
        act(session, "practice.seeded", target=("practice", practice.id))
    with open_session(practice.context()) as session:
        invited = open_invitation(
            session, practice_id=practice.id, email=f"new.{new_id()}@staff.example", name="New",
            roles=["nurse"], invited_by=None,
        )  # fmt: skip
    return {
        "session_id": started.row.id,
        "passkey_id": passkey.id,
        "email_change_id": move.id,
        "invitation_id": invited.row.id,
        "glass_id": glass.id,
    }


def _passkey(member: StaffOf) -> Passkey:
    return Passkey(
        practice_id=member.practice_id,
        account_id=member.account_id,
        label="Theirs",
        rp_id="localhost",
        credential_id=new_id().bytes,
        public_key=b"\x00",
        sign_count=0,
        transports=[],
        aaguid="",
        backed_up=False,
        created_at=clock.now(),
        last_used_at=None,
        ended_at=None,
    )


def _glass(member: StaffOf, patient: PatientOf) -> BreakGlass:
    at = clock.now()
    return BreakGlass(
        practice_id=member.practice_id,
        account_id=member.account_id,
        patient_id=patient.id,
        patient_reference="AA1-11A",
        reason="emergency",
        words="somebody fainted on the phone",
        opened_at=at - timedelta(hours=2),
        expires_at=at - timedelta(hours=1),
        ended_at=at - timedelta(hours=1),
        reviewed_by=None,
        reviewed_at=None,
        outcome=None,
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


def _email_change(patient: PatientOf) -> EmailChange:
    return EmailChange(
        practice_id=patient.practice_id,
        account_id=patient.account_id,
        patient_id=patient.id,
        old_email=patient.email,
        old_email_bidx=blind_index(patient.practice_id, "email", patient.email),
        new_email="elsewhere@patients.example",
        new_email_bidx=blind_index(patient.practice_id, "email", "elsewhere@patients.example"),
        code_hash=b"0" * 32,
        code_tries=0,
        created_at=clock.now(),
        expires_at=clock.now() + timedelta(minutes=30),
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
