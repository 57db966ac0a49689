"""A verification from beginning to end: run the checks, keep what they saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.adapters.storage.s3 import StorageUnavailable
from shared.events import act
from shared.keyring import KeysUnavailable
from shared.models.log_verification import LogVerification
from shared.proof import reading
from shared.proof.archives import check_archives
from shared.proof.chain import check_chain
from shared.proof.checkpoints import check_checkpoints
from shared.proof.report import Report
from shared.proof.sealing import adopt_stored
from shared.proof.work import LogBroken, Work

# Findings kept in a row; the verifier outside names them all.
KEPT_FINDINGS = 20


@dataclass(frozen=True, slots=True)
class Verification:
    """One run as it was kept."""

    kind: str
    outcome: str
    report: Report


def verify_log(work: Work, *, whole: bool = False) -> list[Verification]:
    """Check chain, checkpoints and archives; keep a LogVerification of each.

    `whole` re-reads every archive. Raises LogBroken with the findings when something is not as it
    was, KeysUnavailable or StorageUnavailable when a vendor was away (kept as `unable`).
    """
    chain, checkpoints, archives = Report(), Report(), Report()

    def check_entries() -> None:
        try:
            adopt_stored(work)
        except LogBroken:
            checkpoints.tally("not_adopted")
        check_chain(work, chain, check_checkpoints(work, checkpoints))

    runs = [
        *_run(work, {"chain": chain, "checkpoint": checkpoints}, check_entries),
        *_run(
            work,
            {"archive": archives},
            lambda: check_archives(work, archives, all_of_them=whole),
        ),
    ]
    findings = [found for run in runs for found in run.report.findings]
    if findings:
        raise LogBroken(findings[0].sentence, findings)
    return runs


def verified_today(session: Session, *, practice_id: UUID) -> bool:
    """Whether the chain was verified on the practice's present date, with whatever outcome."""
    last = session.scalar(
        select(LogVerification.finished_at)
        .where(
            LogVerification.practice_id == practice_id,
            LogVerification.kind == "chain",
            LogVerification.outcome != "unable",
        )
        .order_by(LogVerification.finished_at.desc())
        .limit(1)
    )
    return last is not None and _local(session, practice_id, last) == _local(
        session, practice_id, clock.now()
    )


def keep_verification(
    session: Session,
    *,
    practice_id: UUID,
    kind: str,
    started_at: datetime,
    outcome: str,
    details: dict[str, object],
) -> LogVerification:
    """Write one finished run, of whatever kind: a replay or a restore drill as well."""
    row = LogVerification(
        practice_id=practice_id,
        kind=kind,
        started_at=started_at,
        finished_at=clock.now(),
        outcome=outcome,
        details=details,
    )
    session.add(row)
    act(session, "log.verified", target=row, kind=kind, outcome=outcome)
    return row


def _run(work: Work, reports: dict[str, Report], check: Callable[[], None]) -> list[Verification]:
    started_at = clock.now()
    try:
        check()
    except (KeysUnavailable, StorageUnavailable) as error:
        for kind, report in reports.items():
            _keep(work, Verification(kind, "unable", report), started_at, str(error))
        raise
    runs = [
        Verification(kind, "failed" if report.findings else "passed", report)
        for kind, report in reports.items()
    ]
    for run in runs:
        _keep(work, run, started_at)
    return runs


def _keep(work: Work, run: Verification, started_at: datetime, reason: str = "") -> None:
    details: dict[str, object] = dict(run.report.counts)
    details["found"] = [one.as_details() for one in run.report.findings[:KEPT_FINDINGS]]
    if reason:
        details["reason"] = reason
    with work.session() as session:
        keep_verification(
            session,
            practice_id=work.practice_id,
            kind=run.kind,
            started_at=started_at,
            outcome=run.outcome,
            details=details,
        )


def _local(session: Session, practice_id: UUID, at: datetime) -> date:
    return at.astimezone(ZoneInfo(reading.zone_of(session, practice_id))).date()
