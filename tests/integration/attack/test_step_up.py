"""Sensitive acts ask for a proof of the last five minutes, and nothing typed is lost on the way."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.access.principal import Role
from shared.auth.recovery_codes import issue_recovery_codes
from shared.db import open_session
from shared.events import act
from shared.models.account import Account
from shared.models.appointment import Appointment
from shared.models.payment import Payment
from shared.web import keeping
from tests.belongings import belongings_of
from tests.browsing import signed_in
from tests.integration.attack.people import hire
from tests.people import SEEDED_AT, Cast, StaffOf
from tests.visiting import Visitor, mails

LATER = timedelta(minutes=6)


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """Five minutes to the second."""
    with clock.freeze(SEEDED_AT):
        yield


def at_the_desk(app: Flask, cast: Cast, person: StaffOf) -> Visitor:
    """Somebody signed in now."""
    visitor = Visitor(app)
    visitor.client = signed_in(app, cast.seagrape, person).client
    return visitor


def code_of(cast: Cast, person: StaffOf) -> str:
    """A recovery code of somebody."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (cast.seagrape.id, person.account_id))
        return issue_recovery_codes(session, account)[0]


def prove(cast: Cast, visitor: Visitor, person: StaffOf, asked: str) -> str:
    """Go where one was sent, prove oneself by a recovery code; where one is sent then."""
    page = visitor.get(asked)
    assert "Please confirm that it is you" in page.text
    assert person.email in page.text
    done = visitor.submit("/admin/sign-in/recovery", email=person.email, code=code_of(cast, person))
    assert done.status_code == 303, done.text
    return done.headers["Location"]


def paid(cast: Cast) -> str:
    """The cancellation page of a visit of Ana's that was paid."""
    ana = cast.seagrape.patients["ana"]
    things = belongings_of(cast.seagrape, ana)
    with open_session(cast.seagrape.context()) as session:
        key = (cast.seagrape.id, things.ids["payment_id"])
        payment = session.get_one(Payment, key, execution_options={"door": True})
        payment.status, payment.paid_at = "succeeded", clock.now()
        act(session, "payment.captured", target=payment, patient_id=ana.id, amount="$150.00")
        key = (cast.seagrape.id, things.ids["appointment_id"])
        visit = session.get_one(Appointment, key, execution_options={"door": True})
        visit.status, visit.booked_at, visit.hold_expires_at = "booked", clock.now(), None
        act(session, "appointment.booked", target=visit, patient_id=ana.id, visit="", when="")
    return f"/admin/schedule/{things.ids['appointment_id']}/cancellation"


def test_a_form_comes_back_after_the_proof_and_acts_once(app: Flask, cast: Cast) -> None:
    maya, nora = cast.seagrape.staff["maya"], hire(cast.seagrape, Role.NURSE)
    desk = at_the_desk(app, cast, maya)
    desk.get("/admin/staff/new")
    typed = {"name": "Olga <b> Öst", "email": "olga@s.example", "roles": "owner"}
    with clock.freeze(SEEDED_AT + LATER):
        asked = desk.submit("/admin/staff", **typed)
        assert asked.status_code == 303
        assert "again=1" in asked.headers["Location"]
        assert not [one for one in mails(cast.seagrape.id) if one[0] == "staff_invitation"]
        assert prove(cast, desk, maya, asked.headers["Location"]) == "/admin/continue"
        page = desk.get("/admin/continue")
        assert "Nothing you typed was lost" in page.text
        for _ in range(2):
            desk.get("/admin/continue")
            assert desk.submit("/admin/staff").headers["Location"] == "/admin/staff"
        assert "Olga &lt;b&gt; Öst" in desk.get("/admin/staff").text
    invited = [one for one in mails(cast.seagrape.id) if one[0] == "staff_invitation"]
    assert len(invited) == 1
    assert nora.account_id


def test_a_kept_form_is_nobody_elses_and_not_for_ever(app: Flask, cast: Cast) -> None:
    maya = cast.seagrape.staff["maya"]
    other = hire(cast.seagrape, Role.OWNER, name="Olga Owner")
    desk = at_the_desk(app, cast, maya)
    desk.get("/admin/staff/new")
    with clock.freeze(SEEDED_AT + LATER):
        asked = desk.submit("/admin/staff", name="O", email="o@s.example", roles="owner")
        desk.get(asked.headers["Location"])
        desk.submit("/admin/sign-in/recovery", email=other.email, code=code_of(cast, other))
        assert desk.get("/admin/continue").headers["Location"] == "/admin/"
    with clock.freeze(SEEDED_AT + LATER + keeping.KEPT_FOR):
        desk.get("/admin/sign-in?again=1")
        desk.submit("/admin/sign-in/recovery", email=maya.email, code=code_of(cast, maya))
        assert desk.get("/admin/continue").headers["Location"] == "/admin/"


