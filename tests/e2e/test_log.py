"""The auditor's question: who looked at this record, and why? One screen, one export, one proof."""

import csv
import re

from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack
from tests.e2e.test_desk import book, find, sign_in_by_recovery_code

WITHIN = 90  # seconds; seals are made every 20, and a verification reads them all


def wait_for_words(page: Page, words: str) -> None:
    """Look again until the page says so."""
    for _ in range(WITHIN // 3):
        if page.get_by_text(words, exact=True).count():
            return
        page.wait_for_timeout(3_000)
        page.reload()
    raise AssertionError(f"{words!r} never came")


def choose_patient(page: Page, stack: Stack, person: journeys.Newcomer) -> None:
    """Ask about one person's record; the name is in no address."""
    page.goto(f"{stack.site}/admin/events")
    page.get_by_label("Patient").fill(person.family)
    page.get_by_role("button", name="Find the patient").click()
    journeys.check_page(page)
    assert person.family not in page.url
    page.get_by_role("link", name=f"{person.given} {person.family}", exact=True).click()
    expect(page.get_by_text(f"About {person.given} {person.family}")).to_be_visible()


def test_who_looked_at_this_record_and_was_the_log_touched(stack: Stack, window: Window) -> None:
    phone = window(phone=True)
    person = book(phone, stack, index=1)
    desk = window()
    sign_in_by_recovery_code(desk, stack, "receptionist", 7)
    find(desk, stack, person)

    owner = window()
    sign_in_by_recovery_code(owner, stack, "physician", 7)
    owner.goto(f"{stack.site}/admin/")
    owner.get_by_role("link", name="Event log").click()
    journeys.check_page(owner)
    owner.get_by_test_id("log-verify").click()
    expect(owner.get_by_text("The log is being verified.")).to_be_visible()

    choose_patient(owner, stack, person)
    owner.get_by_label("What to show").select_option("look")
    owner.get_by_test_id("log-show").click()
    journeys.check_page(owner)
    seen = owner.get_by_role("link", name=re.compile("the reception, looked at the record"))
    expect(seen.first).to_be_visible()
    seen.first.click()
    journeys.check_page(owner)
    expect(owner.get_by_text("in the course of work").first).to_be_visible()

    owner.go_back()
    owner.get_by_role("link", name="Export").click()
    journeys.check_page(owner)
    with owner.expect_download() as download:
        owner.get_by_test_id("export-csv").click()
    rows = list(csv.DictReader(download.value.path().read_text("utf-8-sig").splitlines()))
    assert {row["patient"] for row in rows} == {f"{person.given} {person.family}"}
    assert any("the reception, looked at the record." in row["did"] for row in rows)

    owner.goto(f"{stack.site}/admin/events")
    wait_for_words(owner, "Held")
    journeys.check_page(owner)
    assert owner.get_by_text("Did not hold").count() == 0

    owner.goto(f"{stack.site}/admin/first-run")
    journeys.check_page(owner)
    expect(owner.get_by_text("The event log is sealed every minute")).to_be_visible()

    phone.goto(f"{stack.site}/portal/looks")
    journeys.check_page(phone)
    expect(phone.get_by_text("The reception", exact=True).first).to_be_visible()
    expect(phone.get_by_text("Bedside (to send your confirmation)").first).to_be_visible()


def test_a_record_is_read_as_it_was_without_scripts_on_a_dark_phone(
    stack: Stack, window: Window
) -> None:
    person = book(window(phone=True), stack, index=1)
    page = window(phone=True, dark=True)
    sign_in_by_recovery_code(page, stack, "physician", 8)
    choose_patient(page, stack, person)
    plain = window(phone=True, scripts=False)
    plain.context.add_cookies(page.context.cookies())
    plain.goto(page.url)
    plain.get_by_label("What to show").select_option("write")
    plain.get_by_label("What", exact=True).select_option("appointment.booked")
    plain.get_by_test_id("log-show").click()
    plain.get_by_role("link", name=re.compile("changed an appointment")).first.click()
    expect(
        plain.get_by_role("row", name="Field Status Before pending After booked")
    ).to_be_visible()
    plain.get_by_role("link", name="The whole record as it was then").first.click()
    expect(plain.get_by_role("heading", level=1)).to_have_text("Appointment as it was")
    page.goto(plain.url)
    journeys.check_page(page)
    expect(page.get_by_text("Everything that changed it")).to_be_visible()
