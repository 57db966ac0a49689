"""A till for tests: real calls to a sandbox, webhooks by hand, jobs run when told to."""

import hashlib
import hmac
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import psycopg
from flask import Flask
from psycopg.rows import dict_row
from werkzeug.test import TestResponse

from shared import clock
from shared.access.appointments import access_appointment
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.checkout import open_checkout
from shared.config import Settings
from shared.db import open_session
from shared.jobs.registry import Job, TryLater, load_tasks
from tests.browsing import Browser, signed_in
from tests.people import Cast, PatientOf, PracticeOf
from tests.sandbox_process import SandboxHandle

GOOD, DECLINED, REFUND_FAILS = "4242424242424242", "4000000000009995", "4000000000005126"
MONEY_NEWS = ("checkout.session.completed", "checkout.session.expired", "refund.")

FINISHED = "update jobs.procrastinate_jobs set status = 'succeeded' where id = %s"


@dataclass
class Till:
    """Everything a test about money needs, for one practice."""

    app: Flask
    settings: Settings
    sandbox: SandboxHandle
    superuser_dsn: str
    practice: PracticeOf
    seen: set[str] = field(default_factory=set)

    def hold(self, patient: PatientOf, *, slug: str = "first-visit", index: int = 0) -> UUID:
        """Hold the next open time but `index`; the appointment's id."""
        with open_session(patient.viewer.context()) as session:
            visit_type = get_visit_type(session, practice_id=self.practice.id, slug=slug)
            times = find_next_times(session, visit_type=visit_type, count=index + 1)
            held = hold_slot(
                session,
                visit_type=visit_type,
                starts_at=times[index].starts_at,
                by=patient.viewer,
                time_zone="America/New_York",
            )
            return held.id

    def open(self, patient: PatientOf, appointment_id: UUID) -> UUID:
        """Go to pay; the payment's id."""
        with open_session(patient.viewer.context()) as session:
            held = access_appointment(session, viewer=patient.viewer, appointment_id=appointment_id)
            payment = open_checkout(
                session, appointment=held, by=patient.viewer, settings=self.settings
            )
            assert payment is not None
            return payment.id

    def begin(self, patient: PatientOf, **choice: Any) -> tuple[UUID, UUID]:
        """Hold, go to pay, and let the worker open the page."""
        appointment_id = self.hold(patient, **choice)
        payment_id = self.open(patient, appointment_id)
        assert "create_checkout" in self.work()
        return appointment_id, payment_id

    def pay(self, payment_id: UUID, card: str = GOOD) -> httpx.Response:
        """Type a card on Stripe's page and press Pay."""
        return self.sandbox.pay(self.newest_page(payment_id)["vendor_id"], card)

    def newest_page(self, payment_id: UUID) -> dict[str, Any]:
        """The payment's newest page, as a row."""
        return self.rows("checkout_session", "payment_id = %s", payment_id)[-1]

    def work(self, *, due_only: bool = True, job_id: int | None = None) -> list[str]:
        """Run what is queued, oldest first, until nothing is; names in order."""
        done: list[str] = []
        tasks = load_tasks()
        while job := self._next_job(due_only):
            done.append(job["task_name"])
            arguments = {k: v for k, v in job["args"].items() if k != "practice_id"}
            run = Job(job["task_name"], UUID(job["args"]["practice_id"]), self.settings, job["id"])
            try:
                tasks[job["task_name"]].call(run, arguments)
            except TryLater as later:
                self.sql(
                    "update jobs.procrastinate_jobs set status = 'todo', scheduled_at = %s"
                    " where id = %s",
                    clock.now() + later.wait,
                    job["id"],
                )
            else:
                self.sql(FINISHED, job["id"])
        return done

    def run(self, name: str, **ids: str) -> None:
        """Run one task by name, now."""
        load_tasks()[name].call(Job(name, self.practice.id, self.settings), ids)

    def queued(self, name: str) -> list[dict[str, Any]]:
        """Jobs of that name waiting to be run."""
        return self.sql(
            "select * from jobs.procrastinate_jobs where status = 'todo' and task_name = %s", name
        )

    def news(self, *kinds: str) -> list[dict[str, Any]]:
        """What Stripe has to tell, oldest first, as it would send it."""
        answer = httpx.get(
            f"{self.sandbox.url}/v1/events?limit=100",
            headers={"Authorization": "Bearer sk_test_practice"},
            trust_env=False,
        )
        found = reversed(answer.json()["data"])
        return [event for event in found if event["type"].startswith(kinds or MONEY_NEWS)]

    def hear(self, *kinds: str) -> list[str]:
        """Deliver the news not delivered before and run the jobs that follow."""
        fresh = [event for event in self.news(*kinds) if event["id"] not in self.seen]
        for event in fresh:
            self.seen.add(event["id"])
            assert self.deliver(event).status_code == 200
        return self.work()

    def deliver(
        self, event: dict[str, Any] | bytes, *, account: str = "practice", **changes: Any
    ) -> TestResponse:
        """Knock at the door as Stripe does."""
        raw = event if isinstance(event, bytes) else json.dumps(event, indent=2).encode()
        moment = int((clock.now() + changes.pop("shift", timedelta())).timestamp())
        secret = changes.pop("secret", f"whsec_{account}")
        digest = hmac.new(secret.encode(), f"{moment}.".encode() + raw, hashlib.sha256).hexdigest()
        header = changes.pop("header", f"t={moment},v1={digest}")
        return self.app.test_client().post(
            f"/hooks/stripe/{account}",
            data=changes.pop("raw", raw),
            headers={"Stripe-Signature": header, "Content-Type": "application/json"},
            base_url=f"http://{changes.pop('host', self.practice.host)}",
        )

    def travel(self, **by: float) -> None:
        """Let time pass, here and at Stripe."""
        self.sandbox.clock(advance=int(timedelta(**by).total_seconds()))
        clock.follow_sandbox(self.settings.data_path / "sandbox" / "clock.json")

    def browser(self, patient: PatientOf) -> Browser:
        """The patient's browser, signed in."""
        return signed_in(self.app, self.practice, patient)

    def rows(self, table: str, condition: str = "true", *values: object) -> list[dict[str, Any]]:
        """Rows as they are, whoever may see them."""
        return self.sql(f"select * from {table} where {condition} order by id", *values)

    def status(self, table: str, row_id: UUID) -> str:
        """The status of one row."""
        found: str = self.rows(table, "id = %s", row_id)[0]["status"]
        return found

    def acts(self, *nouns: str) -> list[str]:
        """What was done, in order."""
        found = self.sql("select action from audit.event where kind = 'act' order by at, id")
        return [row["action"] for row in found if row["action"].split(".")[0] in nouns]

    def balance(self) -> dict[str, int]:
        """What each account of the ledger stands at, debits positive."""
        totals: dict[str, int] = {}
        for row in self.rows("ledger_entry"):
            debit, credit = row["debit_account"], row["credit_account"]
            totals[debit] = totals.get(debit, 0) + row["amount_minor"]
            totals[credit] = totals.get(credit, 0) - row["amount_minor"]
        return totals

    def sql(self, statement: str, *values: object) -> list[dict[str, Any]]:
        """Look, or meddle, as the server's administrator."""
        with psycopg.connect(self.superuser_dsn, row_factory=dict_row, autocommit=True) as admin:
            admin.execute("set search_path = public, jobs")
            found = admin.execute(statement, values)
            return found.fetchall() if found.description else []

    def _next_job(self, due_only: bool) -> dict[str, Any] | None:
        due = (
            "and (scheduled_at is null or scheduled_at <= %s)" if due_only else "and %s is not null"
        )
        found = self.sql(
            "update jobs.procrastinate_jobs set status = 'doing' where id = ("
            f"select id from jobs.procrastinate_jobs where status = 'todo' {due}"
            " and task_name <> 'send_dispatch' order by id limit 1) returning *",
            clock.now(),
        )
        return found[0] if found else None


def make_till(
    app: Flask, settings: Settings, sandbox: SandboxHandle, superuser_dsn: str, cast: Cast
) -> Till:
    """The till of the first practice."""
    return Till(app, settings, sandbox, superuser_dsn, cast.seagrape)
