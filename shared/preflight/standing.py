"""How every point of the list stands now: read, found by the last look outside, or signed for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.log_proof import LogProof, read_log_proof
from shared.access.principal import Principal
from shared.access.readiness import Standing, read_standing
from shared.attention.silence import find_silence, last_beat
from shared.billing.settings import resolve_payment_setting
from shared.messaging.senders import resolve_sender
from shared.models.readiness import ReadinessAnswer, ReadinessFinding
from shared.models.vendor import Vendor
from shared.practices.vendors import covers, ends_soon, list_vendors
from shared.preflight.answers import find_answers
from shared.preflight.lines import HERE, LINES, OUTSIDE, WORD, Line

# How long each proof is good for.
SEALED_WITHIN = timedelta(hours=1)
NIGHTLY = timedelta(days=2)
REPLAYED_WITHIN = timedelta(days=92)
RESTORED_WITHIN = timedelta(days=35)
LOOKED_WITHIN = timedelta(days=2)
HEARD_WITHIN = timedelta(days=31)
LICENCE_WARNING = timedelta(days=30)
OWNERS = 2

Seen = dict[str, Any]


class GroundSettings(Protocol):
    """The part of the settings the list looks at."""

    @property
    def production(self) -> bool: ...
    @property
    def stripe_practice_secret_key(self) -> str: ...
    @property
    def stripe_practice_webhook_secret(self) -> str: ...
    @property
    def whereby_api_key(self) -> str: ...
    @property
    def resend_api_key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Stand:
    """One point. `code` and `seen` are for its sentence; `answer` is what an owner signed."""

    line: Line
    good: bool
    code: str
    seen: Seen
    checked_at: datetime | None = None
    answer: ReadinessAnswer | None = None

    @property
    def state(self) -> str:
        """green, signed (red, and an owner says why it may be) or red."""
        if self.good:
            return "green"
        explained = self.answer is not None and self.answer.kind == "explained"
        return "signed" if explained and self.line.may_explain else "red"


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the points that are read here are made of."""

    standing: Standing
    proof: LogProof
    vendors: Sequence[Vendor]
    sender_problem: str | None
    payment_problem: str | None
    heard_at: datetime | None
    silent: bool
    now: datetime
    today: date


Judged = tuple[bool, str, Seen]


def read_stands(
    session: Session, *, viewer: Principal, settings: GroundSettings, zone: str
) -> list[Stand]:
    """Every point, in order. Owners, auditors of none, and jobs; raises NotFound for others."""
    facts = read_facts(session, viewer=viewer, zone=zone)
    answers = find_answers(session, practice_id=viewer.practice_id, today=facts.today)
    found = {
        row.line: row
        for row in session.scalars(
            select(ReadinessFinding).where(ReadinessFinding.practice_id == viewer.practice_id)
        )
    }
    return [
        _stand(line, facts, found.get(line.name), answers.get(line.name), settings)
        for line in LINES
    ]


def read_facts(session: Session, *, viewer: Principal, zone: str) -> Facts:
    """Read all of it."""
    today = clock.today(zone)
    sender = resolve_sender(session)
    beat = last_beat()
    return Facts(
        standing=read_standing(session, viewer=viewer, today=today),
        proof=read_log_proof(session, viewer=viewer),
        vendors=list_vendors(session, practice_id=viewer.practice_id),
        sender_problem=(sender.problem or "no_row") if sender.source == "fallback" else None,
        payment_problem=resolve_payment_setting(session).problem,
        # The sign of life bears the machine's time, also while the sandbox has moved ours.
        heard_at=beat + clock.offset() if beat else None,
        silent=find_silence() is not None,
        now=clock.now(),
        today=today,
    )


def _stand(
    line: Line,
    facts: Facts,
    finding: ReadinessFinding | None,
    answer: ReadinessAnswer | None,
    settings: GroundSettings,
) -> Stand:
    if line.found == WORD:
        said = answer is not None and answer.kind == "confirmed"
        return Stand(line, said, "confirmed" if said else "unsaid", {}, answer=answer)
    if line.found == OUTSIDE:
        if finding is None or facts.now - finding.checked_at > LOOKED_WITHIN:
            at = finding.checked_at if finding else None
            return Stand(line, False, "not_looked", {}, at, answer)
        return Stand(line, finding.good, finding.code, finding.seen, finding.checked_at, answer)
    good, code, seen = judge(line.name, facts, settings)
    return Stand(line, good, code, seen, facts.now, answer)


def judge(name: str, facts: Facts, settings: GroundSettings) -> Judged:
    """A point that is read here: green or not, what to say, and with what."""
    if name in {"replay", "restore", "chain", "archive"}:
        return _drill(name, facts)
    if name == "vendors":
        return _vendors(facts, settings)
    if name == "stripe":
        return _stripe(facts, settings)
    return _counted(name, facts)


