"""Fills a practice with what it needs to open: doctors, visit types, hours, staff, patients."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.auth.accounts import create_account
from shared.auth.roles import add_grant
from shared.billing.settings import PRODUCT_NAMES, set_payment_setting
from shared.demo.facts import HOURS, PATIENTS, STAFF, VISITS, Doctor, Person, Staff
from shared.events import act
from shared.ids import new_reference
from shared.keyring import blind_index, normalise_email
from shared.messaging.senders import set_sender
from shared.models.account import Account
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.practice import Practice
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.visit_type import VisitType
from shared.models.weekly_hours import WeeklyHours
from shared.people.details import name_key
from shared.practices.opening import open_practice
from shared.visits.licences import add_licence

STEP_MINUTES = 30
LICENSED_SINCE, LICENSED_FOR = timedelta(days=400), timedelta(days=700)
HOURS_SINCE = date(2024, 1, 1)


def furnish(session: Session, practice: Practice) -> None:
    """Everything a demonstration practice needs before its first booking."""
    at = clock.now()
    for position, visit in enumerate(VISITS[practice.slug]):
        session.add(
            VisitType(
                practice_id=practice.id,
                slug=visit.slug,
                name=visit.name,
                summary=visit.summary,
                length_minutes=visit.length,
                buffer_before_minutes=0,
                buffer_after_minutes=10 if visit.length > 25 else 5,
                notice_minutes=120,
                horizon_days=60,
                step_minutes=STEP_MINUTES,
                modality="video",
                states=list(visit.states),
                price_minor=visit.price_minor,
                currency="usd",
                cancel_window_hours=24,
                position=position,
                active=True,
                created_at=at,
            )
        )
    act(session, "practice.seeded", target=practice)
    set_sender(
        session,
        practice_id=practice.id,
        name=practice.name,
        address=f"visits@{practice.slug}.example",
        reply_to=practice.email,
    )
    set_payment_setting(
        session,
        practice_id=practice.id,
        values={
            "account_key": "practice",
            "product_name": PRODUCT_NAMES[0],
            "receipts": True,
        },
    )
    for member in STAFF[practice.slug]:
        add_staff(session, practice, member)
    for person in PATIENTS[practice.slug]:
        add_patient(session, practice.id, person, practice.time_zone)
    # Invented people may book at once; where patients are real, nothing is seeded.
    open_practice(session, practice_id=practice.id, green=0, signed=0)


def add_staff(session: Session, practice: Practice, member: Staff) -> Account:
    """An account with its roles; a doctor also becomes a practitioner with hours."""
    account = create_account(session, practice_id=practice.id, email=member.email, name=member.name)
    for role in member.roles:
        add_grant(session, account=account, role=role, granted_by=None)
    if member.doctor is not None:
        add_practitioner(session, practice, member.doctor, account.id)
    return account


def add_licences(session: Session, practice: Practice, person: Practitioner) -> None:
    """One licence for each state the practice's visits are offered in."""
    since = clock.now().date()
    for state in sorted({state for visit in VISITS[practice.slug] for state in visit.states}):
        add_licence(
            session,
            practitioner_id=person.id,
            state=state,
            number=f"{state} {(person.npi or '')[-6:]}",
            starts_on=since - LICENSED_SINCE,
            ends_on=since + LICENSED_FOR,
            by=Principal.job(practice.id, "seed"),
        )


def add_practitioner(
    session: Session, practice: Practice, doctor: Doctor, account_id: UUID
) -> Practitioner:
    """The doctor's place in the practice; one person, however many practices they work in."""
    person = session.scalar(select(Practitioner).where(Practitioner.npi == doctor.npi))
    if person is None:
        person = Practitioner(
            given_name=doctor.given_name,
            family_name=doctor.family_name,
            credentials=doctor.credentials,
            npi=doctor.npi,
            biography=doctor.biography,
            created_at=clock.now(),
        )
        session.add(person)
    session.add(
        PractitionerRole(
            practice_id=practice.id,
            practitioner_id=person.id,
            account_id=account_id,
            specialty="Internal medicine" if doctor.credentials == "MD" else "Family medicine",
            time_zone=practice.time_zone,
            active=True,
            created_at=clock.now(),
        )
    )
    act(session, "practice.seeded", target=practice)
    add_licences(session, practice, person)
    for hours in HOURS[practice.slug]:
        for weekday in hours.weekdays:
            session.add(
                WeeklyHours(
                    practice_id=practice.id,
                    practitioner_id=person.id,
                    weekday=weekday,
                    opens=hours.opens,
                    closes=hours.closes,
                    valid_from=HOURS_SINCE,
                    valid_until=None,
                )
            )
    act(session, "practice.seeded", target=practice)
    return person


def add_patient(session: Session, practice_id: UUID, person: Person, zone: str) -> Patient:
    """A patient with a record and a sign-in of their own."""
    patient = Patient(
        practice_id=practice_id,
        reference=new_reference(),
        given_name=person.given_name,
        family_name=person.family_name,
        name_key=name_key(person.family_name, person.given_name),
        birth_date=person.birth_date,
        email=person.email,
        email_bidx=blind_index(practice_id, "email", normalise_email(person.email)),
        phone=person.phone,
        phone_bidx=blind_index(practice_id, "phone", person.phone),
        state=person.state,
        time_zone=zone,
        created_at=clock.now(),
    )
    session.add(patient)
    act(session, "patient.created", target=patient, patient_id=patient.id)
    account = create_account(session, practice_id=practice_id, email=person.email)
    access = PatientAccess(
        practice_id=practice_id,
        account_id=account.id,
        patient_id=patient.id,
        relationship="self",
        scopes=[],
        created_at=clock.now(),
        ended_at=None,
    )
    session.add(access)
    act(session, "patient.created", target=access, patient_id=patient.id)
    return patient
