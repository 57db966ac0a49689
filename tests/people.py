"""The standing cast: two practices, their staff and patients, as tests speak of them."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import psycopg
from sqlalchemy import select, text

from shared.access.principal import Principal, Role
from shared.config import Settings
from shared.db import Context, open_session
from shared.models.account import Account
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.practice import Practice
from shared.models.practitioner import Practitioner, PractitionerRole
from shared.models.role_grant import RoleGrant
from shared.models.visit_type import VisitType
from shared.practices.hosts import PracticeView, view_practice

# A Monday, 8 am in Boca Raton and Newark; no daylight-saving change near.
SEEDED_AT = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)
DOOR = {"door": True}


@dataclass(frozen=True)
class PatientOf:
    """A patient, the sign-in that belongs to them, and the viewer they are."""

    id: UUID
    account_id: UUID
    practice_id: UUID
    email: str
    given_name: str

    @property
    def viewer(self) -> Principal:
        """The patient, signed in."""
        return Principal(
            self.practice_id,
            frozenset({Role.PATIENT}),
            account_id=self.account_id,
            patient_id=self.id,
            acting_as=Role.PATIENT,
        )


@dataclass(frozen=True)
class StaffOf:
    """Somebody who works in a practice."""

    account_id: UUID
    practice_id: UUID
    name: str
    email: str
    roles: frozenset[Role]

    def acting(self, role: Role) -> Principal:
        """The staff member, signed in and exercising a capability under `role`."""
        return Principal(
            self.practice_id, self.roles, account_id=self.account_id, name=self.name, acting_as=role
        )


@dataclass(frozen=True)
class PracticeOf:
    """A practice with its people, keyed by lower-case given name; visit types by slug."""

    view: PracticeView
    host: str
    patients: dict[str, PatientOf]
    staff: dict[str, StaffOf]
    visit_types: dict[str, UUID]
    practitioners: dict[str, UUID]

    @property
    def id(self) -> UUID:
        """The practice's id."""
        return self.view.id

    def context(self, db_role: str = "bedside_job", **values: object) -> Context:
        """A transaction's context in this practice, by default of a job."""
        kind = str(values.pop("actor_kind", "job"))
        return Context(self.id, db_role, kind, **values)  # type: ignore[arg-type]  # test data

    def job(self) -> Principal:
        """A program at work for this practice."""
        return Principal.job(self.id, "test")

    def anonymous(self, visitor: bytes = b"\x01" * 32) -> Principal:
        """A stranger's browser."""
        return Principal.anonymous(self.id, visitor).under(Role.ANONYMOUS)


@dataclass(frozen=True)
class Cast:
    """Everybody."""

    seagrape: PracticeOf
    ironbound: PracticeOf


def load_cast() -> Cast:
    """Read the cast from the test's database (inside an app context)."""
    with open_session(Context(None, "bedside_public", "test")) as session:
        hosts = session.execute(
            text("select host, practice_id from practice_host where face = 'portal' and canonical")
        ).all()
    loaded = {}
    for host, practice_id in hosts:
        made = _load_practice(host, practice_id)
        loaded[made.view.slug] = made
    return Cast(loaded["seagrape"], loaded["ironbound"])


def _load_practice(host: str, practice_id: UUID) -> PracticeOf:
    with open_session(Context(practice_id, "bedside_job", "test")) as session:
        view = view_practice(
            session.scalars(select(Practice).where(Practice.id == practice_id)).one()
        )
        patients = {
            patient.given_name.lower(): PatientOf(
                patient.id, account_id, practice_id, patient.email, patient.given_name
            )
            for patient, account_id in session.execute(
                select(Patient, PatientAccess.account_id)
                .join(PatientAccess, PatientAccess.patient_id == Patient.id)
                .execution_options(**DOOR)
            )
        }
        roles: dict[UUID, set[Role]] = {}
        for account_id, role in session.execute(select(RoleGrant.account_id, RoleGrant.role)):
            roles.setdefault(account_id, set()).add(Role(role))
        staff = {
            (account.name or "").split()[0].lower(): StaffOf(
                account.id,
                practice_id,
                account.name or "",
                account.email,
                frozenset(roles[account.id]),
            )
            for account in session.scalars(select(Account))
            if account.id in roles
        }
        visit_types = {row.slug: row.id for row in session.scalars(select(VisitType))}
        practitioners = {
            person.given_name.lower(): person.id
            for person in session.scalars(
                select(Practitioner).join(
                    PractitionerRole, PractitionerRole.practitioner_id == Practitioner.id
                )
            )
        }
    return PracticeOf(view, host, patients, staff, visit_types, practitioners)


def before_opening(settings: Settings, practice: PracticeOf) -> None:
    """The practice as it was before it was opened: nothing in the product leads back there."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'practice.seeded', true)")
        owner.execute("update practice set opened_at = null where id = %s", [practice.id])
