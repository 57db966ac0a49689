"""Appointments, money, holds of strangers and emergencies of the staff, for the world."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from shared.models.account import Account
from shared.models.appointment import Appointment
from shared.models.break_glass import BreakGlass
from shared.models.checkout_session import CheckoutSession
from shared.models.ledger_entry import LedgerEntry
from shared.models.patient_access import PatientAccess
from shared.models.payment import Payment
from shared.models.refund import Refund
from shared.models.role_grant import RoleGrant
from tests.people import SEEDED_AT, PatientOf, PracticeOf

if TYPE_CHECKING:
    from tests.integration.attack.world import World

NOW = SEEDED_AT + timedelta(hours=2)
VISITOR, OTHER_VISITOR = b"\x07" * 32, b"\x08" * 32
DAY = timedelta(days=1)


def make_visit(practice: PracticeOf, starts_at: datetime, status: str) -> Appointment:
    """One that nobody has yet, for half an hour."""
    during = Range(starts_at, starts_at + timedelta(minutes=30), bounds="[)")
    return Appointment(
        practice_id=practice.id, reference=f"R{starts_at:%d%H%M}-{practice.view.slug}",
        status=status, patient_id=None,
        practitioner_id=_doctor(practice),
        visit_type_id=next(iter(practice.visit_types.values())),
        during=during, occupied=during, starts_at=during.lower, ends_at=during.upper,
        time_zone="America/New_York", wall_clock=starts_at.replace(tzinfo=None),
        patient_time_zone="America/New_York", state="FL", modality="video", price_minor=15_000,
        currency="usd", visitor_key=None, hold_expires_at=None, booked_at=None,
        override_reason=None, sequence=0, created_at=NOW - 30 * DAY,
    )  # fmt: skip


def _doctor(practice: PracticeOf) -> UUID:
    """Another one in each practice, though one person may work in both."""
    return [practice.practitioners[name] for name in sorted(practice.practitioners)][
        -1 if practice.view.slug == "ironbound" else 0
    ]


def furnish_money(
    world: "World", session: Session, label: str, visit: Appointment, patient: PatientOf
) -> None:
    """What was paid for a visit: two pages, and a little given back."""
    practice_id = patient.practice_id
    payment = Payment(
        practice_id=practice_id, appointment_id=visit.id, patient_id=patient.id,
        account_key="practice", account_source="default", amount_minor=15_000, currency="usd",
        status="open" if label.endswith("held") else "succeeded",
        created_at=visit.starts_at - 40 * DAY, paid_at=None if label.endswith("held") else NOW,
    )  # fmt: skip
    session.add(world.call(f"{label}.payment", payment))
    session.flush()
    for number, status in enumerate(
        ("complete", "expired" if label.endswith(("gone", "done")) else "open")
    ):
        page = CheckoutSession(
            practice_id=practice_id, payment_id=payment.id, patient_id=patient.id, status=status,
            vendor_id=f"cs-{number}-{label}", attempts=0, success_url="/", cancel_url="/",
            created_at=NOW - DAY + timedelta(hours=number), expires_at=NOW + timedelta(hours=1),
        )  # fmt: skip
        session.add(world.call(f"{label}.page-{number}", page))
    session.flush()
    refund = Refund(
        practice_id=practice_id, payment_id=payment.id,
        checkout_session_id=world.ids[f"{label}.page-0"], patient_id=patient.id,
        amount_minor=100, currency="usd", reason="by_practice",
        status="queued" if "soon" in label else "succeeded", vendor_id=f"re-{label}",
        created_at=NOW - DAY, ended_at=None if "soon" in label else NOW, attempts=0,
    )  # fmt: skip
    session.add(world.call(f"{label}.refund", refund))
    session.flush()
    _furnish_ledger(session, label.partition(".")[2], payment, refund)


# How many days ago the books took up what was paid for a visit.
BOOKED_DAYS_AGO = {"soon": 1, "gone": 8, "done": 20}


def _furnish_ledger(session: Session, label: str, payment: Payment, refund: Refund) -> None:
    """What the books say of a payment, and of what went back of it."""
    if label not in BOOKED_DAYS_AGO:
        return
    moved = {
        "practice_id": payment.practice_id, "payment_id": payment.id, "currency": "usd",
        "checkout_session_id": refund.checkout_session_id,
        "recorded_at": NOW - BOOKED_DAYS_AGO[label] * DAY,
    }  # fmt: skip
    taken = LedgerEntry(
        **moved, kind="capture", amount_minor=payment.amount_minor, refund_id=None,
        debit_account="bank", credit_account="income",
    )  # fmt: skip
    session.add(taken)
    if refund.ended_at is not None:
        back = LedgerEntry(
            **moved, kind="refund", amount_minor=refund.amount_minor, refund_id=refund.id,
            debit_account="income", credit_account="bank",
        )  # fmt: skip
        session.add(back)
    session.flush()


def furnish_strangers(world: "World", session: Session, practice: PracticeOf) -> None:
    """Times that browsers hold, of people nobody knows yet."""
    session.execute(
        text("select set_config('app.practice_id', :id, false)"), {"id": str(practice.id)}
    )
    late = 12 if practice is world.cast.ironbound else 0
    for number, (label, key) in enumerate((("mine", VISITOR), ("theirs", OTHER_VISITOR))):
        visit = make_visit(practice, NOW + 9 * DAY + timedelta(hours=number + late), "pending")
        visit.visitor_key = key
        visit.hold_expires_at = NOW + timedelta(minutes=5)
        session.add(world.call(f"{practice.view.slug}.{label}", visit))
    # Held by this browser, and let go: the only one with Drew.
    left = make_visit(practice, NOW + 9 * DAY + timedelta(hours=6 + late), "cancelled")
    left.visitor_key, left.hold_expires_at = VISITOR, NOW - timedelta(minutes=1)
    left.practitioner_id = world.ids["dr-drew"]
    session.add(world.call(f"{practice.view.slug}.let-go", left))
    # Held by this browser, and claimed by somebody who has signed in since.
    claimed = make_visit(practice, NOW + 9 * DAY + timedelta(hours=4 + late), "booked")
    claimed.visitor_key, claimed.booked_at = VISITOR, NOW
    mine = [one for one in world.patients.values() if one.practice_id == practice.id]
    claimed.patient_id = mine[0].id
    session.add(
        PatientAccess(
            practice_id=practice.id, account_id=mine[0].account_id, patient_id=mine[-1].id,
            relationship="proxy", scopes=["record"], created_at=NOW, ended_at=NOW,
        )
    )  # fmt: skip
    session.add(world.call(f"{practice.view.slug}.claimed", claimed))
    session.flush()


def furnish_staff(world: "World", session: Session, practice: PracticeOf) -> None:
    """Emergencies of the staff: open, over, reviewed; somebody who has left."""
    mine = [one for one in world.patients.values() if one.practice_id == practice.id]
    member, *others = (practice.staff[name] for name in sorted(practice.staff))
    for label, person in practice.staff.items():
        world.call(f"{practice.view.slug}.{label}", person.account_id)
    for name, key in practice.practitioners.items():
        world.names.setdefault(key, f"dr-{name}")
    early = BreakGlass(
        practice_id=practice.id, account_id=others[0].account_id, patient_id=mine[0].id,
        patient_reference="AA1-11A", reason="emergency", words_ct=b"",
        opened_at=NOW - timedelta(minutes=10), expires_at=NOW + timedelta(minutes=50),
        ended_at=NOW - timedelta(minutes=5), reviewed_by=None, reviewed_at=None, outcome=None,
    )  # fmt: skip
    session.add(world.call(f"{practice.view.slug}.glass-early", early))
    for number, patient in enumerate(mine):
        at = NOW - timedelta(minutes=30 + 90 * number)
        glass = BreakGlass(
            practice_id=practice.id, account_id=member.account_id, patient_id=patient.id,
            patient_reference="AA1-11A", reason="emergency", words_ct=b"", opened_at=at,
            expires_at=at + timedelta(hours=1), ended_at=at if number else None,
            reviewed_by=others[0].account_id if number else None,
            reviewed_at=NOW if number else None, outcome="justified" if number else None,
        )  # fmt: skip
        session.add(world.call(f"{practice.view.slug}.glass-{number}", glass))
    left = Account(
        practice_id=practice.id, email_ct=b"", email_bidx=b"left", name="Left",
        user_handle=b"\x01" * 32, created_at=NOW, closed_at=NOW,
    )  # fmt: skip
    session.add(world.call(f"{practice.view.slug}.left", left))
    session.flush()
    ended = RoleGrant(
        practice_id=practice.id, account_id=left.id, role="nurse", granted_by=None,
        granted_at=NOW, ended_by=None, ended_at=NOW,
    )  # fmt: skip
    session.add(ended)
    session.flush()
