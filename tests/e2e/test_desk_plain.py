"""A visit from its doctor's desk without scripts: every control on its pages is a plain form."""

import re

from playwright.sync_api import Page, expect

from tests.e2e import journeys, test_visit
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack, link_in

GUEST = "ivana@interpreters.example"
NOTE = {
    "reason": "Sleeps badly since May.",
    "plan": "Up at the same time each day. Again in six weeks.",
}
PLAIN = "We talked about your sleep. Get up at the same time each day."


def test_a_visit_is_held_without_scripts(stack: Stack, window: Window) -> None:
    patient = window(phone=True)
    person = test_visit.book(patient, stack)
    email = test_visit.doctor_of(patient)
    test_visit.come_to_the_hour(stack, test_visit.begins_at(patient))
    test_visit.sign_in(patient, stack, person)
    test_visit.check_in(patient)
    desk = window(scripts=False)
    test_visit.sign_in_doctor(desk, stack, email, 7)
    desk.goto(f"{stack.second}/admin/visits")
    looked_at(desk)
    desk.get_by_test_id("waiting-look-again").click()
    line = desk.get_by_test_id("waiting-line").filter(has_text=person.family)
    expect(line.get_by_test_id("waiting-state")).to_have_text("Waiting")
    line.get_by_test_id("waiting-open").click()
    looked_at(desk)
    beside_the_call(desk, patient)
    guests(desk, stack, window)
    licence(desk)
    plain = window(phone=True, scripts=False)
    plain.context.add_cookies(patient.context.cookies())  # type: ignore[arg-type]  # its own answer
    by_phone(desk, plain, patient.url)
    write(desk, person.family)
    read_later(desk, stack)


def looked_at(desk: Page) -> None:
    """One heading, a title; nothing else can be asked of a page without scripts."""
    journeys.check_page(desk, scripts=False)


def beside_the_call(desk: Page, patient: Page) -> None:
    """Late, and a line; what is refused keeps what was typed."""
    desk.get_by_test_id("late-10").click()
    expect(desk.get_by_text(re.compile(r"patients? (is|are) told"))).to_be_visible()
    desk.get_by_test_id("late-0").click()
    expect(desk.get_by_text("Taken back.")).to_be_visible()
    desk.get_by_test_id("words").fill("   ")
    desk.get_by_test_id("words-send").click()
    expect(desk.get_by_test_id("words-told")).to_have_text("Write 1 to 240 characters.")
    looked_at(desk)
    desk.get_by_test_id("words").fill("One minute, please.")
    desk.get_by_test_id("words-send").click()
    expect(desk.get_by_text("One minute, please.")).to_be_visible()
    expect(patient.get_by_test_id("visit-said")).to_have_text(
        "One minute, please.", timeout=test_visit.PATIENCE
    )
    desk.get_by_test_id("visit-look-again").click()


def guests(desk: Page, stack: Stack, window: Window) -> None:
    """One link shown, one sent; the sent one opens a guest's page, the shown one is taken back."""
    desk.get_by_test_id("guest-kind").select_option("family")
    desk.get_by_test_id("guest-show").click()
    looked_at(desk)
    expect(desk.get_by_test_id("guest-link").get_by_role("textbox")).to_have_value(
        re.compile(r"/portal/guest/[\w-]{43}$")
    )
    desk.get_by_test_id("guest-end").first.click()
    expect(desk.get_by_text("The link was taken back.")).to_be_visible()
    desk.get_by_test_id("guest-email").fill("nobody")
    desk.get_by_test_id("guest-send").click()
    expect(desk.get_by_test_id("guest-email")).to_have_value("nobody")
    looked_at(desk)
    desk.get_by_test_id("guest-kind").select_option("interpreter")
    desk.get_by_test_id("guest-email").fill(GUEST)
    desk.get_by_test_id("guest-send").click()
    expect(desk.get_by_text("The link is on its way.")).to_be_visible()
    mail = stack.mail(GUEST, containing="join a visit")
    guest = window(phone=True, scripts=False)
    guest.goto(link_in(mail, containing="/portal/guest/"))
    looked_at(guest)
    guest.get_by_test_id("guest-join").click()
    expect(guest.get_by_text("The visit has not begun")).to_be_visible()
    looked_at(guest)


def licence(desk: Page) -> None:
    """Letting the visit go on from another state asks for a reason."""
    here = desk.url
    desk.goto(f"{here}/licence")
    looked_at(desk)
    desk.get_by_test_id("override-save").click()
    expect(desk.locator(".field-error")).to_be_visible()
    desk.get_by_test_id("override-reason").fill("Crossed the border on the way home.")
    desk.get_by_test_id("override-save").click()
    expect(desk.get_by_text("The patient can check in now.")).to_be_visible()


