"""A vendor's bad day, rehearsed: mail is down, people sign in all the same, the owner sees why."""

from playwright.sync_api import Page, expect

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack
from tests.e2e.test_desk import book, sign_in_by_recovery_code


def look_until(page: Page, words: str, *, tries: int = 30) -> None:
    """Look again, as a person would, until the page says so."""
    for _ in range(tries):
        if page.get_by_text(words).count():
            return
        page.wait_for_timeout(1_000)
        page.reload()
    raise AssertionError(f"{words!r} never came to {page.url}")


def test_mail_goes_another_way_while_its_provider_is_down(stack: Stack, window: Window) -> None:
    """Without scripts, because a bad day is no day to depend on them."""
    owner = window(scripts=False)
    sign_in_by_recovery_code(owner, stack, "physician", 4)
    owner.get_by_role("link", name="Settings").click()
    owner.get_by_role("link", name="Rehearsal").click()
    owner.get_by_test_id("rehearse-ses").click()
    expect(owner.get_by_text("Pretended to be down")).to_be_visible()
    owner.get_by_test_id("rehearsal-test").click()
    look_until(owner, "the second provider", tries=40)

    patient = window(phone=True)
    person = book(patient, stack, index=3)
    [mail] = [m for m in stack.sandbox.mails(person.email) if "Sign in" in m["subject"]]
    assert mail["provider"] == "resend"

    owner.goto(f"{stack.site}/admin/")
    expect(owner.get_by_text("Sign-in mail went through the second provider")).to_be_visible()
    owner.goto(f"{stack.site}/admin/rehearsal")
    owner.get_by_role("button", name="Make it work again: Mail").click()
    expect(owner.get_by_text("Pretended to be down")).to_have_count(0)
    owner.goto(f"{stack.site}/admin/attention")
    owner.get_by_role("button", name="Done: Sign-in mail went through").click()
    expect(owner.get_by_role("heading", name="Looked after lately")).to_be_visible()


def test_an_address_that_bounced_gets_mail_again(stack: Stack, window: Window) -> None:
    person = book(window(phone=True), stack, index=4)
    confirmed = stack.mail(person.email, containing="booked")
    stack.sandbox.mail_event(confirmed["message_id"], "bounce")
    desk = window()
    sign_in_by_recovery_code(desk, stack, "receptionist", 4)
    look_until(desk, "Mail to this address comes back")
    line = desk.get_by_test_id("attention-line").filter(has_text=person.family)
    line.get_by_role("link", name="Look at the address").click()
    journeys.check_page(desk)
    expect(desk.get_by_text(person.email)).to_be_visible()
    desk.get_by_label("The mailbox works again").check()
    desk.get_by_test_id("lift").click()
    expect(desk.get_by_text("Mail goes to that address again.")).to_be_visible()
    journeys.check_page(desk)


def test_a_new_sender_waits_for_a_day_unless_withdrawn(stack: Stack, window: Window) -> None:
    owner = window()
    sign_in_by_recovery_code(owner, stack, "physician", 5)
    owner.goto(f"{stack.site}/admin/settings/senders")
    journeys.check_page(owner)
    owner.get_by_test_id("settings-change").click()
    journeys.check_page(owner)
    owner.get_by_label("Address", exact=True).fill("hello@seagrape.example")
    owner.get_by_test_id("settings-propose").click()
    expect(owner.get_by_role("heading", name="A change is waiting")).to_be_visible()
    journeys.check_page(owner)
    told = stack.mail(stack.staff("physician")["email"], containing="change of settings")
    assert "hello@seagrape.example" not in told["text"]
    owner.get_by_test_id("change-withdraw").click()
    expect(owner.get_by_text("The change was withdrawn.")).to_be_visible()
