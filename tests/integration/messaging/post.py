"""A post office that answers as it is told, and the few steps every test of sending takes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import text

from shared.access.dispatches import access_dispatch
from shared.adapters.email.letter import Letter, Outcome, Sent
from shared.config import Settings
from shared.db import db, open_session
from shared.jobs import mail
from shared.jobs.registry import Job
from shared.messaging import Applied, apply_ses_event, send_email
from shared.models.dispatch import Dispatch
from tests.people import PracticeOf

WORDS = {
    "first_name": "Ana",
    "starts_at": datetime(2027, 1, 11, 14, 30, tzinfo=UTC),
    "time_zone": "America/New_York",
    "link": "/portal/appointments/0192f6c1",
}


class Post:
    """Stands where SES would; `answers` in order, then everything is taken."""

    def __init__(self, answers: Sequence[Outcome] = ()) -> None:
        self.answers = list(answers)
        self.letters: list[Letter] = []
        self.open_connections: list[int] = []

    def send(self, letter: Letter) -> Outcome:
        self.letters.append(letter)
        self.open_connections.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]  # a QueuePool
        return self.answers.pop(0) if self.answers else Sent(f"ses-{len(self.letters)}")


def ask(practice: PracticeOf, **changes: Any) -> UUID:
    """Ask for a booking confirmation to Ana, as a job would."""
    ana = practice.patients["ana"]
    wanted: dict[str, Any] = {
        "to": ana.email,
        "template": "booking_confirmed",
        "context": WORDS,
        "patient_id": ana.id,
    }
    with open_session(practice.context()) as session:
        return send_email(session, **(wanted | changes)).id


def work(practice: PracticeOf, settings: Settings, dispatch_id: UUID) -> None:
    """Run the sending job once."""
    job = Job("send_dispatch", practice.id, settings)
    mail.send_dispatch(job, dispatch_id=dispatch_id)


def read(practice: PracticeOf, dispatch_id: UUID) -> Dispatch:
    """The row as it is now."""
    with open_session(practice.context()) as session:
        return access_dispatch(session, viewer=practice.job(), dispatch_id=dispatch_id)


def notice(practice: PracticeOf, dispatch_id: UUID, kind: str, **more: Any) -> dict[str, Any]:
    """An SES notice about a dispatch, as SNS carries it."""
    tags = {"dispatch": [str(dispatch_id)], "practice": [str(practice.id)]}
    event = {"eventType": kind, "mail": {"messageId": "ses-1", "tags": tags}}
    return event | more


def bounce(practice: PracticeOf, dispatch_id: UUID) -> dict[str, Any]:
    """A hard bounce."""
    details = {"bounceType": "Permanent", "bounceSubType": "NoEmail"}
    return notice(practice, dispatch_id, "Bounce", bounce=details)


def tell(practice: PracticeOf, event: dict[str, Any]) -> Applied:
    """Apply a notice in a transaction of its own."""
    with open_session(practice.context()) as session:
        return apply_ses_event(session, viewer=practice.job(), event=event)


def waiting(settings: Settings) -> list[dict[str, Any]]:
    """Jobs that are asked for and not begun."""
    with psycopg.connect(settings.worker_dsn) as queue:
        rows = queue.execute(
            "select task_name, args, scheduled_at, lock from jobs.procrastinate_jobs"
            " where status = 'todo' order by id"
        ).fetchall()
    return [
        {"task": task, "args": args, "run_at": run_at, "lock": lock}
        for task, args, run_at, lock in rows
    ]


def told(practice: PracticeOf) -> list[tuple[str, str]]:
    """The acts about messages, in order: action and details."""
    with open_session(practice.context("bedside_auditor")) as session:
        rows = session.execute(
            text(
                "select e.action, p.body from audit.event e"
                " join audit.payload p on p.event_id = e.id join audit.link l on l.event_id = e.id"
                " where e.kind = 'act' and e.action like 'dispatch.%' order by l.seq"
            )
        ).all()
    return [(row.action, json.dumps(row.body)) for row in rows]