def _counted(name: str, facts: Facts) -> Judged:
    now = facts.standing
    some = {
        "passkeys": (now.equipped, now.staff),
        "hours": (now.with_hours, now.practitioners),
        "licences": (now.licensed, now.practitioners),
    }
    if name in some:
        done, of = some[name]
        ends = now.licence_ends_on
        if name == "licences" and ends and ends - facts.today <= LICENCE_WARNING:
            return False, "ends_on", {"on": ends.isoformat()}
        return 0 < of <= done, "some_of", {"some": min(done, of), "all": of}
    if name == "owners":
        return now.owners >= OWNERS, "count", {"num": now.owners}
    if name == "visit_types":
        return now.visit_types > 0, "count", {"num": now.visit_types}
    if name == "sender":
        return _yours(facts.sender_problem)
    if name == "payments":
        return _yours(facts.payment_problem)
    if name == "worker":
        return facts.heard_at is not None and not facts.silent, *_last(facts.heard_at)
    if name == "sealed":
        at = facts.proof.sealed_at
        return at is not None and facts.now - at < SEALED_WITHIN, *_last(at)
    return _happened(name, facts)


def _happened(name: str, facts: Facts) -> Judged:
    now = facts.standing
    moments = {"test_mail": now.test_mail_at, "rehearsal_visit": now.rehearsed_at}
    if name in moments:
        return moments[name] is not None, *_last(moments[name])
    if name == "escalation_phone":
        return bool(now.escalation_phone), "set" if now.escalation_phone else "unset", {}
    if name == "crisis_contacts":
        return now.crisis_words, "set" if now.crisis_words else "unset", {}
    if name == "warm_up":
        on = now.warm_up_on
        seen = {"on": on.isoformat()} if on else {}
        return on is not None, "since" if on else "not_started", seen
    if name == "downtime_sheet":
        return _sheet(facts)
    raise LookupError(name)


def _sheet(facts: Facts) -> Judged:
    made = facts.standing.sheet_for
    if not facts.standing.sheet_keys:
        return False, "no_key", {}
    good = made is not None and made >= facts.today
    return good, "made_for" if made else "never", {"on": made.isoformat()} if made else {}


def _drill(name: str, facts: Facts) -> Judged:
    run = facts.proof.verifications.get(name)
    good_for = {"replay": REPLAYED_WITHIN, "restore": RESTORED_WITHIN}.get(name, NIGHTLY)
    if run is None:
        return False, "never", {}
    passed = run.outcome == "passed"
    code = "last" if passed else "failed"
    return passed and facts.now - run.finished_at < good_for, code, _at(run.finished_at)


def _vendors(facts: Facts, settings: GroundSettings) -> Judged:
    """Every vendor in use is in the register, and every agreement stands."""
    needed = {"aws": ("amazon", "aws"), "stripe": ("stripe",)}
    if settings.whereby_api_key:
        needed["whereby"] = ("whereby",)
    if settings.resend_api_key:
        needed["resend"] = ("resend",)
    names = [vendor.name.lower() for vendor in facts.vendors]
    absent = [key for key, words in needed.items() if not _named(words, names)]
    if absent:
        return False, "absent", {"names": ", ".join(sorted(absent))}
    bare = [vendor.name for vendor in facts.vendors if not covers(vendor, facts.today)]
    if bare:
        return False, "no_agreement", {"names": ", ".join(bare)}
    soon = [vendor.name for vendor in facts.vendors if ends_soon(vendor, facts.today)]
    return (
        not soon,
        "ends_soon" if soon else "count",
        {
            "names": ", ".join(soon),
            "num": len(facts.vendors),
        },
    )


def _named(words: Iterable[str], names: Iterable[str]) -> bool:
    return any(word in name for name in names for word in words)


def _stripe(facts: Facts, settings: GroundSettings) -> Judged:
    """A key for real money in production, a secret for the webhook, and news that came by it."""
    key = settings.stripe_practice_secret_key
    if not key or not settings.stripe_practice_webhook_secret:
        return False, "no_key", {}
    if settings.production and "_live_" not in key:
        return False, "test_key", {}
    at = facts.standing.stripe_heard_at
    return at is not None and facts.now - at < HEARD_WITHIN, *_last(at)


def _yours(problem: str | None) -> Judged:
    return problem is None, "built_in" if problem else "yours", {}


def _last(at: datetime | None) -> tuple[str, Seen]:
    return ("last", _at(at)) if at else ("never", {})


def _at(at: datetime) -> Seen:
    return {"at": at.isoformat()}


def is_ready(stands: Iterable[Stand]) -> bool:
    """Whether nothing is red that no owner signed for."""
    return all(stand.state != "red" for stand in stands)


def lines_found(how: str) -> list[Line]:
    """The points that are found out one way: `here`, `outside` or `word`."""
    if how not in (HERE, OUTSIDE, WORD):
        raise ValueError(how)
    return [line for line in LINES if line.found == how]
