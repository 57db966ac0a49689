"""What a practice keeps beside its patients' records, and the questions about it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared.models.attention_item import AttentionItem
from shared.models.dispatch import Dispatch
from shared.models.inbox import Inbox
from shared.models.patient import Patient
from shared.models.patient_access import PatientAccess
from shared.models.pending_change import PendingChange
from shared.models.preference import Preference
from shared.models.suppression import Suppression
from tests.integration.attack.furniture import NOW
from tests.people import PracticeOf

if TYPE_CHECKING:
    from tests.integration.attack.world import World

HOUR = timedelta(hours=1)
SHARED_BIDX = b"one address everywhere"
KINDS = ("mail_bounced", "refund_failed")
# Name, state, provider, channel, hours since it was taken, whether it settled: of mails to nobody.
MAILS: tuple[tuple[str, str, str | None, str, int, bool], ...] = (
    ("unheard", "sent", "ses", "email", 5, False),
    ("unclear", "unknown", None, "email", 6, False),
    ("heard", "sent", "ses", "email", 5, True),
    ("ancient", "sent", "ses", "email", 24 * 5, False),
    ("young", "sent", "ses", "email", 1, False),
    ("second", "sent", "resend", "email", 5, False),
    ("spoken", "sent", "ses", "sms", 5, False),
    ("waits", "queued", None, "email", 5, False),
)


def furnish_house(world: "World", session: Session, practice: PracticeOf) -> None:
    """Items, addresses, letters and changes of one practice; and mail that went to no patient."""
    slug = practice.view.slug
    patient = next(one for one in world.patients.values() if one.practice_id == practice.id)
    # Somebody who is a patient of both practices, under one address.
    both = Patient(
        practice_id=practice.id, reference="SM1-11E", given_name="Same", family_name="Person",
        name_key="person same", birth_date=date(1980, 1, 2), state="FL",
        time_zone="America/New_York", created_at=NOW, email_bidx=SHARED_BIDX,
    )  # fmt: skip
    session.add(world.call(f"{slug}.same", both))
    _mails(world, session, practice)
    few = practice.view.slug == "ironbound"
    for number, kind in enumerate((*KINDS[few:], "log_broken")):
        for state in ("open", "ended"):
            ended = NOW - number * HOUR if state == "ended" else None
            session.add(
                world.call(
                    f"{slug}.item-{kind}-{state}",
                    AttentionItem(
                        practice_id=practice.id, kind=kind, subject_type="practice",
                        subject_id=practice.id, patient_id=patient.id if number == 0 else None,
                        times=1, since=NOW - timedelta(days=number + 1), last_at=NOW,
                        resolved_at=ended, outcome="done" if ended else None,
                    ),
                )
            )  # fmt: skip
    for state in ("now", "lifted"):
        session.add(
            world.call(
                f"{slug}.address-{state}",
                Suppression(
                    practice_id=practice.id, channel="email", to_ct=b"", to_bidx=SHARED_BIDX,
                    reason="bounced", dispatch_id=world.ids[f"{slug}.mail.unheard"],
                    patient_id=patient.id, created_at=NOW,
                    lifted_at=NOW if state == "lifted" else None,
                    lift_reason="asked" if state == "lifted" else None,
                ),
            )
        )  # fmt: skip
    _reminders(world, session, practice)
    chosen = Preference(
        practice_id=practice.id, patient_id=patient.id, wanted=["email:receipt"], quiet_from=None,
        quiet_until=None, language=None, changed_at=NOW,
    )  # fmt: skip
    session.add(world.call(f"{slug}.choice", chosen))
    for days, outcome, subject in ((30, "not_needed", patient.id), (31, "done", both.id)):
        long_ago = AttentionItem(
            practice_id=practice.id, kind=KINDS[0], subject_type="patient", subject_id=subject,
            patient_id=None, times=1, since=NOW - timedelta(days=40), last_at=NOW, outcome=outcome,
            resolved_at=NOW - timedelta(days=days),
        )  # fmt: skip
        session.add(world.call(f"{slug}.item-long-ago-{outcome}", long_ago))
    _own_address(world, session, practice, patient.id)
    _household(world, session, practice, both.id)
    _letters(world, session, practice)
    _changes(world, session, practice)
    session.flush()
    _looks(session, practice, patient.id)


# Who looked, and why: a clinician, and the patient.
LOOKS = text(
    "select set_config('app.practice_id', :practice, false),"
    " set_config('app.actor_kind', :who, false), set_config('app.reason', :why, false),"
    " audit.note('look', 'patient.viewed', 'patient', :patient, :patient, '{}')"
)


def _looks(session: Session, practice: PracticeOf, patient_id: UUID) -> None:
    """The log of each practice is as long as its name, so that one is not taken for the other."""
    for number in range(len(practice.view.slug)):
        who = {"who": "patient" if number % 3 == 0 else "physician", "why": f"why {number}"}
        session.execute(LOOKS, {"practice": str(practice.id), "patient": patient_id, **who})
    session.execute(text("select set_config('app.reason', '', false)"))


def _mails(world: "World", session: Session, practice: PracticeOf) -> None:
    for number, (name, status, provider, channel, hours, settled) in enumerate(MAILS):
        for template in ("operations_test", "change_due") if name == "unheard" else ("change_due",):
            at = NOW - hours * HOUR - timedelta(minutes=number)
            mail = Dispatch(
                practice_id=practice.id, channel=channel, template=template, patient_id=None,
                status=status, attempts=0, to_bidx=b"x", created_at=at, provider=provider,
                dedupe_key=f"house-{name}-{template}-{practice.view.slug}",
                claimed_at=None if status == "queued" else at, settled_at=NOW if settled else None,
            )  # fmt: skip
            session.add(world.call(f"{practice.view.slug}.mail.{name}", mail))
    session.flush()


def _own_address(world: "World", session: Session, practice: PracticeOf, patient_id: UUID) -> None:
    """The first patient's own mail comes back."""
    own = session.scalars(
        select(Patient).where(Patient.id == patient_id).execution_options(door=True)
    ).one()
    slug = practice.view.slug
    held = Suppression(
        practice_id=practice.id, channel="email", to_ct=b"", to_bidx=own.email_bidx,
        reason="bounced", dispatch_id=world.ids[f"{slug}.mail.unheard"], patient_id=patient_id,
        created_at=NOW, lifted_at=None, lift_reason=None,
    )  # fmt: skip
    session.add(world.call(f"{slug}.address-own", held))
    # Held back on another channel, mended, and of nobody we know.
    for channel, bidx, whose, lifted in (
        ("sms", b"by text", patient_id, None),
        ("email", b"mended", patient_id, NOW),
        ("email", b"nobody's", None, None),
    ):
        other = Suppression(
            practice_id=practice.id, channel=channel, to_ct=b"", to_bidx=bidx, reason="complained",
            dispatch_id=world.ids[f"{slug}.mail.unheard"], patient_id=whose, created_at=NOW,
            lifted_at=lifted, lift_reason="asked" if lifted else None,
        )  # fmt: skip
        session.add(world.call(f"{slug}.address-{bidx.decode()}", other))


