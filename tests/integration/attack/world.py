"""Two practices full of rows, and a database that says yes to everything: only the doors are left.

The connection is a superuser's, whom row-level security does not bind. What a door does not ask
for itself, it hands out here.
"""

import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session

from shared.access.principal import Principal, Role
from shared.db import Base, Context
from shared.models.account import Account
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.break_glass import BreakGlass
from shared.models.checkout_session import CheckoutSession
from shared.models.dispatch import Dispatch
from shared.models.patient import Patient
from shared.models.payment import Payment
from shared.models.refund import Refund
from shared.models.role_grant import RoleGrant
from tests.integration.attack.video import furnish_visit
from tests.people import SEEDED_AT, Cast, PatientOf, PracticeOf

NOW = SEEDED_AT + timedelta(hours=2)
VISITOR, OTHER_VISITOR = b"\x07" * 32, b"\x08" * 32
DAY = timedelta(days=1)
# Of each patient: what it is called, its state, how far from now, whether it was ever booked.
VISITS = (
    ("soon", "booked", 3 * DAY, True),
    ("waiting", "checked-in", 4 * DAY, True),
    ("held", "pending", 5 * DAY, False),
    ("stale", "pending", 6 * DAY, False),
    ("gone", "cancelled", -5 * DAY, True),
    ("let-go", "cancelled", -6 * DAY, False),
    ("done", "fulfilled", -10 * DAY, True),
    ("older", "fulfilled", -20 * DAY, True),
    ("mistake", "entered-in-error", 7 * DAY, True),
    ("wish", "proposed", 8 * DAY, False),
)