def by_phone(desk: Page, plain: Page, waiting: str) -> None:
    """Start, no picture without scripts and both sides say so, the phone, the end."""
    desk.get_by_test_id("visit-start").click()
    expect(desk.get_by_test_id("call-frame")).to_be_visible()
    looked_at(desk)
    plain.goto(waiting)
    expect(plain.get_by_test_id("call-frame")).to_be_visible()
    looked_at(plain)
    for page in (desk, plain):
        said = page.locator(".banner").filter(has_text="The picture needs JavaScript")
        expect(said).to_be_visible()
        expect(said).to_contain_text("go on by phone")
    expect(plain.get_by_test_id("call-phone")).to_be_visible()
    desk.get_by_test_id("visit-phone").click()
    looked_at(desk)
    desk.get_by_test_id("phone-number").fill("12")
    desk.get_by_test_id("phone-send").click()
    expect(desk.locator(".error-summary")).to_be_visible()
    desk.get_by_test_id("phone-number").fill("(561) 555-0132")
    desk.get_by_test_id("phone-send").click()
    expect(desk.get_by_test_id("phone-call")).to_contain_text("(561) 555-0132")
    looked_at(desk)
    desk.locator("summary").filter(has_text="End").click()
    desk.get_by_test_id("visit-end").click()
    expect(desk.get_by_test_id("visit-standing")).to_contain_text("It took place by phone.")


def write(desk: Page, family: str) -> None:
    """The note, its signature and an addition; the summary, previewed and approved."""
    desk.goto(f"{desk.url.partition('/admin/')[0]}/admin/encounters")
    looked_at(desk)
    desk.get_by_test_id("encounter-open").filter(has_text=family).click()
    looked_at(desk)
    for section, words in NOTE.items():
        desk.get_by_test_id(f"note-{section}").fill(words)
    desk.get_by_test_id("note-save").click()
    expect(desk.get_by_test_id("note-plan")).to_have_value(NOTE["plan"])
    desk.get_by_test_id("note-review").click()
    looked_at(desk)
    desk.get_by_test_id("note-sign").click()
    expect(desk.get_by_text("The note is signed.")).to_be_visible()
    looked_at(desk)
    desk.get_by_test_id("summary-talked").fill(PLAIN)
    desk.get_by_test_id("summary-preview").click()
    expect(desk.get_by_test_id("summary-as-patient")).to_contain_text(PLAIN)
    looked_at(desk)
    desk.get_by_test_id("summary-approve").click()
    expect(desk.get_by_text("in the patient's portal")).to_be_visible()
    desk.get_by_role("link", name=family).first.click()
    desk.get_by_test_id("note-add").click()
    looked_at(desk)
    desk.get_by_label("Why is it added?").fill("A result came in")
    desk.get_by_label("What is added").fill("Thyroid values are normal.")
    desk.get_by_test_id("addendum-save").click()
    expect(desk.get_by_test_id("note-addendum")).to_contain_text("Thyroid values are normal.")
    desk.get_by_role("link", name="Earlier texts of the note").click()
    looked_at(desk)


def read_later(desk: Page, stack: Stack) -> None:
    """How visits go, over another stretch; where licences are held."""
    desk.goto(f"{stack.second}/admin/visits/quality")
    desk.get_by_label("Looking back").select_option("4")
    desk.get_by_role("button", name="Apply").click()
    expect(desk).to_have_url(re.compile("weeks=4"))
    expect(desk.locator("main")).to_contain_text("No picture or sound")
    looked_at(desk)
    desk.goto(f"{stack.second}/admin/settings/licences")
    looked_at(desk)
    expect(desk.get_by_test_id("licence-row").first).to_be_visible()


def test_an_owner_keeps_licences_without_scripts(stack: Stack, window: Window) -> None:
    desk = window(scripts=False)
    test_visit.sign_in_doctor(desk, stack, "tomas@ironbound.example", 6)
    desk.goto(f"{stack.second}/admin/settings/licences")
    desk.get_by_test_id("licence-save").click()
    expect(desk.locator(".error-summary")).to_be_visible()
    desk.get_by_test_id("licence-state").select_option("NY")
    desk.get_by_test_id("licence-number").fill("NY-10203")
    desk.get_by_test_id("licence-from").fill("2026-01-01")
    desk.get_by_test_id("licence-until").fill("2031-12-31")
    desk.get_by_test_id("licence-save").click()
    row = desk.get_by_test_id("licence-row").filter(has_text="NY-10203")
    expect(row).to_be_visible()
    looked_at(desk)
    row.get_by_test_id("licence-end").click()
    looked_at(desk)
