"""Two practices full of rows, and a database that says yes to everything: only the doors are left.

The connection is a superuser's, whom row-level security does not bind. What a door does not ask
for itself, it hands out here.
"""

import os
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Engine, create_engine, event, select, text
from sqlalchemy.orm import Session

from shared.access.principal import Principal, Role
from shared.db import Base, Context
from shared.models.appointment import Appointment, AppointmentCancellation
from shared.models.dispatch import Dispatch
from shared.models.patient import Patient
from tests.integration.attack.chart import furnish_encounter
from tests.integration.attack.furniture import (
    DAY,
    NOW,
    VISITOR,
    furnish_money,
    furnish_staff,
    furnish_strangers,
    make_visit,
)
from tests.integration.attack.ground import furnish_drew, furnish_ground
from tests.integration.attack.house import furnish_house
from tests.integration.attack.past import furnish_past
from tests.integration.attack.video import VISITS_BESIDE, furnish_visit, furnish_visit_beside
from tests.people import Cast, PatientOf, PracticeOf

# Of each patient: what it is called, its state, how far from now, whether it was ever booked.
VISITS = (
    ("soon", "booked", 3 * DAY, True),
    ("waiting", "checked-in", 4 * DAY, True),
    ("held", "pending", 5 * DAY, False),
    ("stale", "pending", 6 * DAY, False),
    ("gone", "cancelled", -5 * DAY, True),
    ("let-go", "cancelled", -6 * DAY, False),
    ("done", "fulfilled", -10 * DAY, True),
    ("missed", "booked", -11 * DAY, True),
    ("older", "fulfilled", -20 * DAY, True),
    ("mistake", "entered-in-error", 7 * DAY, True),
    ("wish", "proposed", 8 * DAY, False),
)
# Booked to be a call, and booked on the day before.
BY_PHONE, LATE = {"ben.older"}, {"ben.missed"}
# What two people read out on the phone, each to their own practice.
SPOKEN, SPOKEN_BY = "BN2-34KA", {"ben.soon", "cleo.soon"}


@dataclass
class World:
    """Where everything is, under names that people can read."""

    dsn: str
    cast: Cast
    names: dict[object, str] = field(default_factory=dict)
    ids: dict[str, UUID] = field(default_factory=dict)
    patients: dict[str, PatientOf] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, bytes | None] = field(default_factory=dict)
    engine: tuple[int, Engine] | None = None
    # Whether anything was locked since somebody last looked.
    locked: bool = False

    def session(self) -> Session:
        """A session that nothing in the database stops."""
        # A forked process has connections of its own.
        if self.engine is None or self.engine[0] != os.getpid():
            self.engine = (os.getpid(), create_engine(self.dsn, pool_size=1))
            event.listen(self.engine[1], "before_cursor_execute", self._notice_locks)
            event.listen(self.engine[1], "connect", self._say_who_asks)
        made = Session(self.engine[1], expire_on_commit=False)
        made.info["context"] = Context(self.cast.seagrape.id, "bedside_job", "test")
        return made

    def _say_who_asks(self, connection: Any, _record: Any) -> None:
        """What is noted has to be somebody's; nothing else in here depends on it."""
        who = {"app.practice_id": str(self.cast.seagrape.id), "app.actor_kind": "job"}
        with connection.cursor() as cursor:
            for name, value in who.items():
                cursor.execute("select set_config(%s, %s, false)", (name, value))
        connection.commit()

    def _notice_locks(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.locked = self.locked or "FOR UPDATE" in statement or "xact_lock" in statement

    def call(self, name: str, thing: Any) -> Any:
        """Give something a name."""
        key = thing.id if hasattr(thing, "id") else thing
        self.names[key] = name
        self.ids[name] = key
        self.kinds[name] = type(thing).__name__
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
        furnish_drew(world, session)
        for slot, (practice, name) in enumerate(
            ((cast.seagrape, "ana"), (cast.seagrape, "ben"), (cast.ironbound, "cleo"))
        ):
            patient = practice.patients[name]
            world.patients[name] = patient
            world.call(name, patient)
            _furnish(world, session, practice, patient, slot)
        for practice in (cast.seagrape, cast.ironbound):
            world.names |= {one.id: name for name, one in practice.patients.items()}
            furnish_strangers(world, session, practice)
            furnish_staff(world, session, practice)
            furnish_house(world, session, practice)
            furnish_ground(world, session, practice)
            furnish_past(world, session, practice)
        session.commit()
    # What was said on that connection is over.
    if world.engine is not None:
        world.engine[1].dispose()
        world.engine = None
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
    world.references[name] = row.reference
    world.addresses[name] = row.email_bidx
    for label, status, ahead, booked in VISITS:
        visit = make_visit(practice, NOW + ahead + slot * timedelta(hours=1), status)
        visit.patient_id = patient.id
        visit.booked_at = NOW - 30 * DAY if booked else None
        _tell_apart(visit, f"{name}.{label}")
        if status == "pending":
            left = timedelta(minutes=5 if label == "held" else -5)
            visit.hold_expires_at = NOW + left
        session.add(world.call(f"{name}.{label}", visit))
        session.flush()
        if label in ("soon", "held", "gone", "done"):
            furnish_money(world, session, f"{name}.{label}", visit, patient)
        if label in ("soon", "done"):
            furnish_visit(world, session, f"{name}.{label}", visit)
            furnish_encounter(world, session, practice, f"{name}.{label}", visit)
        if f"{name}.{label}" in VISITS_BESIDE:
            furnish_visit_beside(world, session, f"{name}.{label}", visit)
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


def _tell_apart(visit: Appointment, name: str) -> None:
    """What is different about some visits."""
    if name in LATE:
        visit.booked_at = visit.starts_at - timedelta(hours=20)
    if name in SPOKEN_BY:
        visit.reference = SPOKEN
    if name in BY_PHONE:
        visit.modality = "phone"


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
