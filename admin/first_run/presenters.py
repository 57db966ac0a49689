"""Each point of the list: green with a date, or red with why it matters and where it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from flask_babel.speaklater import LazyString

from shared.access.accounts import StaffMember
from shared.access.log_proof import LogProof, Verification
from shared.access.readiness import Standing
from shared.web.formats import when

# How long each proof is good for.
SEALED_WITHIN = timedelta(hours=1)
NIGHTLY = timedelta(days=2)
QUARTERLY = timedelta(days=92)
OWNERS = PASSKEYS = 2


@dataclass(frozen=True, slots=True)
class Facts:
    """All that the list is made of. A `problem` is why the built-in setting is used."""

    standing: Standing
    proof: LogProof
    staff: Sequence[StaffMember]
    sender_problem: str | None
    payment_problem: str | None
    heard_at: datetime | None
    silent: bool
    now: datetime
    zone: str


@dataclass(frozen=True, slots=True)
class Point:
    """`done` is green; `state` says how it stands, `why` why it matters; the step when red."""

    title: str
    done: bool
    state: str
    why: str
    step: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Drill:
    """A verification that must have passed lately."""

    kind: str
    title: LazyString
    good_for: timedelta
    why: LazyString


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


def present(facts: Facts) -> list[tuple[str, list[Point]]]:
    """The list in groups, in the order in which one does it."""
    return [
        (_("Who can sign in"), [_passkeys(facts.standing), _owners(facts.staff)]),
        (
            _("What patients meet"),
            [
                _hours(facts.standing),
                _visits(facts.standing),
                _sender(facts),
                _test_mail(facts),
                _payments(facts),
            ],
        ),
        (
            _("What keeps it safe"),
            [
                _worker(facts),
                _sealed(facts.proof, facts.now, facts.zone),
                *(
                    _drill(drill, facts.proof.verifications, facts.now, facts.zone)
                    for drill in DRILLS
                ),
            ],
        ),
    ]


def _passkeys(standing: Standing) -> Point:
    return Point(
        title=_("You have two passkeys"),
        done=standing.own_passkeys >= PASSKEYS,
        state=ngettext("%(num)d passkey", "%(num)d passkeys", standing.own_passkeys),
        why=_("With one, a lost phone locks you out of your own practice."),
        step=_("Add a passkey"),
        href=url_for("admin.security_index"),
    )


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
        why=_("With one owner, nobody can step in for them, and every change waits a day."),
        step=_("Invite a second owner"),
        href=url_for("admin.staff_index"),
    )


def _hours(standing: Standing) -> Point:
    return Point(
        title=_("Everybody who sees patients has hours"),
        done=0 < standing.practitioners <= standing.with_hours,
        state=_(
            "%(some)s of %(all)s",
            some=min(standing.with_hours, standing.practitioners),
            all=standing.practitioners,
        ),
        why=_("Without hours there is no time that a patient could book."),
        step=_("Set the hours"),
        href=_first_of("admin.hours_index", "admin.settings_index"),
    )


def _visits(standing: Standing) -> Point:
    return Point(
        title=_("There is something to book"),
        done=standing.visit_types > 0,
        state=ngettext("%(num)d kind of visit", "%(num)d kinds of visit", standing.visit_types),
        why=_("A kind of visit says how long it takes and what it costs."),
        step=_("Add a kind of visit"),
        href=_first_of("admin.visit_types_index", "admin.settings_index"),
    )


def _sender(facts: Facts) -> Point:
    return Point(
        title=_("Mail comes from your own address"),
        done=facts.sender_problem is None,
        state=_("the built-in sender is used") if facts.sender_problem else _("yours"),
        why=_("Patients take mail from a name they do not know for spam."),
        step=_("Set the sender"),
        href=url_for("admin.settings_show", kind="senders"),
    )


def _test_mail(facts: Facts) -> Point:
    at = facts.standing.test_mail_at
    return Point(
        title=_("A test mail arrived"),
        done=at is not None,
        state=when(at, facts.zone) if at else _("never"),
        why=_("Only mail that arrives proves that the sender is set up right."),
        step=_("Send a test mail"),
        href=url_for("admin.settings_show", kind="senders"),
    )


def _payments(facts: Facts) -> Point:
    return Point(
        title=_("Payments go to the account you chose"),
        done=facts.payment_problem is None,
        state=_("the built-in settings are used") if facts.payment_problem else _("yours"),
        why=_("Money that goes to another account has to be moved by hand."),
        step=_("Set how payments are taken"),
        href=url_for("admin.settings_show", kind="payments"),
    )


def _worker(facts: Facts) -> Point:
    return Point(
        title=_("The background worker is at work"),
        done=facts.heard_at is not None and not facts.silent,
        state=when(facts.heard_at, facts.zone) if facts.heard_at else _("never heard of"),
        why=_("While it is silent no mail leaves and no payment is confirmed. Call the operator."),
    )


def _sealed(proof: LogProof, now: datetime, zone: str) -> Point:
    return Point(
        title=_("The event log is sealed every minute"),
        done=proof.sealed_at is not None and now - proof.sealed_at < SEALED_WITHIN,
        state=when(proof.sealed_at, zone) if proof.sealed_at else _("never"),
        why=_("The worker does not run, or the key service does not answer. Call the operator."),
    )


def _drill(drill: Drill, runs: Mapping[str, Verification], now: datetime, zone: str) -> Point:
    run = runs.get(drill.kind)
    passed = run is not None and run.outcome == "passed"
    return Point(
        title=str(drill.title),
        done=passed and run is not None and now - run.finished_at < drill.good_for,
        state=_state(run, zone),
        why=str(drill.why),
        step=_("Open the event log"),
        href=url_for("admin.events_index"),
    )


def _state(run: Verification | None, zone: str) -> str:
    if run is None:
        return str(_("never"))
    if run.outcome == "passed":
        return when(run.finished_at, zone)
    return str(_("did not pass on %(when)s", when=when(run.finished_at, zone)))


def _first_of(*endpoints: str) -> str:
    """The address of the first page that exists."""
    return url_for(next(one for one in endpoints if one in current_app.view_functions))
