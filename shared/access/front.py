"""The door to the portal's first page: own record, whether mail arrives, the last news, at once."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from sqlalchemy import BindParameter, Boolean, Select, and_, bindparam, func, select, true
from sqlalchemy.orm import Session, aliased

from shared.access.principal import Principal
from shared.events import look
from shared.models.dispatch import Dispatch
from shared.models.encounter import Encounter
from shared.models.patient import Patient
from shared.models.payment import Payment
from shared.models.suppression import Suppression
from shared.models.visit_summary import VisitSummary


@dataclass(frozen=True, slots=True)
class Front:
    """What the first page says: the record, why mail is held back, the last mail and payment."""

    patient: Patient | None = None
    no_mail: str | None = None
    message: Dispatch | None = None
    paid: Payment | None = None
    # When the latest visit was whose summary waits to be read.
    told_of: datetime | None = None


def read_front(session: Session, *, viewer: Principal) -> Front:
    """The viewer's own; of messages and money only what they may see. Empty without a record."""
    if viewer.patient_id is None:
        return Front()
    asked = {
        "practice": viewer.practice_id,
        "patient": viewer.patient_id,
        "messages": viewer.may("messages"),
        "money": viewer.may("money"),
        "record": viewer.may("record"),
    }
    row = session.execute(_front(), asked).one_or_none()
    if row is None:
        return Front()
    patient, held_id, reason, message, paid, told_of = row
    own = patient.id
    look(session, "patient.viewed", target=patient, patient_id=own)
    if held_id is not None:
        look(session, "suppression.viewed", target=("suppression", held_id), patient_id=own)
    if asked["messages"]:
        look(session, "dispatches.listed", target=("patient", own), patient_id=own)
    if paid is not None:
        look(session, "payment.viewed", target=("payment", paid.id), patient_id=own)
    if told_of is not None:
        look(session, "summaries.listed", target=("patient", own), patient_id=own)
    return Front(patient, reason, message, paid, told_of)


@cache
def _front() -> Select[Patient, UUID, str, Dispatch, Payment, datetime]:
    """One statement, made once: every first page of the portal asks it."""
    practice: BindParameter[UUID] = bindparam("practice")
    patient: BindParameter[UUID] = bindparam("patient")
    held = and_(
        Suppression.practice_id == Patient.practice_id,
        Suppression.patient_id == Patient.id,
        Suppression.channel == "email",
        Suppression.to_bidx == Patient.email_bidx,
        Suppression.lifted_at.is_(None),
    )
    last = (
        select(Dispatch)
        .where(Dispatch.practice_id == practice, Dispatch.patient_id == patient)
        .where(bindparam("messages", type_=Boolean))
        .order_by(Dispatch.created_at.desc(), Dispatch.id.desc())
        .limit(1)
        .subquery()
    )
    paid = (
        select(Payment)
        .where(Payment.practice_id == practice, Payment.patient_id == patient)
        .where(Payment.paid_at.is_not(None), bindparam("money", type_=Boolean))
        .order_by(Payment.created_at.desc(), Payment.id.desc())
        .limit(1)
        .subquery()
    )
    told_of = (
        select(func.max(Encounter.planned_for))
        .join(
            VisitSummary,
            and_(
                VisitSummary.practice_id == Encounter.practice_id,
                VisitSummary.encounter_id == Encounter.id,
            ),
        )
        .where(Encounter.practice_id == practice, Encounter.patient_id == patient)
        .where(VisitSummary.approved_at.is_not(None), bindparam("record", type_=Boolean))
        .scalar_subquery()
    )
    message, payment = aliased(Dispatch, last), aliased(Payment, paid)
    return (
        select(Patient, Suppression.id, Suppression.reason, message, payment, told_of)
        .outerjoin(Suppression, held)
        .outerjoin(message, true())
        .outerjoin(payment, true())
        .where(Patient.practice_id == practice, Patient.id == patient)
        .execution_options(door=True)
    )
