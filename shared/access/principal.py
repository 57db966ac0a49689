"""Who acts: a person behind a session, a job, or nobody in particular."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.db import Context


class Role(StrEnum):
    """What somebody is in a practice. A person may be several at once."""

    ANONYMOUS = "anonymous"
    PATIENT = "patient"
    PROXY = "proxy"
    RECEPTIONIST = "receptionist"
    NURSE = "nurse"
    PHYSICIAN = "physician"
    BILLER = "biller"
    OWNER = "owner"
    AUDITOR = "auditor"
    AGENT = "agent"
    JOB = "job"
    API_CLIENT = "api_client"


STAFF_ROLES = (
    Role.PHYSICIAN,
    Role.NURSE,
    Role.RECEPTIONIST,
    Role.BILLER,
    Role.OWNER,
    Role.AUDITOR,
)

# The database role a transaction runs as when a capability is exercised under a role.
# An agent only drafts: it reads as the public does until a capability of its own exists.
DB_ROLE = {
    Role.ANONYMOUS: "bedside_public",
    Role.PATIENT: "bedside_patient",
    Role.PROXY: "bedside_patient",
    Role.RECEPTIONIST: "bedside_front_desk",
    Role.NURSE: "bedside_clinician",
    Role.PHYSICIAN: "bedside_clinician",
    Role.BILLER: "bedside_biller",
    Role.OWNER: "bedside_manager",
    Role.AUDITOR: "bedside_auditor",
    Role.AGENT: "bedside_public",
    Role.JOB: "bedside_job",
    Role.API_CLIENT: "bedside_public",
}


@dataclass(frozen=True, slots=True)
class OpenGlass:
    """Emergency access to one patient's record: for how long, and with what reason."""

    id: UUID
    patient_id: UUID
    reason: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Principal:
    """The viewer handed to doors and the actor handed to services.

    `acting_as` is the role under which the current capability is exercised; None before a
    capability was chosen.
    """

    practice_id: UUID
    roles: frozenset[Role]
    account_id: UUID | None = None
    patient_id: UUID | None = None
    session_id: UUID | None = None
    visitor: bytes | None = None
    name: str = ""
    acting_as: Role | None = None
    glass: OpenGlass | None = None
    # What somebody who acts for a patient may do; None for whom nothing is held back.
    scopes: frozenset[str] | None = None
    # False for somebody at the desk who turned single-key shortcuts off.
    single_keys: bool = True

    @classmethod
    def anonymous(cls, practice_id: UUID, visitor: bytes | None = None) -> "Principal":
        """Somebody who has not said who they are."""
        return cls(practice_id, frozenset({Role.ANONYMOUS}), visitor=visitor)

    @classmethod
    def job(cls, practice_id: UUID, name: str) -> "Principal":
        """A program at work for the practice; `name` says which."""
        return cls(practice_id, frozenset({Role.JOB}), name=name, acting_as=Role.JOB)

    @property
    def is_anonymous(self) -> bool:
        """True for somebody who has not signed in."""
        return Role.ANONYMOUS in self.roles

    @property
    def is_patient(self) -> bool:
        """True for a patient or one who acts for a patient."""
        return bool(self.roles & {Role.PATIENT, Role.PROXY})

    @property
    def is_staff(self) -> bool:
        """True for anybody who works in the practice."""
        return any(role in self.roles for role in STAFF_ROLES)

    @property
    def kind(self) -> str:
        """How the event log names the actor's kind."""
        role = self.acting_as or next((role for role in Role if role in self.roles), Role.ANONYMOUS)
        return role.value

    def may(self, scope: str) -> bool:
        """True unless the viewer acts for a patient and was not given this part of the record."""
        return self.scopes is None or scope in self.scopes

    def opens(self, patient_id: UUID) -> bool:
        """True while the glass is broken for exactly this patient."""
        return self.glass is not None and self.glass.patient_id == patient_id

    def under(self, role: Role) -> "Principal":
        """The same principal exercising a capability under one of its roles."""
        return replace(self, acting_as=role)

    def context(self, *, request_id: str | None = None, reason: str | None = None) -> Context:
        """The database context of a transaction of this principal."""
        role = self.acting_as or Role.ANONYMOUS
        return Context(
            practice_id=self.practice_id,
            db_role=DB_ROLE[role],
            actor_kind=role.value,
            actor_id=self.account_id,
            patient_id=self.patient_id,
            on_behalf_of=self.patient_id if role is Role.PROXY else None,
            session_id=self.session_id,
            request_id=request_id,
            reason=reason or (self.name or None if role is Role.JOB else None),
            visitor=self.visitor,
        )