# Who may act, or might, for the person whose address both practices know.
ACTS_FOR_SAME = (("family", None), ("proxy", None), ("self", NOW))


def _household(world: "World", session: Session, practice: PracticeOf, same: UUID) -> None:
    """Ana's sign-in is the household's; Ben stands in; Carmen did once; Dale never did."""
    people = [practice.patients[name] for name in sorted(practice.patients)]
    for person, (relationship, ended) in zip(people, ACTS_FOR_SAME, strict=False):
        granted = PatientAccess(
            practice_id=practice.id, account_id=person.account_id, patient_id=same,
            relationship=relationship, scopes=["record"], created_at=NOW, ended_at=ended,
        )  # fmt: skip
        session.add(granted)


def _reminders(world: "World", session: Session, practice: PracticeOf) -> None:
    """Ana was reminded of her next visit; what went to Ben and Cleo was no reminder of theirs."""
    both = world.ids[f"{practice.view.slug}.same"]
    late = NOW + timedelta(hours=36)
    sent = (
        ("ana", "ana", "visit_reminder", late),
        ("ben", "ben", "booking_confirmed", late),
        ("ben", "ben", "visit_reminder", NOW - timedelta(days=9)),
        ("cleo", "", "visit_reminder", late),
    )
    for number, (visit, whose, template, at) in enumerate(sent):
        if world.patients[visit].practice_id != practice.id:
            continue
        mail = Dispatch(
            practice_id=practice.id, channel="email", template=template, status="sent", attempts=1,
            patient_id=world.patients[whose].id if whose else both, to_bidx=b"y", provider="ses",
            about_type="appointment", about_id=world.ids[f"{visit}.soon"], created_at=at,
            dedupe_key=f"reminder-{number}", claimed_at=at, settled_at=at,
        )  # fmt: skip
        session.add(world.call(f"{practice.view.slug}.reminder-{number}", mail))
    session.flush()


def _letters(world: "World", session: Session, practice: PracticeOf) -> None:
    slug = practice.view.slug
    later = timedelta(minutes=10 if practice.view.slug == "ironbound" else 0)
    for number, status in enumerate(("received", "applied", "dead", "dead")):
        letter = Inbox(
            practice_id=practice.id, source="ses" if number == 3 else "stripe:practice",
            vendor_event_id=f"evt-{number}", kind="checkout.session.completed", body_ct=b"",
            status=status, attempts=1, last_error="unknown reference" if number == 2 else None,
            received_at=NOW - number * HOUR + later * (number == 1), applied_at=None,
        )  # fmt: skip
        session.add(world.call(f"{slug}.letter-{number}", letter))
    # What was heard last came from another vendor.
    heard = Inbox(
        practice_id=practice.id, source="ses", vendor_event_id="evt-last", kind="Delivery",
        body_ct=b"", status="applied", attempts=1, last_error=None, applied_at=NOW,
        received_at=NOW - HOUR / 3,
    )  # fmt: skip
    session.add(world.call(f"{slug}.letter-last", heard))


def _changes(world: "World", session: Session, practice: PracticeOf) -> None:
    slug, owner = practice.view.slug, min(one.account_id for one in practice.staff.values())
    for kind, days, end in (
        ("message_sender", 5, None),
        ("payment_setting", 1, None),
        ("message_sender", 9, "applied_at"),
        ("message_sender", 8, "withdrawn_at"),
    ):
        at = NOW - timedelta(days=days)
        change = PendingChange(
            practice_id=practice.id, kind=kind, proposal={}, proposed_by=owner, proposed_at=at,
            effective_at=at + timedelta(days=3),
        )  # fmt: skip
        if end is not None:
            setattr(change, end, NOW - timedelta(hours=days))
        session.add(world.call(f"{slug}.change-{kind}-{end or 'open'}", change))
