"""The proof of the log as a card: what is sealed, what was verified, and what that means."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.access.log_proof import LogProof, SetBack, Verification
from shared.web.formats import when

KINDS: Mapping[str, LazyString] = {
    "chain": _l("Every entry follows from the one before"),
    "checkpoint": _l("Entries match their signed seals"),
    "archive": _l("Nightly copies are whole"),
    "replay": _l("Records rebuilt from the log alone"),
    "restore": _l("Restored from a backup"),
}
OUTCOMES: Mapping[str, tuple[LazyString, str]] = {
    "passed": (_l("Held"), "good"),
    "failed": (_l("Did not hold"), "bad"),
    "unable": (_l("Could not be checked"), "warn"),
}


@dataclass(frozen=True, slots=True)
class Check:
    """One way of verifying, and how it went the last time."""

    title: str
    outcome: str
    tone: str
    when: str
    findings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ProofCard:
    """`broken`: a last verification found something. `held`: the chain did, and nothing broke."""

    sealed: str
    beyond: str
    checks: list[Check]
    broken: bool
    held: bool
    # Restores that were declared, each a sentence.
    restores: list[str]


def present_proof(proof: LogProof, zone: str) -> ProofCard:
    """The card's words."""
    if proof.sealed_at is None:
        sealed = _("never")
    else:
        sealed = _(
            "%(when)s: the first %(count)s entries",
            when=when(proof.sealed_at, zone),
            count=f"{proof.sealed:,}",
        )
    outcomes = {kind: run.outcome for kind, run in proof.verifications.items()}
    broken = "failed" in outcomes.values()
    checks = [_check(kind, proof.verifications.get(kind), zone) for kind in KINDS]
    return ProofCard(
        sealed=sealed,
        beyond=f"{max(proof.newest - proof.sealed, 0):,}",
        checks=checks,
        broken=broken,
        held=outcomes.get("chain") == "passed" and not broken,
        restores=[_restore(one, zone) for one in proof.restores],
    )


def _restore(one: SetBack, zone: str) -> str:
    said: str = _(
        "%(at)s: %(by)s and %(second)s set the database back to %(to)s. %(lost)s entries that"
        " had been sealed are lost; their seals are kept. Why: %(reason)s",
        at=when(one.declared_at, zone),
        by=one.by,
        second=one.second,
        to=when(one.restored_to, zone),
        lost=f"{one.lost:,}",
        reason=one.reason,
    )
    return said


def _check(kind: str, run: Verification | None, zone: str) -> Check:
    title = str(KINDS[kind])
    if run is None:
        return Check(title, _("Never"), "neutral", "", ())
    words, tone = OUTCOMES.get(run.outcome, (run.outcome, "neutral"))
    return Check(title, str(words), tone, when(run.finished_at, zone), run.findings)
