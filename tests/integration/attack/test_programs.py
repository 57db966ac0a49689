"""Jobs and commands: what reads or prints a patient's record says so in the log."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import click
import pytest
from flask import Flask
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.config import Settings
from shared.db import Base, open_session
from shared.events import act
from shared.jobs.registry import Job, load_tasks
from shared.models.checkout_session import CheckoutSession
from shared.models.inbox import Inbox
from shared.models.refund import Refund
from shared.models.visit import VideoRoom, Visit
from tests.belongings import Belongings, belongings_of
from tests.integration.attack.canaries import Canary, plant
from tests.integration.attack.test_reads import named_by
from tests.people import Cast, PatientOf, PracticeOf

# Reading these for work that shows nothing to anybody notes no look: see shared/access/holds.py
# and visits.py. What they change is an act that names the patient.
UNNOTED = frozenset({"expire_holds", "remove_room", "watch_visits"})
# Flask's own, the server's, and Alembic's: they know no patient.
NOT_OURS = frozenset({"run", "shell", "routes", "db", "translate"})
SEAGRAPE = ("--practice", "seagrape")
ARGUMENTS: dict[str, tuple[str, ...]] = {
    "staff invite": (*SEAGRAPE, "--email", "n@s.example", "--role", "nurse", "--name", "N"),
    "practice create": (
        *("--slug", "third", "--name", "Third", "--host", "third.localhost"),
        *("--time-zone", "America/New_York", "--phone", "+15615550199"),
    ),
    "urlmap": ("--json",),
    "audit export": (*SEAGRAPE, "--out", "{out}"),
    "audit verify": SEAGRAPE,
    "audit checkpoint": SEAGRAPE,
}


@contextmanager
def records_read() -> Iterator[list[UUID]]:
    """The patients whose records are loaded meanwhile."""
    seen: list[UUID] = []

    def note(row: Any, _context: object) -> None:
        found = row.id if row.__tablename__ == "patient" else row.__dict__.get("patient_id")
        if found is not None:
            seen.append(found)

    models = [m.class_ for m in Base.registry.mappers if getattr(m.class_, "__phi__", False)]
    for model in models:
        event.listen(model, "load", note)
    try:
        yield seen
    finally:
        for model in models:
            event.remove(model, "load", note)


def ids_for_jobs(
    practice: PracticeOf, patient: PatientOf, things: Belongings
) -> dict[str, UUID | str]:
    """A payment page, a refund, a room and news of the patient, besides their belongings."""
    at = clock.now()
    with open_session(patient.viewer.context()) as session:
        page = CheckoutSession(
            practice_id=practice.id, payment_id=things.ids["payment_id"], patient_id=patient.id,
            status="open", vendor_id="cs_canary", payment_intent="pi_canary", attempts=0,
            success_url="/a", cancel_url="/b", created_at=at, expires_at=at + timedelta(hours=1),
        )  # fmt: skip
        session.add(page)
        act(session, "checkout.requested", target=page, patient_id=patient.id)
        refund = Refund(
            practice_id=practice.id, payment_id=things.ids["payment_id"],
            checkout_session_id=page.id, patient_id=patient.id, amount_minor=100, currency="usd",
            reason="by_practice", status="queued", created_at=at, attempts=0,
        )  # fmt: skip
        session.add(refund)
        act(session, "refund.requested", target=refund, patient_id=patient.id, amount="$1.00")
    with open_session(practice.context()) as session:
        news = Inbox(
            practice_id=practice.id, source="ses", vendor_event_id="canary", kind="Delivery",
            body="{}", status="received", attempts=0, received_at=at,
        )  # fmt: skip
        session.add(news)
        act(session, "inbox.received", target=news, source="ses", kind="Delivery")
        room = room_of(session, things)
    named = {name: value for name, value in things.ids.items() if isinstance(value, UUID)}
    made = {"checkout_id": page.id, "refund_id": refund.id, "inbox_id": news.id}
    return {**named, **made, "room_id": room.id, "state": "TX", "face": "portal"}


def room_of(session: Session, things: Belongings) -> VideoRoom:
    """The room that was asked for, for their visit."""
    wanted = select(Visit).where(Visit.id == things.ids["visit_id"])
    visit = session.scalars(wanted.execution_options(door=True)).one()
    room = VideoRoom(
        practice_id=visit.practice_id, visit_id=visit.id, patient_id=visit.patient_id,
        status="wanted", key="b00000000-canary", attempts=0, created_at=clock.now(),
    )  # fmt: skip
    session.add(room)
    act(session, "room.wanted", target=room, patient_id=visit.patient_id)
    return room


@pytest.fixture
def canary(cast: Cast) -> Canary:
    """Ana's record, full of canaries."""
    ana = cast.seagrape.patients["ana"]
    return plant(cast.seagrape, ana, belongings_of(cast.seagrape, ana), "own")


