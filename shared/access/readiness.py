"""The door to what a practice still lacks before its first patient: counts, about nobody."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.models.visit import VideoRoom

_STANDING = text("""
    with keys as (
        select g.account_id, bool_or(g.role = 'owner') as owner,
            (select count(*) from passkey p where p.practice_id = g.practice_id
                and p.account_id = g.account_id and p.ended_at is null) as passkeys
        from role_grant g where g.practice_id = :practice_id and g.ended_at is null
        group by g.practice_id, g.account_id
    ), people as (
        select r.practitioner_id from practitioner_role r
        where r.practice_id = :practice_id and r.active
    )
    select
        (select count(*) from keys) as staff,
        (select count(*) from keys where passkeys >= case when owner then 2 else 1 end) as equipped,
        (select count(*) from keys where owner) as owners,
        (select count(*) from people where exists (select from weekly_hours h
            where h.practice_id = :practice_id and h.practitioner_id = people.practitioner_id
            and (h.valid_until is null or h.valid_until >= :today))) as with_hours,
        (select count(*) from people) as practitioners,
        (select count(*) from people where exists (select from licence l
            where l.practice_id = :practice_id and l.practitioner_id = people.practitioner_id
            and l.ended_at is null and :today between l.starts_on and l.ends_on)) as licensed,
        (select min(l.ends_on) from licence l where l.practice_id = :practice_id
            and l.ended_at is null and l.ends_on >= :today) as licence_ends_on,
        (select count(*) from visit_type v
            where v.practice_id = :practice_id and v.active) as visit_types,
        (select max(d.settled_at) from dispatch d where d.practice_id = :practice_id
            and d.template = 'operations_test' and d.patient_id is null
            and d.status = 'delivered') as test_mail_at,
        (select max(v.ended_at) from visit v where v.practice_id = :practice_id
            and v.status in ('ended', 'torn_down') and v.began_at is not null) as rehearsed_at,
        (select max(i.received_at) from inbox i where i.practice_id = :practice_id
            and i.source like 'stripe:%' and i.status = 'applied') as stripe_heard_at,
        (select p.emergency_words <> '' from practice p where p.id = :practice_id) as crisis_words,
        (select p.escalation_phone from practice p where p.id = :practice_id) as escalation_phone,
        (select p.opened_at from practice p where p.id = :practice_id) as opened_at,
        (select m.started_on from mail_warmup m where m.practice_id = :practice_id
            and m.ended_at is null) as warm_up_on,
        (select count(*) from sheet_key k where k.practice_id = :practice_id
            and k.ended_at is null) as sheet_keys,
        (select max(s.on_date) from downtime_sheet s
            where s.practice_id = :practice_id) as sheet_for
""")


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the practice is: what is counted, and when something last happened."""

    staff: int = 0
    # Whoever has the passkeys they need: two for an owner, one for everybody else.
    equipped: int = 0
    owners: int = 0
    with_hours: int = 0
    practitioners: int = 0
    licensed: int = 0
    licence_ends_on: date | None = None
    visit_types: int = 0
    test_mail_at: datetime | None = None
    rehearsed_at: datetime | None = None
    stripe_heard_at: datetime | None = None
    crisis_words: bool = False
    escalation_phone: str = ""
    opened_at: datetime | None = None
    warm_up_on: date | None = None
    sheet_keys: int = 0
    sheet_for: date | None = None


def read_standing(session: Session, *, viewer: Principal, today: date) -> Standing:
    """The counts on a day of the practice. Owners and jobs; raises NotFound for everybody else."""
    if Role.OWNER not in viewer.roles and Role.JOB not in viewer.roles:
        raise NotFound
    row = session.execute(
        _STANDING,
        {"practice_id": viewer.practice_id, "today": today},
        execution_options={"door": True},
    ).one()
    return Standing(**row._mapping)


def find_last_proven_room(session: Session, *, viewer: Principal) -> datetime | None:
    """When a video room was last made and seen to be gone again. Jobs only; names nobody."""
    if Role.JOB not in viewer.roles:
        raise NotFound
    found: datetime | None = session.scalar(
        select(func.max(VideoRoom.gone_at))
        .where(VideoRoom.practice_id == viewer.practice_id, VideoRoom.ready_at.is_not(None))
        .execution_options(door=True)
    )
    return found
