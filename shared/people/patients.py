"""Patients found or made for a proven address. Somebody who was here is never onboarded twice."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.patients import KnownPatient, find_known_patients, list_own_patients
from shared.auth.accounts import find_account, find_closed_account
from shared.auth.errors import NothingToOpen
from shared.events import act
from shared.ids import new_reference
from shared.keyring import blind_index, normalise_email, normalise_phone
from shared.models.account import Account
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.people.details import PersonDetails, clean_name, fold, name_key


def is_known(session: Session, *, practice_id: UUID, email: str) -> bool:
    """Whether an address opens a record. The same questions are asked for every address."""
    account = find_account(session, practice_id=practice_id, email=email)
    closed = find_closed_account(session, practice_id=practice_id, email=email)
    known = find_known_patients(
        session, practice_id=practice_id, email_bidx=_bidx(practice_id, email)
    )
    own = list_own_patients(
        session, practice_id=practice_id, account_id=account.id if account else practice_id
    )
    return bool(own or known) and closed is None


def settle_patient(
    session: Session, *, account: Account, email: str, details: PersonDetails | None
) -> UUID:
    """The patient somebody signs in as, found or made; access is granted where it is new.

    `email` is proven. With details: the record with this address and date of birth, else a new
    one. Without: the account's own record. Raises NothingToOpen when there is none, or when the
    practice has ended the account's access to it.
    """
    known = find_known_patients(
        session,
        practice_id=account.practice_id,
        email_bidx=_bidx(account.practice_id, email),
    )
    if details is None:
        return choose_patient(session, account=account, known=known)
    match = recognise_patient(known, details)
    if match is None:
        patient = create_patient(
            session, practice_id=account.practice_id, email=email, details=details
        )
        _grant(session, account, patient.id)
        return patient.id
    same_name = fold(match.given_name) == fold(details.given_name)
    act(
        session,
        "patient.recognised",
        target=("patient", match.id),
        patient_id=match.id,
        same_name=same_name,
    )
    _grant(session, account, match.id)
    return match.id


def recognise_patient(known: list[KnownPatient], details: PersonDetails) -> KnownPatient | None:
    """The one of an address's records that these answers describe.

    Date of birth decides; people write their first name in several ways. Where several records
    share the date (twins), the first name has to tell them apart.
    """
    born = [one for one in known if one.birth_date == details.birth_date]
    if len(born) == 1:
        return born[0]
    named = [one for one in born if fold(one.given_name) == fold(details.given_name)]
    return named[0] if named else None


def choose_patient(session: Session, *, account: Account, known: list[KnownPatient]) -> UUID:
    """Whom an account acts for when nothing else was said: oneself before anybody else.

    Records that carry the proven address and that nobody ever opened to the account are opened.
    """
    for one in known:
        if not _was_granted(session, account, one.id):
            _grant(session, account, one.id)
    own = list_own_patients(session, practice_id=account.practice_id, account_id=account.id)
    if not own:
        raise NothingToOpen("no_record")
    return min(own, key=lambda pair: pair[1] != "self")[0]


def create_patient(
    session: Session, *, practice_id: UUID, email: str | None, details: PersonDetails
) -> Patient:
    """Open a record; the phone may be missing."""
    given, family = clean_name(details.given_name), clean_name(details.family_name)
    phone = normalise_phone(details.phone) if details.phone else None
    patient = Patient(
        practice_id=practice_id,
        reference=new_reference(),
        given_name=given,
        family_name=family,
        name_key=name_key(family, given),
        birth_date=details.birth_date,
        email=email,
        email_bidx=_bidx(practice_id, email) if email else None,
        phone=phone,
        phone_bidx=blind_index(practice_id, "phone", phone),
        time_zone=details.time_zone,
        state=details.state,
        created_at=clock.now(),
    )
    session.add(patient)
    act(session, "patient.created", target=patient, patient_id=patient.id)
    return patient


def _grant(session: Session, account: Account, patient_id: UUID) -> None:
    """Open a record to an account once; access that the practice ended stays ended."""
    own = list_own_patients(session, practice_id=account.practice_id, account_id=account.id)
    if any(known_id == patient_id for known_id, _ in own):
        return
    if _was_granted(session, account, patient_id):
        raise NothingToOpen("access_ended")
    relationship = "family" if any(kind == "self" for _, kind in own) else "self"
    row = PatientAccess(
        practice_id=account.practice_id,
        account_id=account.id,
        patient_id=patient_id,
        relationship=relationship,
        scopes=[],
        created_at=clock.now(),
        ended_at=None,
    )
    session.add(row)
    act(
        session,
        "patient_access.granted",
        target=row,
        patient_id=patient_id,
        relationship=relationship,
    )


def _was_granted(session: Session, account: Account, patient_id: UUID) -> bool:
    found = session.scalar(
        select(PatientAccess.id)
        .where(
            PatientAccess.practice_id == account.practice_id,
            PatientAccess.account_id == account.id,
            PatientAccess.patient_id == patient_id,
        )
        .limit(1)
    )
    return found is not None


def _bidx(practice_id: UUID, email: str) -> bytes | None:
    return blind_index(practice_id, "email", normalise_email(email))