def arguments_of(
    run: Callable[..., None], ids: dict[str, UUID | str]
) -> dict[str, UUID | str] | None:
    """What a task is asked for with; None where there is no such thing yet."""
    wanted = [name for name in inspect.signature(run).parameters if name != "job"]
    return {name: ids[name] for name in wanted} if set(wanted) <= set(ids) else None


def test_no_job_reads_a_patient_without_saying_so(
    app: Flask, cast: Cast, settings: Settings
) -> None:
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    plant(cast.seagrape, ana, things, "own")
    ids = ids_for_jobs(cast.seagrape, ana, things)
    silent, read = [], set()
    for number, (name, task) in enumerate(sorted(load_tasks().items()), 900_000):
        arguments = arguments_of(task.run, ids)
        if arguments is None:
            wanted = set(inspect.signature(task.run).parameters)
            assert wanted <= {"job", "suppression_id", "verification_id"}, name
            continue
        job = Job(name, cast.seagrape.id, settings, id=number)
        with records_read() as patients:
            try:
                task.run(job, **arguments)
            except Exception as trouble:  # noqa: BLE001 - no vendor answers here; what was read counts
                del trouble
        for patient_id in set(patients):
            read.add(name)
            if name not in UNNOTED and not named_by(cast.seagrape, f"job-{number}", patient_id):
                silent.append(name)
    assert silent == []
    assert {"send_dispatch", "refresh_checkout", "submit_refund"} <= read


def commands(group: click.Group, before: str = "") -> Iterator[tuple[str, click.Command]]:
    """Every command of ours by its whole name."""
    for name, command in sorted(group.commands.items()):
        whole = f"{before} {name}".strip()
        if not before and name in NOT_OURS:
            continue
        if isinstance(command, click.Group):
            yield from commands(command, whole)
        else:
            yield whole, command


def looks_of(practice: PracticeOf, patient_id: UUID) -> int:
    """How many events name the patient."""
    with open_session(practice.context("bedside_auditor")) as session:
        return (
            session.scalar(
                text("select count(*) from audit.event where patient_id = :id"), {"id": patient_id}
            )
            or 0
        )


def test_no_command_prints_a_patient_without_saying_so(
    app: Flask, cast: Cast, canary: Canary, tmp_path: Path
) -> None:
    runner = app.test_cli_runner()
    silent, walked = [], []
    for name, command in commands(app.cli):
        needed = [one.name for one in command.params if one.required]
        if name == "seed" or (needed and name not in ARGUMENTS):
            # A command that wants arguments has to be given them here, or takes no patient's data.
            continue
        out = tmp_path / name.replace(" ", "-")
        given = [part.format(out=out) for part in ARGUMENTS.get(name, ())]
        before = looks_of(cast.seagrape, canary.patient_id)
        done = runner.invoke(args=[*name.split(), *given])
        walked.append(name)
        said = done.output.encode() + b"".join(
            path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()
        )
        sung = canary.sung_in(said)
        if sung and looks_of(cast.seagrape, canary.patient_id) == before:
            silent.append(f"{name}: {sung}")
    assert silent == []
    assert {"urlmap", "staff invite", "audit export"} <= set(walked)
