"""The door to what a practice still lacks before its first patient: counts, about nobody."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role

_STANDING = text("""
    select
        (select count(*) from passkey p where p.practice_id = :practice_id
            and p.account_id = :account_id and p.ended_at is null) as own_passkeys,
        (select count(distinct practitioner_id) from weekly_hours h
            where h.practice_id = :practice_id
            and (h.valid_until is null or h.valid_until >= current_date)) as with_hours,
        (select count(*) from practitioner_role r
            where r.practice_id = :practice_id and r.active) as practitioners,
        (select count(*) from visit_type v
            where v.practice_id = :practice_id and v.active) as visit_types,
        (select max(d.settled_at) from dispatch d where d.practice_id = :practice_id
            and d.template = 'operations_test' and d.patient_id is null
            and d.status = 'delivered') as test_mail_at
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the practice is: what is counted, and when a test mail last arrived."""

    own_passkeys: int
    with_hours: int
    practitioners: int
    visit_types: int
    test_mail_at: datetime | None


def read_standing(session: Session, *, viewer: Principal) -> Standing:
    """The counts. Owners only; raises NotFound for everybody else."""
    if Role.OWNER not in viewer.roles:
        raise NotFound
    row = session.execute(
        _STANDING,
        {"practice_id": viewer.practice_id, "account_id": viewer.account_id},
        execution_options={"door": True},
    ).one()
    return Standing(**row._mapping)
