"""A patient looks after what is theirs: contact data, a new address, choices, a passkey."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack, code_in

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def arrive(page: Page, stack: Stack) -> journeys.Newcomer:
    """Hold a time and sign in; the payment can wait."""
    person = journeys.newcomer()
    page.goto(f"{stack.site}/portal/book/first-visit")
    journeys.pick(page, index=3)
    journeys.say_who(page, person)
    journeys.sign_in_by_code(page, stack, person.email)
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay for your visit")
    return person


def go(page: Page, place: str, *, scripts: bool = True) -> None:
    """To one of the five places, by the bar that is on every page."""
    bar = page.get_by_role("navigation", name="Portal")
    bar.get_by_role("link", name=place).click()
    expect(bar.get_by_role("link", name=place)).to_have_attribute("aria-current", "page")
    journeys.check_page(page, scripts=scripts)


@pytest.mark.parametrize(
    ("phone", "scripts", "dark"),
    [
        pytest.param(True, True, False, id="phone"),
        pytest.param(True, False, False, id="phone without scripts", marks=pytest.mark.slow),
        pytest.param(False, True, True, id="desktop in the dark", marks=pytest.mark.slow),
        pytest.param(False, False, False, id="desktop without scripts"),
    ],
)
def test_a_patient_keeps_their_profile_in_order(
    stack: Stack, window: Window, *, phone: bool, scripts: bool, dark: bool
) -> None:
    page = window(phone=phone, scripts=scripts, dark=dark)
    person = arrive(page, stack)
    for place in ("Home", "Visits", "Sent to me", "Payments", "Profile"):
        go(page, place, scripts=scripts)
    change_contact(page, scripts)
    change_messages(page, scripts)
    move(page, stack, person, scripts)
    for name in ("Sign-in and devices", "Who looked at my record"):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(name)
        journeys.check_page(page, scripts=scripts)
        page.get_by_role("link", name="Profile").first.click()


def change_contact(page: Page, scripts: bool) -> None:
    """Another phone, and the name one is called by."""
    page.get_by_test_id("contact-change").click()
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("contact-phone").fill("12")
    page.get_by_test_id("contact-save").click()
    expect(page).to_have_title("Error: Contact data | Seagrape Medical")
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("contact-phone").fill("(561) 555-0188")
    page.get_by_label("What should we call you?").fill("Nori 🌊")
    page.get_by_test_id("contact-save").click()
    expect(page.get_by_text("Your contact data is saved.")).to_be_visible()
    expect(page.get_by_text("(561) 555-0188")).to_be_visible()


def change_messages(page: Page, scripts: bool) -> None:
    """No receipts, and quiet nights."""
    page.get_by_role("link", name="Messages and quiet hours").click()
    journeys.check_page(page, scripts=scripts)
    page.get_by_label("Receipts and refunds").uncheck()
    page.get_by_label("Hold back what can wait").check()
    page.get_by_test_id("messages-save").click()
    expect(page.get_by_text("Your choices are saved.")).to_be_visible()
    page.get_by_role("link", name="Messages and quiet hours").click()
    expect(page.get_by_label("Receipts and refunds")).not_to_be_checked()
    page.get_by_role("link", name="Profile").first.click()


def move(page: Page, stack: Stack, person: journeys.Newcomer, scripts: bool) -> None:
    """To a new mailbox; the old one hears of it."""
    new = person.email.replace("nora", "nori")
    page.get_by_role("link", name="E-mail address").click()
    journeys.check_page(page, scripts=scripts)
    page.get_by_test_id("new-email").fill(new)
    page.get_by_test_id("new-email-submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Type the code")
    journeys.check_page(page, scripts=scripts)
    mail = stack.mail(new, containing="your code")
    page.get_by_test_id("new-email-code").fill(code_in(mail))
    page.get_by_test_id("new-email-confirm").click()
    expect(page.get_by_text("Your new e-mail address is saved.")).to_be_visible()
    assert "/portal/email-undo/" in str(stack.mail(person.email, containing="was changed")["text"])


@pytest.mark.parametrize(
    "phone",
    [pytest.param(True, id="phone"), pytest.param(False, id="desktop", marks=pytest.mark.slow)],
)
def test_a_passkey_signs_a_patient_in(stack: Stack, window: Window, *, phone: bool) -> None:
    page = window(phone=phone)
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    person = arrive(page, stack)
    page.goto(f"{stack.site}/portal/security")
    page.get_by_test_id("passkey-enrol").click()
    expect(page.get_by_text("Your passkey is ready.")).to_be_visible()
    journeys.check_page(page)
    page.get_by_role("button", name="Sign out", exact=True).first.click()
    journeys.check_page(page)
    page.get_by_test_id("passkey-sign-in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(person.given)


def test_a_refused_time_says_why(stack: Stack, window: Window) -> None:
    for scripts in (True, False):
        page = window(phone=True, scripts=scripts)
        page.goto(f"{stack.site}/portal/book/first-visit")
        page.get_by_text("Why not another time?").click()
        page.get_by_label("The time you would like").fill("3 am")
        page.get_by_role("button", name="Why not?").click()
        expect(page.get_by_text("outside the hours of this visit").first).to_be_visible()
        journeys.check_page(page, scripts=scripts)


def test_a_browser_without_cookies_is_told_what_is_needed(stack: Stack, window: Window) -> None:
    page = window(phone=True)
    page.goto(f"{stack.site}/portal/sign-in")
    page.get_by_test_id("sign-in-email").fill("somebody@patients.example")
    page.context.clear_cookies()
    page.get_by_test_id("sign-in-submit").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Your browser keeps no cookies from us"
    )
    journeys.check_page(page)
