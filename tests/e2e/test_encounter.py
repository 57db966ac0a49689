"""A note is written and signed, its summary approved, and the patient reads it on a phone."""

from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack, link_in
from tests.e2e.test_desk import sign_in_by_recovery_code

PLAIN = "You sleep better now. Keep getting up at the same time each day."


def open_waiting(page: Page, stack: Stack, name: str) -> None:
    """From the list of notes to the one that waits."""
    page.goto(f"{stack.site}/admin/encounters")
    journeys.check_page(page)
    page.get_by_test_id("encounter-open").filter(has_text=name).first.click()


def write_in_two_windows(page: Page) -> None:
    """What is typed is saved by itself; a second window overwrites nothing."""
    other = page.context.new_page()
    other.goto(page.url)
    plan = page.get_by_test_id("note-plan")
    plan.press("End")
    plan.press_sequentially(" Typed here.")
    saved = page.locator("#note-state").get_by_text("Saved at")
    expect(saved).to_be_visible()
    expect(plan).to_be_focused()
    plan.press("Tab")  # leaving a field saves it; else the page waits some seconds between saves
    expect(page.locator("#note-state input")).to_have_value("2")
    other.get_by_test_id("note-plan").fill("Typed elsewhere.")
    expect(other.get_by_role("alert")).to_contain_text("another window")
    journeys.check_page(other)
    other.get_by_test_id("note-save").click()
    expect(other.locator(".note-title")).to_contain_text("Two texts")
    journeys.check_page(other)
    other.get_by_test_id("compare-leave").click()
    expect(other.get_by_test_id("note-plan")).to_have_value("Go on as agreed. Follow-up in six"
                                                            " weeks. Typed here.")  # fmt: skip
    other.close()


def test_from_the_first_word_to_the_patient(stack: Stack, window: Window) -> None:
    desk = window()
    sign_in_by_recovery_code(desk, stack, "physician", 6)
    open_waiting(desk, stack, "Dale")
    journeys.check_page(desk)
    write_in_two_windows(desk)
    desk.get_by_test_id("note-review").click()
    journeys.check_page(desk)
    desk.get_by_test_id("note-sign").click()
    expect(desk.get_by_text("The note is signed")).to_be_visible()
    journeys.check_page(desk)
    desk.get_by_test_id("summary-talked").fill(PLAIN)
    expect(desk.locator("#note-state input")).to_have_value("1")
    desk.get_by_test_id("summary-preview").click()
    expect(desk.get_by_test_id("summary-as-patient")).to_contain_text(PLAIN)
    journeys.check_page(desk)
    desk.get_by_test_id("summary-approve").click()
    expect(desk.get_by_text("in the patient's portal")).to_be_visible()
    read_on_a_phone(stack, window)
    correct_without_scripts(desk, stack)


def read_on_a_phone(stack: Stack, window: Window) -> None:
    """From the mail, which says nothing of it, to the page."""
    mail = stack.mail("dale@patients.example", containing="something to read")
    assert "sleep" not in mail["text"]
    phone = window(phone=True)
    phone.goto(link_in(mail, containing="/portal/summaries/"))
    phone.get_by_test_id("sign-in-email").fill("dale@patients.example")
    phone.get_by_test_id("sign-in-submit").click()
    journeys.sign_in_by_code(phone, stack, "dale@patients.example")
    expect(phone.get_by_text(PLAIN)).to_be_visible()
    journeys.check_page(phone)
    phone.get_by_role("link", name="Visit summaries").click()
    journeys.check_page(phone)
    phone.goto(f"{stack.site}/portal/")
    expect(phone.get_by_role("link", name="Visit summary")).to_be_visible()


def correct_without_scripts(desk: Page, stack: Stack) -> None:
    """The same desk with scripts off: a correction, previewed and approved by plain forms."""
    browser = desk.context.browser
    assert browser is not None
    plain = browser.new_context(
        java_script_enabled=False, storage_state=desk.context.storage_state()
    )
    page = plain.new_page()
    page.goto(desk.url)
    page.get_by_role("link", name="Dale Sorensen").first.click()
    page.get_by_role("link", name="Correct the summary").click()
    page.get_by_test_id("summary-to-do").fill("Call the group again.")
    page.get_by_test_id("summary-preview").click()
    journeys.check_page(page, scripts=False)
    expect(page.get_by_test_id("summary-as-patient")).to_contain_text("was corrected")
    page.get_by_test_id("summary-approve").click()
    expect(page.get_by_text("in the patient's portal")).to_be_visible()
    stack.mail("dale@patients.example", containing="something to read")
    plain.close()