@dataclass
class World:
    """Where everything is, under names that people can read."""

    dsn: str
    cast: Cast
    names: dict[object, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    patients: dict[str, PatientOf] = field(default_factory=dict)
    engine: tuple[int, Engine] | None = None

    def session(self) -> Session:
        """A session that nothing in the database stops."""
        # A forked process has connections of its own.
        if self.engine is None or self.engine[0] != os.getpid():
            self.engine = (os.getpid(), create_engine(self.dsn, pool_size=1))
        made = Session(self.engine[1], expire_on_commit=False)
        made.info["context"] = Context(self.cast.seagrape.id, "bedside_job", "test")
        return made

    def call(self, name: str, thing: Any) -> Any:
        """Give something a name."""
        key = thing.id if hasattr(thing, "id") else thing
        self.names[key] = name
        self.ids[name] = key
        return thing

    def named(self, thing: Any) -> str:
        """The name of something, or what it says itself."""
        key = thing.id if isinstance(thing, Base) else thing
        return self.names.get(key, "?" if isinstance(key, UUID) else str(key))


def build(dsn: str, cast: Cast) -> World:
    """Fill the database."""
    world = World(dsn, cast)
    with world.session() as session:
        session.execute(text("select set_config('app.action', 'practice.seeded', false)"))
        # The whole world is one act, named in the line above.
        session.info["acting"] = True
        for slot, (practice, name) in enumerate(
            ((cast.seagrape, "ana"), (cast.seagrape, "ben"), (cast.ironbound, "cleo"))
        ):
            patient = practice.patients[name]
            world.patients[name] = patient
            world.call(name, patient)
            _furnish(world, session, practice, patient, slot)
        for practice in (cast.seagrape, cast.ironbound):
            world.names |= {one.id: name for name, one in practice.patients.items()}
            _strangers(world, session, practice)
            _staff(world, session, practice)
        session.commit()
    return world


def _furnish(
    world: World, session: Session, practice: PracticeOf, patient: PatientOf, slot: int
) -> None:
    name = patient.given_name.lower()
    session.execute(
        text("select set_config('app.practice_id', :id, false)"), {"id": str(practice.id)}
    )
    row = session.scalars(
        select(Patient).where(Patient.id == patient.id).execution_options(door=True)
    ).one()
    world.names[row.reference] = f"{name}'s reference"
    for label, status, ahead, booked in VISITS:
        visit = _visit(practice, NOW + ahead + slot * timedelta(hours=1), status)
        visit.patient_id = patient.id
        visit.booked_at = NOW - 30 * DAY if booked else None
        if status == "pending":
            left = timedelta(minutes=5 if label == "held" else -5)
            visit.hold_expires_at = NOW + left
        session.add(world.call(f"{name}.{label}", visit))
        session.flush()
        if label in ("soon", "gone", "done"):
            _money(world, session, f"{name}.{label}", visit, patient)
        if label == "soon":
            furnish_visit(world, session, f"{name}.{label}", visit)
        if status == "cancelled":
            ended = AppointmentCancellation(
                practice_id=practice.id, appointment_id=visit.id, patient_id=patient.id,
                cancelled_by=None, by_kind="patient", reason="patient_request",
                within_policy=True, refund_due_minor=0, created_at=NOW,
            )  # fmt: skip
            session.add(world.call(f"{name}.{label}.cancellation", ended))
    for number, status in enumerate(("queued", "delivered", "bounced", "sending")):
        mail = Dispatch(
            practice_id=practice.id, channel="email", template="booking_confirmed",
            patient_id=patient.id, status=status, attempts=0,
            to_bidx=b"the same address", dedupe_key=f"key-{number}-{name}",
            provider_message_id=f"m-{number}-{name}" if status != "queued" else None,
            created_at=NOW - timedelta(hours=number + 1),
            claimed_at=NOW - timedelta(hours=number + 1) if status == "sending" else None,
        )  # fmt: skip
        session.add(world.call(f"{name}.mail-{status}", mail))
    session.flush()


def _visit(practice: PracticeOf, starts_at: datetime, status: str) -> Appointment:
    during = Range(starts_at, starts_at + timedelta(minutes=30), bounds="[)")
    return Appointment(
        practice_id=practice.id, reference=f"R{starts_at:%d%H%M}-{practice.view.slug}",
        status=status, patient_id=None,
        practitioner_id=next(iter(practice.practitioners.values())),
        visit_type_id=next(iter(practice.visit_types.values())),
        during=during, occupied=during, starts_at=during.lower, ends_at=during.upper,
        time_zone="America/New_York", wall_clock=starts_at.replace(tzinfo=None),
        patient_time_zone="America/New_York", state="FL", modality="video", price_minor=15_000,
        currency="usd", visitor_key=None, hold_expires_at=None, booked_at=None,
        override_reason=None, sequence=0, created_at=NOW - 30 * DAY,
    )  # fmt: skip


def _money(
    world: World, session: Session, label: str, visit: Appointment, patient: PatientOf
) -> None:
    practice_id = patient.practice_id
    payment = Payment(
        practice_id=practice_id, appointment_id=visit.id, patient_id=patient.id,
        account_key="practice", account_source="default", amount_minor=15_000, currency="usd",
        status="succeeded", created_at=visit.starts_at - 40 * DAY, paid_at=NOW,
    )  # fmt: skip
    session.add(world.call(f"{label}.payment", payment))
    session.flush()
    for number, status in enumerate(("complete", "open" if "soon" in label else "expired")):
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


def _strangers(world: World, session: Session, practice: PracticeOf) -> None:
    """Times that browsers hold, of people nobody knows yet."""
    session.execute(
        text("select set_config('app.practice_id', :id, false)"), {"id": str(practice.id)}
    )
    late = 12 if practice is world.cast.ironbound else 0
    for number, (label, key) in enumerate((("mine", VISITOR), ("theirs", OTHER_VISITOR))):
        visit = _visit(practice, NOW + 9 * DAY + timedelta(hours=number + late), "pending")
        visit.visitor_key = key
        visit.hold_expires_at = NOW + timedelta(minutes=5)
        session.add(world.call(f"{practice.view.slug}.{label}", visit))
    session.flush()


def _staff(world: World, session: Session, practice: PracticeOf) -> None:
    """Emergencies of the staff: open, over, reviewed; somebody who has left."""
    mine = [one for one in world.patients.values() if one.practice_id == practice.id]
    member, *others = (practice.staff[name] for name in sorted(practice.staff))
    for label, person in practice.staff.items():
        world.call(f"{practice.view.slug}.{label}", person.account_id)
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


def viewers(cast: Cast, people: dict[str, PatientOf]) -> dict[str, Principal]:
    """Everybody who may stand before a door."""
    seagrape = cast.seagrape

    def desk(role: Role, practice: PracticeOf = seagrape) -> Principal:
        member = practice.staff[min(practice.staff)]
        return Principal(
            practice.id, frozenset({role}), account_id=member.account_id, acting_as=role
        )

    stranger = Principal.anonymous(seagrape.id, VISITOR).under(Role.ANONYMOUS)
    return {
        **{name: person.viewer for name, person in people.items()},
        "visitor": stranger,
        "nobody": Principal.anonymous(seagrape.id).under(Role.ANONYMOUS),
        **{
            role.value: desk(role)
            for role in (
                *(Role.RECEPTIONIST, Role.NURSE, Role.PHYSICIAN),
                *(Role.BILLER, Role.OWNER, Role.AUDITOR),
            )
        },
        "their physician": desk(Role.PHYSICIAN, cast.ironbound),
        "job": Principal.job(seagrape.id, "test"),
        "their job": Principal.job(cast.ironbound.id, "test"),
    }
