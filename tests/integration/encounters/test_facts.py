"""What reception and billing read of a visit: that it took place, how, how long; never the note."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.auth.roles import add_grant
from shared.db import open_session
from shared.events import act
from shared.models.account import Account
from shared.models.encounter import Encounter
from shared.models.role_grant import RoleGrant
from shared.models.visit import Visit
from tests.browsing import signed_in
from tests.encountering import Writing
from tests.people import Cast, StaffOf


def test_reception_and_billing_see_that_it_took_place(
    app: Flask, cast: Cast, writing: Writing
) -> None:
    writing.sign(writing.save("Zqsecret", 0))
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    of_patient = f"/admin/patients/{writing.patient.id}/encounters"
    page = rosa.get(of_patient).get_data(as_text=True)
    assert "Took place" in page
    assert "Zqsecret" not in page
    assert writing.path not in page, "and no way to the note"
    for path in ("", "/versions", "/summary", "/summary/preview", "/signature/new", "/addenda/new"):
        assert rosa.get(writing.path + path).status_code == 403
    assert rosa.get("/admin/encounters").status_code == 403


@pytest.mark.parametrize("role", ["receptionist", "biller"])
def test_the_desk_reads_that_it_took_place_how_and_how_long(
    app: Flask, cast: Cast, writing: Writing, role: str
) -> None:
    """What a receipt and a phone call need; never a word of the note."""
    writing.save("Zqsecret", 0)
    end_by_phone(writing)
    rosa = cast.seagrape.staff["rosa"]
    if role == "biller":
        give_role(cast, rosa, "biller", instead_of="receptionist")
    browser = signed_in(app, cast.seagrape, rosa)
    of_patient = f"/admin/patients/{writing.patient.id}/encounters"
    listed = browser.get(of_patient)
    assert listed.status_code == 200
    assert "By phone instead of video, 21 minutes" in listed.text
    appointment = f"/admin/schedule/{writing.row().appointment_id}"
    shown = browser.get(appointment)
    if role == "biller":
        assert shown.status_code == 403, "the schedule is not billing's"
    else:
        for words in ("Patient came", "from Florida", "They met", "By phone instead of video"):
            assert words in shown.text
    assert "Zqsecret" not in listed.text + shown.text


def end_by_phone(writing: Writing) -> None:
    """The visit began at a quarter to, went on by phone and ended after 21 minutes."""
    row = writing.row()
    with open_session(writing.doctor.context()) as session:
        encounter = session.get_one(
            Encounter, (row.practice_id, row.id), execution_options={"door": True}
        )
        began = clock.now() - timedelta(minutes=21)
        encounter.arrived_at, encounter.began_at = began - timedelta(minutes=4), began
        encounter.ended_at = clock.now()
        act(session, "encounter.ended", target=encounter, patient_id=row.patient_id)
        visit = Visit(
            practice_id=row.practice_id, appointment_id=row.appointment_id,
            patient_id=row.patient_id, practitioner_id=row.practitioner_id, status="ended",
            modality="phone", starts_at=row.planned_for, ends_at=clock.now(),
            location_state="FL", late_minutes=0, drops=0, created_at=began,
        )  # fmt: skip
        session.add(visit)
        act(session, "visit.ended", target=visit, patient_id=row.patient_id)


def give_role(cast: Cast, person: StaffOf, role: str, *, instead_of: str) -> None:
    """Somebody does another work in the practice now."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (cast.seagrape.id, person.account_id))
        add_grant(session, account=account, role=role, granted_by=None)
        grant = session.scalars(
            select(RoleGrant).where(
                RoleGrant.account_id == account.id, RoleGrant.role == instead_of
            )
        ).one()
        grant.ended_at = clock.now()
        act(session, "role.ended", target=grant, role=instead_of)
