"""The practice's side: a passkey from an invitation, the day, a patient's story, the reception."""

from collections.abc import Callable

import pytest
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import PHONE, Window
from tests.e2e.stack import Stack

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def with_reader(page: Page) -> Page:
    """The device gets a fingerprint reader."""
    device: CDPSession = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return page


def sign_in_by_recovery_code(page: Page, stack: Stack, role: str, number: int) -> None:
    """A machine without a passkey."""
    member = stack.staff(role)
    page.goto(f"{stack.site}/admin/sign-in")
    page.get_by_test_id("recovery-email").fill(member["email"])
    page.get_by_test_id("recovery-code").fill(member["recovery_codes"][number])
    page.get_by_test_id("recovery-submit").click()
    expect(page.get_by_role("button", name="Sign out", exact=True)).to_be_visible()


def book(page: Page, stack: Stack, index: int = 2) -> journeys.Newcomer:
    """A paid first visit of somebody new."""
    person = journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/first-visit")
    journeys.pick(page, index=index)
    journeys.say_who(page, person)
    journeys.sign_in_by_link(page, stack, person.email)
    journeys.go_to_stripe(page)
    journeys.pay(page)
    journeys.wait_for_confirmation(page)
    return person


def find(page: Page, stack: Stack, person: journeys.Newcomer, *, scripts: bool = True) -> None:
    """Find a patient by the beginning of the family name."""
    page.goto(f"{stack.site}/admin/patients")
    journeys.check_page(page, scripts=scripts)
    page.get_by_label("Find a patient").fill(person.family[:12])
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=f"{person.given} {person.family}", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{person.given} {person.family}")


def enrol_by_invitation(page: Page, stack: Stack) -> None:
    """The first device: the first-run invitation, opened once."""
    doctor = stack.staff("physician")
    page.goto(doctor["invitation_url"])
    journeys.check_page(page)
    page.get_by_test_id("invitation-code").fill(doctor["invitation_code"])
    page.get_by_test_id("invitation-submit").click()
    page.get_by_test_id("passkey-enrol").click()
    expect(page.get_by_test_id("passkey-end")).to_have_count(1)


def enrol_by_recovery_code(page: Page, stack: Stack) -> None:
    """The second device: a recovery code, then the list of ways to sign in."""
    sign_in_by_recovery_code(page, stack, "physician", 3)
    page.goto(f"{stack.site}/admin/security")
    known = page.get_by_test_id("passkey-end").count()
    page.get_by_test_id("passkey-enrol").click()
    expect(page.get_by_test_id("passkey-end")).to_have_count(known + 1)


@pytest.mark.parametrize(
    "enrol",
    [enrol_by_invitation, pytest.param(enrol_by_recovery_code, marks=pytest.mark.slow)],
)
def test_the_physician_enrols_a_passkey_and_reads_a_story(
    stack: Stack, window: Window, enrol: Callable[[Page, Stack], None]
) -> None:
    person = book(window(phone=True), stack)
    desk = with_reader(window(phone=enrol is enrol_by_recovery_code))
    enrol(desk, stack)
    journeys.check_page(desk)
    desk.get_by_role("button", name="Sign out", exact=True).click()
    desk.goto(f"{stack.site}/admin/sign-in")
    desk.get_by_test_id("passkey-sign-in").click()
    expect(desk.get_by_role("button", name="Sign out", exact=True)).to_be_visible()
    desk.goto(f"{stack.site}/admin/")
    journeys.check_page(desk)
    find(desk, stack, person)
    journeys.check_page(desk)
    desk.get_by_role("link", name="Read the story").click()
    journeys.check_page(desk)
    for _ in range(40):
        if desk.get_by_text("was delivered").count():
            break
        desk.wait_for_timeout(500)
        desk.reload()
    story = desk.locator("main").inner_text()
    assert "booked First visit for" in story
    assert "$150.00 was paid" in story
    assert "was delivered" in story


@pytest.mark.parametrize(
    ("phone", "code"),
    [
        pytest.param(False, 0, id="laptop", marks=pytest.mark.slow),
        pytest.param(True, 1, id="phone"),
    ],
)
def test_the_receptionist_sees_contact_data_and_nothing_clinical(
    stack: Stack, window: Window, phone: bool, code: int
) -> None:
    person = book(window(phone=True), stack, index=1)
    page = window(phone=phone)
    sign_in_by_recovery_code(page, stack, "receptionist", code)
    page.goto(f"{stack.site}/admin/schedule")
    journeys.check_page(page)
    find(page, stack, person)
    expect(page.get_by_text("(561) 555-0199")).to_be_visible()
    assert page.get_by_role("link", name="Read the story").count() == 0
    page.goto(f"{stack.site}/admin/staff")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page is not open to you")


@pytest.mark.parametrize(
    ("scripts", "code"), [(True, 1), (False, 0)], ids=["laptop and phone", "no scripts"]
)
def test_the_owner_invites_a_nurse(stack: Stack, window: Window, scripts: bool, code: int) -> None:
    page = window(phone=not scripts, scripts=scripts)
    sign_in_by_recovery_code(page, stack, "physician", code)
    page.goto(f"{stack.site}/admin/staff")
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("staff-invite").click()
    journeys.check_page(page, scripts=scripts)
    page.set_viewport_size(PHONE)
    journeys.check_page(page, scripts=scripts)
    page.get_by_label("Name").fill("Nia Brooks")
    page.get_by_label("E-mail").fill(f"nia{code}@seagrape.example")
    page.get_by_label("Nurse").check()
    page.get_by_test_id("staff-invite-send").click()
    mail = stack.mail(f"nia{code}@seagrape.example", containing="join")
    assert "/admin/invitations/" in mail["text"]


@pytest.mark.parametrize(
    ("role", "code"), [("physician", 2), ("receptionist", 2)], ids=["physician", "receptionist"]
)
def test_a_day_at_the_desk_needs_no_scripts(
    stack: Stack, window: Window, role: str, code: int
) -> None:
    person = book(window(phone=True), stack, index=5)
    page = window(scripts=False)
    sign_in_by_recovery_code(page, stack, role, code)
    page.get_by_role("link", name="Today").first.click()
    journeys.check_page(page, scripts=False)
    page.get_by_role("link", name="Schedule").first.click()
    journeys.check_page(page, scripts=False)
    find(page, stack, person, scripts=False)
    expect(page.get_by_text("(561) 555-0199")).to_be_visible()
    story = page.get_by_role("link", name="Read the story")
    if role == "receptionist":
        expect(story).to_have_count(0)
    else:
        story.click()
        expect(page.locator("main")).to_contain_text("booked First visit for")
    cancel_a_visit(page, stack, person)
    told = stack.mail(person.email, containing="cancelled")
    assert person.family not in told["subject"]


def cancel_a_visit(page: Page, stack: Stack, person: journeys.Newcomer) -> None:
    """Find somebody's visit in the schedule, week by week, and cancel it."""
    page.goto(f"{stack.site}/admin/schedule?view=list")
    line = page.get_by_test_id("schedule-row").filter(has_text=person.family)
    for _ in range(4):
        if line.count():
            break
        page.get_by_role("link", name="Later").click()
    line.get_by_role("link", name="Cancel").click()
    page.get_by_test_id("cancel-confirm").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Cancel this visit?")