def test_a_form_too_long_to_keep_leads_back_to_its_page(app: Flask, cast: Cast) -> None:
    desk = at_the_desk(app, cast, cast.seagrape.staff["maya"])
    desk.get("/admin/staff/new")
    target, fields = desk.form("/admin/staff")
    with clock.freeze(SEEDED_AT + LATER):
        asked = desk.post(
            target,
            fields | {"name": "O", "email": "o@s.example", "roles": "owner", "more": "x" * 3000},
            headers={"Referer": "http://localhost/admin/staff/new"},
        )
    assert "back=/admin/staff/new" in asked.headers["Location"].replace("%2F", "/")


@pytest.mark.parametrize("role", ["owner", "nurse", "biller"])
def test_a_role_that_gives_or_reads_wants_a_fresh_proof(app: Flask, cast: Cast, role: str) -> None:
    nora = hire(cast.seagrape, Role.RECEPTIONIST)
    desk = at_the_desk(app, cast, cast.seagrape.staff["maya"])
    desk.get("/admin/staff")
    with clock.freeze(SEEDED_AT + LATER):
        answer = desk.submit(f"/admin/staff/{nora.account_id}/roles", role=role)
    assert ("again=1" in answer.headers["Location"]) == (role != "biller")


def test_ending_an_owner_wants_a_fresh_proof(app: Flask, cast: Cast) -> None:
    other = hire(cast.seagrape, Role.OWNER, name="Olga Owner")
    desk = at_the_desk(app, cast, cast.seagrape.staff["maya"])
    desk.get("/admin/staff")
    with clock.freeze(SEEDED_AT + LATER):
        answer = desk.submit("/admin/staff/roles/")
        assert answer.status_code in (303, 422)
        assert "again=1" in answer.headers.get("Location", "again=1")
    assert signed_in(app, cast.seagrape, other).get("/admin/staff").status_code == 200


@pytest.mark.parametrize("path", ["new", ""])
def test_giving_money_back_wants_a_fresh_proof(app: Flask, cast: Cast, path: str) -> None:
    page = paid(cast)
    rosa = cast.seagrape.staff["rosa"]
    desk = at_the_desk(app, cast, rosa)
    with clock.freeze(SEEDED_AT + LATER):
        if path == "new":
            asked = desk.get(f"{page}/new")
        else:
            desk.get("/admin/security")
            _, fields = desk.form("/admin/sign-out")
            asked = desk.post(page, fields)
        assert "again=1" in asked.headers["Location"]
        back = prove(cast, desk, rosa, asked.headers["Location"])
        assert back == (f"{page}/new" if path == "new" else "/admin/continue")
        assert desk.get(back).status_code == 200


def test_a_visit_nobody_paid_for_is_cancelled_without(app: Flask, cast: Cast) -> None:
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    desk = at_the_desk(app, cast, cast.seagrape.staff["rosa"])
    page = f"/admin/schedule/{things.ids['appointment_id']}/cancellation"
    with clock.freeze(SEEDED_AT + LATER):
        answer = desk.get(f"{page}/new")
        assert "sign-in" not in answer.headers.get("Location", "")


@pytest.mark.parametrize("page", ["staff/{nora}/closing/new", "patients/{ana}/break-glass/new"])
def test_asking_pages_prove_first_so_that_nothing_is_typed_in_vain(
    app: Flask, cast: Cast, page: str
) -> None:
    nora = hire(cast.seagrape, Role.NURSE)
    person = hire(cast.seagrape, Role.NURSE, Role.OWNER)
    path = "/admin/" + page.format(nora=nora.account_id, ana=cast.seagrape.patients["ana"].id)
    desk = at_the_desk(app, cast, person)
    assert desk.get(path).status_code == 200
    with clock.freeze(SEEDED_AT + LATER):
        asked = desk.get(path)
        assert prove(cast, desk, person, asked.headers["Location"]) == path
        assert desk.get(path).status_code == 200


def test_a_patient_proves_again_by_mail_and_comes_back(app: Flask, cast: Cast) -> None:
    """No page of the portal asks for it yet; the way there and back is the same for both faces."""
    ana = cast.seagrape.patients["ana"]
    visitor = Visitor(app)
    visitor.client = signed_in(app, cast.seagrape, ana).client
    page = visitor.get("/portal/sign-in?again=1&back=/portal/security")
    assert ana.email in page.text
    waiting = visitor.submit("/portal/sign-in", email=ana.email).headers["Location"]
    visitor.get(waiting)
    # Somebody signed in waits on the page like anybody else.
    code = mails(cast.seagrape.id)[-1][1]["code"]
    page = visitor.get("/portal/sign-in?again=1&back=/portal/security")
    assert page.status_code == 200
    assert len(code.replace(" ", "")) == 8
