"""Visits live with the video vendor's stand-in, whose clock everybody follows."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest
from flask import Flask
from psycopg.rows import dict_row

from shared import clock
from shared.access.appointments import access_appointment
from shared.access.held_visits import find_own_practitioner
from shared.access.principal import Principal, Role
from shared.access.visits import get_visit
from shared.adapters.video.errors import VideoError
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.booking.confirming import confirm_appointment
from shared.config import Settings
from shared.db import open_session
from shared.jobs.registry import Job, TryLater, load_tasks
from shared.people.consent_texts import consent_text
from shared.visits.attending import check_in, open_visit
from shared.visits.consents import sign_consent
from shared.visits.lateness import run_late
from tests.browsing import Browser, signed_in
from tests.conftest import make_settings
from tests.people import Cast, PatientOf, PracticeOf
from tests.sandbox_process import SandboxHandle, start_sandbox
from tools.postgres import Server

MONDAY = "2027-01-04T12:40:00+00:00"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    """The vendor, on loopback; it sends no news."""
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def settings(server: Server, database: str, sandbox: SandboxHandle) -> Settings:
    """Settings that lead to the sandbox, on Monday morning."""
    sandbox.reset()
    sandbox.fault("whereby", "off")
    sandbox.clock(at=MONDAY)
    told = sandbox.env
    return replace(
        make_settings(server, database, Path(sandbox.data)),
        sandbox_url=sandbox.url,
        whereby_api_base=told["WHEREBY_API_BASE"],
        whereby_api_key=told["WHEREBY_API_KEY"],
        whereby_origin=told["WHEREBY_ORIGIN"],
        whereby_webhook_secret=told["WHEREBY_WEBHOOK_SECRET"],
    )


@dataclass
class Clinic:
    """One practice on the day of a visit: its patient, its doctor, and its jobs run by hand."""

    settings: Settings
    sandbox: SandboxHandle
    practice: PracticeOf
    patient: PatientOf
    owner_dsn: str

    @property
    def doctor(self) -> Principal:
        """The physician, at work."""
        return self.practice.staff["maya"].acting(Role.PHYSICIAN)

    @property
    def viewer(self) -> Principal:
        """The patient, signed in."""
        return self.patient.viewer

    @property
    def job(self) -> Principal:
        """The worker."""
        return self.practice.job()

    def book(self, index: int = 0) -> UUID:
        """A booked visit at one of the next times."""
        with open_session(self.viewer.context()) as session:
            kind = get_visit_type(session, practice_id=self.practice.id, slug="first-visit")
            times = find_next_times(session, visit_type=kind, count=index + 1)
            held = hold_slot(
                session,
                visit_type=kind,
                starts_at=times[index].starts_at,
                by=self.viewer,
                time_zone="America/New_York",
            )
            appointment_id = held.id
        with open_session(self.job.context()) as session:
            row = access_appointment(session, viewer=self.job, appointment_id=appointment_id)
            confirm_appointment(session, appointment=row, by=self.job)
        return appointment_id

    def begins_at(self, appointment_id: UUID) -> datetime:
        """When a visit is due."""
        [row] = self.rows("appointment", "id = %s", appointment_id)
        starts_at: datetime = row["starts_at"]
        return starts_at

    def go_to(self, moment: datetime) -> None:
        """Move everybody's clock."""
        self.sandbox.clock(at=moment.isoformat())
        clock.follow_sandbox(self.settings.data_path / "sandbox" / "clock.json")

    def open(self, *, before: timedelta = timedelta(minutes=10), index: int = 0) -> UUID:
        """A visit whose door is open; its id."""
        appointment_id = self.book(index)
        self.go_to(self.begins_at(appointment_id) - before)
        with open_session(self.viewer.context()) as session:
            row = access_appointment(session, viewer=self.viewer, appointment_id=appointment_id)
            return open_visit(session, appointment=row, by=self.viewer).id

    def open_door(self, appointment_id: UUID) -> None:
        """The patient tries the door."""
        with open_session(self.viewer.context()) as session:
            row = access_appointment(session, viewer=self.viewer, appointment_id=appointment_id)
            open_visit(session, appointment=row, by=self.viewer)

    def arrive(self, visit_id: UUID, state: str = "FL") -> None:
        """The patient agrees and checks in."""
        with open_session(self.viewer.context()) as session:
            visit = get_visit(session, viewer=self.viewer, visit_id=visit_id)
            sign_consent(session, visit=visit, version=consent_text().version, by=self.viewer)
            check_in(session, visit=visit, state=state, by=self.viewer)

    def act(self, by: Principal, step: Any, visit_id: UUID, **values: Any) -> None:
        """One step of a service, in a transaction of its own."""
        with open_session(by.context()) as session:
            visit = get_visit(session, viewer=by, visit_id=visit_id)
            step(session, visit=visit, by=by, **values)

    def late(self, minutes: int) -> int:
        """The doctor says how late they are; how many are told by mail."""
        with open_session(self.doctor.context()) as session:
            own = find_own_practitioner(session, viewer=self.doctor)
            assert own is not None
            return run_late(session, practitioner_id=own, minutes=minutes, by=self.doctor)

    def visit(self, visit_id: UUID) -> dict[str, Any]:
        """The visit as it stands."""
        [row] = self.rows("visit", "id = %s", visit_id)
        return row

    def rooms(self, visit_id: UUID) -> list[dict[str, Any]]:
        """Every room the visit ever had."""
        return self.rows("video_room", "visit_id = %s", visit_id)

    def at_vendor(self) -> int:
        """How many rooms the vendor has."""
        answer = httpx.get(
            f"{self.settings.whereby_api_base}/meetings",
            headers={"Authorization": f"Bearer {self.settings.whereby_api_key}"},
            trust_env=False,
        )
        return len(answer.json()["results"])

    def delete_at_vendor(self, meeting_id: str) -> None:
        """Somebody with the vendor's dashboard removes the room."""
        httpx.delete(
            f"{self.settings.whereby_api_base}/meetings/{meeting_id}",
            headers={"Authorization": f"Bearer {self.settings.whereby_api_key}"},
            trust_env=False,
        ).raise_for_status()

    def run(self, name: str, **ids: Any) -> None:
        """Run one task by name, now."""
        told = {key: str(value) for key, value in ids.items()}
        load_tasks()[name].call(Job(name, self.practice.id, self.settings), told)

    def work(self) -> list[str]:
        """Run what is queued about rooms, oldest first; names in order."""
        done: list[str] = []
        while job := self._next():
            done.append(job["task_name"])
            ids = {k: v for k, v in job["args"].items() if k != "practice_id"}
            run = Job(job["task_name"], self.practice.id, self.settings, job["id"])
            with suppress(TryLater, VideoError):
                load_tasks()[job["task_name"]].call(run, ids)
            self.sql(
                "update jobs.procrastinate_jobs set status = 'succeeded' where id = %s", job["id"]
            )
        return done

    def _next(self) -> dict[str, Any] | None:
        found = self.sql(
            "select * from jobs.procrastinate_jobs where status = 'todo'"
            " and task_name in ('make_room', 'remove_room') order by id limit 1"
        )
        return found[0] if found else None

    def rows(self, table: str, where: str, *values: object) -> list[dict[str, Any]]:
        """Rows as the owner sees them, oldest first."""
        return self.sql(f"select * from {table} where {where} order by id", *values)

    def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Ask the database as its owner."""
        with psycopg.connect(self.owner_dsn, row_factory=dict_row, autocommit=True) as owner:
            owner.execute("set search_path = public, jobs")
            found = owner.execute(statement, values or None)  # type: ignore[arg-type]  # our own
            return found.fetchall() if found.description else []


@pytest.fixture
def clinic(
    app: Flask,
    settings: Settings,
    sandbox: SandboxHandle,
    server: Server,
    database: str,
    cast: Cast,
) -> Clinic:
    """Seagrape Medical on a Monday, with Ana as its patient."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    seagrape = cast.seagrape
    superuser = server.dsn_for(dbname=database)
    return Clinic(settings, sandbox, seagrape, seagrape.patients["ana"], superuser)


@pytest.fixture
def due(clinic: Clinic) -> object:
    """A visit in ten minutes; its appointment."""
    appointment_id = clinic.book()
    clinic.go_to(clinic.begins_at(appointment_id) - timedelta(minutes=10))
    return appointment_id


@pytest.fixture
def browser(app: Flask, clinic: Clinic, due: object) -> Browser:
    """Ana's, signed in on the day."""
    return signed_in(app, clinic.practice, clinic.patient)
