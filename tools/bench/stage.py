"""Who is there to be measured: the crowd, sessions for some of it, a full week, the requests."""

import html
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode
from uuid import UUID

import httpx
import psycopg
from flask import Flask
from sqlalchemy import select

from shared import booking
from shared.auth.sessions import start_session
from shared.db import Context, open_session
from shared.models.account import Account
from shared.models.practitioner import PractitionerRole
from shared.models.role_grant import RoleGrant
from shared.models.visit_type import VisitType
from shared.web.cookies import session_cookie_name
from tools.bench.crowd import ACCOUNTS, PATIENTS, Ground, gather
from tools.bench.load import Shot

PAGES = ("portal_home", "slot_search", "book", "admin_day", "event_log_patient")
SLUG, VISIT = "seagrape", "first-visit"
REGULARS = 200
VISITORS = 64
DAYS_LOOKED_AT = 8
HIDDEN = re.compile(r'name="(csrf_token|idempotency_key|visit|zone)" value="([^"]*)"')
TIME = re.compile(r'name="starts_at" value="([^"]+)"')
DAY = re.compile(r'href="(/portal/book/[^"]+\bday=[^"]+)"')


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


def prepare(app: Flask, port: int, admin_dsn: str, crowd: int) -> Stage:
    """Bring the crowd in and give some of it visits in the coming week."""
    practice_id = _practice(admin_dsn)
    with open_session(Context(practice_id, "bedside_job", "bench")) as session:
        person = session.scalars(select(PractitionerRole.practitioner_id)).first()
        kind = session.scalars(select(VisitType.id).where(VisitType.slug == VISIT)).one()
    if person is None:
        raise SystemExit("The demo practice has nobody who sees patients.")
    ground = Ground(practice_id, person, kind)
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


def shots(stage: Stage) -> dict[str, list[Shot]]:
    """The requests of every measured page."""
    regulars, physician = list(_regular_sessions(stage)), _staff_session(stage)
    return {
        "portal_home": [Shot("/portal/", cookie) for cookie in regulars],
        "slot_search": [Shot(f"/portal/book/{VISIT}", stage.headers)],
        "book": list(_holds(stage)),
        "admin_day": [Shot("/admin/", physician)],
        "event_log_patient": [
            Shot(f"/admin/patients/{PATIENTS.at(number)}/story", physician)
            for number in stage.numbers()
        ],
    }


def _regular_sessions(stage: Stage) -> Iterator[dict[str, str]]:
    home = stage.ground.practice_id
    for number in stage.numbers():
        with open_session(Context(home, "bedside_gate", "bench")) as session:
            started = start_session(
                session,
                account=session.get_one(Account, (home, ACCOUNTS.at(number))),
                face="portal",
                factor="link",
                device="Bench",
                patient_id=PATIENTS.at(number),
            )
        yield _with_cookie(stage, "portal", started.token)


def _staff_session(stage: Stage) -> dict[str, str]:
    home = stage.ground.practice_id
    with open_session(Context(home, "bedside_job", "bench")) as session:
        account_id = session.scalars(
            select(RoleGrant.account_id).where(
                RoleGrant.role == "physician", RoleGrant.ended_at.is_(None)
            )
        ).first()
    with open_session(Context(home, "bedside_gate", "bench")) as session:
        started = start_session(
            session,
            account=session.get_one(Account, (home, account_id)),
            face="admin",
            factor="passkey",
            device="Bench",
        )
    return _with_cookie(stage, "admin", started.token)


def _with_cookie(stage: Stage, face: str, token: str) -> dict[str, str]:
    return {**stage.headers, "Cookie": f"{session_cookie_name(face)}={token}"}


def _holds(stage: Stage) -> Iterator[Shot]:
    """Visitors who each press one open time after another: a new hold lets the last one go."""
    for turn in range(VISITORS):
        with httpx.Client(base_url=stage.base, headers=stage.headers, timeout=60) as client:
            text = client.get(f"/portal/book/{VISIT}").raise_for_status().text
            days = list(dict.fromkeys(DAY.findall(text)))
            times = TIME.findall(text)
            fields = {name: html.unescape(value) for name, value in HIDDEN.findall(text)}
            if days:
                later = html.unescape(days[turn % min(len(days), DAYS_LOOKED_AT)])
                times += TIME.findall(client.get(later).raise_for_status().text)
            fields["idempotency_key"] = "{random}"
            cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        headers = {
            **stage.headers,
            "Cookie": cookie,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        for time in secrets.SystemRandom().sample(times, min(4, len(times))):
            fields["starts_at"] = html.unescape(time)
            body = urlencode(fields, safe="{}")
            yield Shot("/portal/holds", headers, "POST", body)


def _practice(admin_dsn: str) -> UUID:
    with psycopg.connect(admin_dsn) as admin:
        row = admin.execute("select id from practice where slug = %s", (SLUG,)).fetchone()
    if row is None:
        raise SystemExit(f"There is no practice called {SLUG}.")
    return UUID(str(row[0]))
