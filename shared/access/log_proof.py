"""How the log is proven: the last signed checkpoint, and what verifications found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from shared.access.log import check_reader
from shared.access.principal import Principal, Role
from shared.models.log_verification import LogVerification

_CHECKPOINT = text("""
    select c.made_at, c.last_seq, coalesce((select l.seq from audit.link l
        where l.practice_id = :practice_id order by l.seq desc limit 1), 0) as newest
    from (select 1) one left join (
        select made_at, last_seq from audit.checkpoint where practice_id = :practice_id
        order by last_seq desc limit 1
    ) c on true
""")

_RESTORES = text("""
    select f.fork, f.declared_at, (p.body ->> 'restored_to')::timestamptz as restored_to,
        p.body ->> 'by' as by, p.body ->> 'second' as second, (p.body ->> 'lost')::bigint as lost,
        coalesce(e.reason, '') as reason
    from audit.fork f join audit.event e on e.id = f.event_id and e.action = 'log.restored'
    join audit.payload p on p.event_id = e.id
    where f.practice_id = :practice_id order by f.fork
""")


@dataclass(frozen=True, slots=True)
class Verification:
    """One finished run: `outcome` is passed, failed or unable."""

    kind: str
    finished_at: datetime
    outcome: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetBack:
    """A restore that was declared: by whom, to which moment, how many sealed entries it lost."""

    fork: int
    declared_at: datetime
    restored_to: datetime
    by: str
    second: str
    lost: int
    reason: str


@dataclass(frozen=True, slots=True)
class LogProof:
    """`sealed` entries lie behind the last checkpoint, of `newest` in all."""

    sealed_at: datetime | None
    sealed: int
    newest: int
    # The last run of each kind: chain, checkpoint, archive, replay, restore.
    verifications: Mapping[str, Verification]
    # Declared restores of the database, oldest first.
    restores: tuple[SetBack, ...] = ()


def read_log_proof(session: Session, *, viewer: Principal) -> LogProof:
    """What can be said for the log at this moment. Names no patient, so no look is noted."""
    if Role.JOB not in viewer.roles:
        check_reader(viewer)
    row = session.execute(_CHECKPOINT, {"practice_id": viewer.practice_id}).one()
    latest = session.scalars(
        select(LogVerification)
        .where(LogVerification.practice_id == viewer.practice_id)
        .ext(distinct_on(LogVerification.kind))
        .order_by(LogVerification.kind, LogVerification.finished_at.desc())
    ).all()
    return LogProof(
        sealed_at=row.made_at,
        sealed=row.last_seq or 0,
        newest=row.newest,
        verifications={
            run.kind: Verification(run.kind, run.finished_at, run.outcome, _findings(run))
            for run in latest
        },
        restores=tuple(
            SetBack(**each._mapping)
            for each in session.execute(_RESTORES, {"practice_id": viewer.practice_id})
        ),
    )


def _findings(run: LogVerification) -> tuple[str, ...]:
    found = run.details.get("found") or []
    return tuple(str(each.get("sentence", "")) for each in found[:5] if isinstance(each, dict))
