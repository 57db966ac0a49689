"""After a busy day of booking, paying, cancelling, refunds and staff: the log is the records."""

import time
from uuid import UUID

from shared.access.appointments import access_appointment
from shared.access.principal import Role
from shared.auth.roles import end_role, grant_role
from shared.booking import cancel_appointment
from shared.config import Settings
from shared.db import open_session
from shared.models.account import Account
from shared.onboarding import invite_staff
from shared.replay import run_drill
from tests.people import PatientOf, PracticeOf
from tests.replaying import empty_database
from tests.till import DECLINED, GOOD, REFUND_FAILS, Till
from tools.postgres import Server


def pay_for(till: Till, patient: PatientOf, index: int, card: str = GOOD) -> UUID:
    """A visit some days ahead, paid as far as the card allows."""
    appointment_id, payment_id = till.begin(patient, index=index)
    till.pay(payment_id, card)
    till.hear()
    return appointment_id


def wait_for(till: Till, kind: str) -> None:
    """Until Stripe has that to tell; its own clock has been moved."""
    end = time.monotonic() + 10
    while not till.news(kind):
        assert time.monotonic() < end, kind
        time.sleep(0.1)


def cancel(patient: PatientOf, appointment_id: UUID) -> None:
    """The patient cancels."""
    with open_session(patient.viewer.context()) as session:
        visit = access_appointment(session, viewer=patient.viewer, appointment_id=appointment_id)
        cancel_appointment(session, appointment=visit, by=patient.viewer)


def change_the_team(practice: PracticeOf) -> None:
    """The owner invites a nurse, makes the receptionist a biller, and thinks better of it."""
    owner = practice.staff["maya"].acting(Role.OWNER)
    with open_session(owner.context()) as session:
        invite_staff(session, email="nia@seagrape.example", name="Nia", roles=["nurse"], by=owner)
        rosa = session.get_one(Account, (practice.id, practice.staff["rosa"].account_id))
        grant = grant_role(session, account=rosa, role="biller", by=owner)
    with open_session(owner.context()) as session:
        end_role(session, grant_id=grant.id, by=owner)


def test_a_busy_day_comes_back_from_the_log_alone(
    till: Till, ana: PatientOf, settings: Settings, server: Server, database: str
) -> None:
    ben = till.practice.patients["ben"]
    kept = pay_for(till, ana, 40)
    cancel(ana, pay_for(till, ana, 44))
    till.work()
    cancel(ben, pay_for(till, ben, 50, REFUND_FAILS))
    till.work()
    till.hear()
    pay_for(till, ben, 56, DECLINED)
    till.hold(ana, index=60)
    change_the_team(till.practice)
    till.travel(hours=1)
    till.run("expire_holds")
    wait_for(till, "refund.failed")
    till.hear()
    assert till.status("appointment", kept) == "booked"
    assert {row["status"] for row in till.rows("refund")} == {"succeeded", "failed"}
    with empty_database(server, f"{database}_drill") as empty:
        drill = run_drill(settings.owner_dsn, empty)
    assert drill.gaps == ()
    assert drill.differences == ()
    assert drill.rows["ledger_entry"] == len(till.rows("ledger_entry"))
    assert drill.rows["appointment"] == len(till.rows("appointment")) >= 4
