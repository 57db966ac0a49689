"""Each point of the list: green with a date, or red with what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.access.accounts import StaffMember
from shared.access.log_proof import LogProof, Verification
from shared.web.formats import when

# How long each proof is good for.
SEALED_WITHIN = timedelta(hours=1)
NIGHTLY = timedelta(days=2)
QUARTERLY = timedelta(days=92)
OWNERS = 2


@dataclass(frozen=True, slots=True)
class Point:
    """One point: `done` is green; `state` says since when, `advice` what to do when it is red."""

    title: str
    done: bool
    state: str
    advice: str


@dataclass(frozen=True, slots=True)
class Drill:
    """A verification that must have passed lately."""

    kind: str
    title: LazyString
    good_for: timedelta
    advice: LazyString


DRILLS = (
    Drill(
        "chain",
        _l("The event log was verified"),
        NIGHTLY,
        _l("It is verified every night. Verify it now on the page of the event log."),
    ),
    Drill(
        "archive",
        _l("The nightly copies of the log were verified"),
        NIGHTLY,
        _l("The first copy is made on the night after the first day."),
    ),
    Drill(
        "replay",
        _l("The records were rebuilt from the log alone"),
        QUARTERLY,
        _l("Ask the operator for a replay drill; its date appears here."),
    ),
    Drill(
        "restore",
        _l("The database was restored from a backup"),
        QUARTERLY,
        _l("Ask the operator for a restore drill; its date appears here."),
    ),
)


def present(proof: LogProof, staff: Sequence[StaffMember], now: datetime, zone: str) -> list[Point]:
    """The list, in the order in which one does it."""
    return [
        _owners(staff),
        _sealed(proof, now, zone),
        *(_drill(drill, proof.verifications, now, zone) for drill in DRILLS),
    ]


def _owners(staff: Sequence[StaffMember]) -> Point:
    names = [
        member.account.name or ""
        for member in staff
        if any(grant.role == "owner" for grant in member.grants)
    ]
    return Point(
        title=_("Two people own the practice"),
        done=len(names) >= OWNERS,
        state=", ".join(names),
        advice=_(
            "With one owner, nobody can step in for them. Invite a second on the team's page."
        ),
    )


def _sealed(proof: LogProof, now: datetime, zone: str) -> Point:
    return Point(
        title=_("The event log is sealed every minute"),
        done=proof.sealed_at is not None and now - proof.sealed_at < SEALED_WITHIN,
        state=when(proof.sealed_at, zone) if proof.sealed_at else _("never"),
        advice=_("The worker does not run, or the key service does not answer. Call the operator."),
    )


def _drill(drill: Drill, runs: Mapping[str, Verification], now: datetime, zone: str) -> Point:
    run = runs.get(drill.kind)
    passed = run is not None and run.outcome == "passed"
    return Point(
        title=str(drill.title),
        done=passed and run is not None and now - run.finished_at < drill.good_for,
        state=_state(run, zone),
        advice=str(drill.advice),
    )


def _state(run: Verification | None, zone: str) -> str:
    if run is None:
        return str(_("never"))
    if run.outcome == "passed":
        return when(run.finished_at, zone)
    return str(_("did not pass on %(when)s", when=when(run.finished_at, zone)))
