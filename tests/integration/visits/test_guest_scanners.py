"""Programs that open a guest's mail before the guest does: none of them uses the link up."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import sync_playwright

from shared import clock
from shared.access.visits import get_visit
from shared.db import open_session
from shared.visits.attending import step_in
from shared.visits.company import invite_guest
from tests.integration.attack.test_scanners import (
    CHROMIUM,
    ask_for_heads,
    follow_links,
    mangle,
    prefetch,
    press_buttons,
    served,
)
from tests.integration.visits.conftest import Clinic
from tests.visiting import Visitor

SCANS = pytest.mark.parametrize(
    "scan", [ask_for_heads, prefetch, follow_links, press_buttons, mangle]
)


@pytest.fixture
def visit_id(app: Flask, clinic: Clinic) -> UUID:
    """A visit with a room, before the doctor has come."""
    app.config["SETTINGS"] = clinic.settings
    visit_id = clinic.open()
    clinic.work()
    return visit_id


def link_to(clinic: Clinic, visit_id: UUID) -> str:
    """The path in the guest's mail."""
    with open_session(clinic.doctor.context()) as session:
        visit = get_visit(session, viewer=clinic.doctor, visit_id=visit_id)
        made = invite_guest(session, visit=visit, kind="interpreter", by=clinic.doctor)
        return f"/portal/guest/{made.token}"


def is_in(guest: Visitor, link: str) -> bool:
    """Whether somebody's page shows the picture."""
    return "<iframe" in guest.get(link).text


@SCANS
def test_a_program_before_the_guest_locks_nobody_out(
    app: Flask, clinic: Clinic, visit_id: UUID, scan: Callable[[Visitor, str], None]
) -> None:
    link = link_to(clinic, visit_id)
    scanner, guest = Visitor(app), Visitor(app)
    scan(scanner, link)
    guest.get(link)
    assert guest.submit(link).status_code == 303
    assert "The visit has not begun" in guest.get(link).text
    clinic.act(clinic.doctor, step_in, visit_id)
    assert is_in(guest, link)
    assert not is_in(scanner, link), "one browser at a time"


@SCANS
def test_a_program_after_the_guest_takes_nobodys_place(
    app: Flask, clinic: Clinic, visit_id: UUID, scan: Callable[[Visitor, str], None]
) -> None:
    link = link_to(clinic, visit_id)
    scanner, guest = Visitor(app), Visitor(app)
    guest.get(link)
    guest.submit(link)
    guest.get(link)
    assert guest.submit("/beat").status_code == 303, "a form that was sent is no open page"
    guest.get(link)
    target, fields = guest.form("/beat")
    assert guest.post(target, fields, headers={"HX-Request": "true"}).status_code == 200
    clinic.act(clinic.doctor, step_in, visit_id)
    scan(scanner, link)
    assert is_in(guest, link)
    assert not is_in(scanner, link)


def test_a_program_that_runs_scripts_gives_the_link_up_when_it_is_gone(
    app: Flask, clinic: Clinic, visit_id: UUID
) -> None:
    link = link_to(clinic, visit_id)
    with served(app) as site, sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        page = chromium.new_page()
        page.goto(site + link)
        page.get_by_test_id("guest-join").click()
        page.get_by_text("The visit has not begun").wait_for()
        page.wait_for_load_state("networkidle")
        chromium.close()
    guest = Visitor(app)
    assert "It is open there right now" in guest.get(link).text
    assert guest.submit(link).status_code == 409
    clinic.go_to(clock.now() + timedelta(seconds=26))
    assert "you can go on here" in guest.get(link).text
    assert guest.submit(link).status_code == 303
    clinic.act(clinic.doctor, step_in, visit_id)
    assert is_in(guest, link)


def test_guests_page_leads_on_by_itself(app: Flask, clinic: Clinic, visit_id: UUID) -> None:
    link, htmx = link_to(clinic, visit_id), {"HX-Request": "true"}
    guest = Visitor(app)
    guest.get(link)
    guest.submit(link)
    guest.get(link)
    target, fields = guest.form("/beat")

    def speak() -> str:
        sent = guest.post(target, fields, headers=htmx)
        return sent.headers.get("HX-Redirect") or sent.text

    assert "The visit has not begun" in speak()
    clinic.act(clinic.doctor, step_in, visit_id)
    assert speak() == link
    page = guest.get(link).text
    assert "<iframe" in page
    target, fields = guest.form("/beat")
    assert "You will be let in." in speak()
    clinic.sql("alter table visit disable trigger user")
    clinic.sql("update visit set status = 'converted_to_phone', modality = 'phone'")
    assert speak() == link
    assert "The visit goes on by phone" in guest.get(link).text
    clinic.sql("update visit set status = 'ended'")
    assert speak() == link
    over = guest.get(link)
    assert (over.status_code, "Thank you for your help" in over.text) == (410, True)
