"""Who is there to be measured: the crowd, and a full week."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import psycopg
from flask import Flask
from sqlalchemy import select

from shared import booking
from shared.db import Context, open_session
from shared.models.practitioner import PractitionerRole
from shared.models.visit_type import VisitType
from tools.bench.crowd import PATIENTS, Ground, gather

SLUG, VISIT = "seagrape", "first-visit"
REGULARS = 200


@dataclass
class Stage:
    """A practice with its crowd, ready to be asked."""

    app: Flask
    port: int
    ground: Ground
    crowd: int

    @property
    def base(self) -> str:
        """Where the pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def headers(self) -> dict[str, str]:
        """What every request says."""
        return {"Host": f"localhost:{self.port}"}

    def numbers(self) -> list[int]:
        """The crowd's members who are asked about, spread over all of it."""
        step = max(1, self.crowd // REGULARS)
        return list(range(0, self.crowd, step))[:REGULARS]


def find_ground(admin_dsn: str) -> Ground:
    """The demo practice; call it inside the program."""
    practice_id = _practice(admin_dsn)
    with open_session(Context(practice_id, "bedside_job", "bench")) as session:
        person = session.scalars(select(PractitionerRole.practitioner_id)).first()
        kind = session.scalars(select(VisitType.id).where(VisitType.slug == VISIT)).one()
    if person is None:
        raise SystemExit("The demo practice has nobody who sees patients.")
    return Ground(practice_id, person, kind)


def prepare(app: Flask, port: int, admin_dsn: str, crowd: int) -> Stage:
    """Bring the crowd in and give some of it visits in the coming week."""
    ground = find_ground(admin_dsn)
    stage = Stage(app, port, ground, crowd)
    gather(admin_dsn, ground, crowd)
    fill_week(stage, admin_dsn)
    return stage


def forget_holds(admin_dsn: str) -> None:
    """Undo what visitors held: a recorded hold can only be replayed while its time is free."""
    with psycopg.connect(admin_dsn) as admin:
        for table in ("appointment", "appointment_cancellation"):
            admin.execute(f"alter table {table} disable trigger all".encode())
        for statement in (
            (
                "delete from busy_time using appointment a"
                " where a.id = busy_time.appointment_id and a.patient_id is null"
            ),
            (
                "delete from appointment_cancellation c using appointment a"
                " where a.id = c.appointment_id and a.patient_id is null"
            ),
            "delete from appointment where patient_id is null",
            "delete from idempotency_key",
        ):
            admin.execute(statement.encode())
        for table in ("appointment", "appointment_cancellation"):
            admin.execute(f"alter table {table} enable trigger all".encode())
            admin.execute(f"alter table {table} enable always trigger log_writes".encode())


def fill_week(stage: Stage, admin_dsn: str) -> None:
    """Every second open time of the coming weeks belongs to one of the regulars."""
    ground = stage.ground
    with open_session(Context(ground.practice_id, "bedside_job", "bench")) as session:
        visit = session.scalars(select(VisitType).where(VisitType.id == ground.visit_type_id)).one()
        free = booking.find_next_times(session, visit_type=visit, count=REGULARS * 2)[::2]
    regulars = stage.numbers()
    with psycopg.connect(admin_dsn) as admin:
        admin.execute(
            "select set_config('app.action', 'practice.seeded', true),"
            " set_config('app.actor_kind', 'system', true),"
            " set_config('app.practice_id', %s, true)",
            (str(ground.practice_id),),
        )
        for number, opening in zip(regulars, free, strict=False):
            starts = opening.starts_at
            ends = starts + timedelta(minutes=visit.length_minutes)
            admin.execute(
                "insert into appointment (practice_id, id, reference, status, patient_id,"
                " practitioner_id, visit_type_id, during, starts_at, ends_at, occupied, time_zone,"
                " wall_clock, patient_time_zone, state, modality, price_minor, currency, booked_at,"
                " sequence, created_at) select %(home)s, gen_random_uuid(), %(reference)s,"
                " 'booked', %(patient)s, %(person)s, %(kind)s, tstzrange(%(starts)s, %(ends)s),"
                " %(starts)s, %(ends)s, tstzrange(%(starts)s, %(ends)s), 'America/New_York',"
                " %(starts)s at time zone 'America/New_York', 'America/New_York', 'FL', 'video',"
                " 15000, 'usd', now(), 0, now()",
                {
                    "home": ground.practice_id,
                    "reference": f"B{number:08d}",
                    "patient": PATIENTS.at(number),
                    "person": opening.practitioner_id,
                    "kind": ground.visit_type_id,
                    "starts": starts,
                    "ends": ends,
                },
            )


def _practice(admin_dsn: str) -> UUID:
    with psycopg.connect(admin_dsn) as admin:
        row = admin.execute("select id from practice where slug = %s", (SLUG,)).fetchone()
    if row is None:
        raise SystemExit(f"There is no practice called {SLUG}.")
    return UUID(str(row[0]))
