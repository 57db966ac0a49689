"""A day at the desk by keyboard alone: the palette, keys that lead somewhere, line by line."""

from contextlib import suppress

from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NothingHappened

from tests.e2e import journeys
from tests.e2e.conftest import Window
from tests.e2e.stack import Stack
from tests.e2e.test_desk import sign_in_by_recovery_code


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def go_by_keys(page: Page, *keys: str) -> None:
    """Press keys one after the other, and wait for the page they lead to."""
    before = page.url
    page.wait_for_load_state("load")
    for _ in range(3):
        for key in keys:
            page.keyboard.press(key)
        with suppress(NothingHappened):
            page.wait_for_url(lambda url: url != before, timeout=5_000)
            return
    raise AssertionError(f"{' '.join(keys)} leads nowhere from {before}")


def check_both(page: Page) -> None:
    """The page in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        # The colours themselves take a moment to change over.
        page.wait_for_timeout(400)
        journeys.check_page(page)


def test_the_physician_goes_everywhere_without_a_mouse(stack: Stack, window: Window) -> None:
    page = window()
    sign_in_by_recovery_code(page, stack, "physician", 9)
    page.goto(f"{stack.site}/admin/")
    check_both(page)

    # The palette: opened, typed into, walked through, entered.
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Page, action or person")
    expect(field).to_be_focused()
    page.keyboard.type("whit", delay=20)
    person = page.get_by_role("option", name="Ana Whitfield")
    expect(person).to_have_attribute("aria-selected", "true")
    expect(field).to_have_attribute("aria-activedescendant", "palette-person-1")
    expect(page.locator("#palette-said")).to_have_text("1 result")
    check_both(page)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Whitfield")
    check_both(page)

    # Arrows go round, Escape closes and gives the focus back.
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#palette")).to_be_hidden()

    # Keys that lead somewhere, and the map of them.
    for keys, title in (("ga", "What needs attention"), ("gl", "Event log"), ("gp", "Patients")):
        go_by_keys(page, *keys)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        check_both(page)
    page.keyboard.press("Escape")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of the keyboard")).to_be_visible()
    check_both(page)
    page.keyboard.press("Escape")

    # A slash finds a patient; j and k walk the lines that were found.
    page.keyboard.press("/")
    page.keyboard.type("whit")
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name="Ana Whitfield")
    expect(link).to_be_visible()
    check_both(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("j")
    expect(link).to_be_focused()


def test_keys_do_nothing_while_one_types_or_when_they_are_off(stack: Stack, window: Window) -> None:
    page = window()
    sign_in_by_recovery_code(page, stack, "receptionist", 9)
    page.goto(f"{stack.site}/admin/patients")
    field = page.get_by_label("Find a patient")
    field.focus()
    page.keyboard.type("gs/?j")
    assert heading(page) == "Patients"
    assert field.input_value() == "gs/?j"
    page.goto(f"{stack.site}/admin/keyboard")
    journeys.check_page(page)
    page.get_by_test_id("keys-off").click()
    expect(page.get_by_text("Single keys do nothing any more.")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("t")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert heading(page) == "Keys of the keyboard"
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Page, action or person")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_test_id("keys-on").click()
    expect(page.get_by_test_id("keys-off")).to_be_visible()
    for phone in (True, False):
        plain = window(phone=phone, scripts=False)
        plain.context.add_cookies(page.context.cookies())
        walk_without_scripts(plain, stack, phone=phone)


def walk_without_scripts(page: Page, stack: Stack, *, phone: bool) -> None:
    """What the palette and the keys do is a page, too."""
    page.goto(f"{stack.site}/admin/")
    page.get_by_test_id("palette-open").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Go to")
    page.locator("#palette-page-text").fill("whit")
    page.locator("main").get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Ana Whitfield").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ana Whitfield")
    if phone:
        page.get_by_role("link", name="Menu", exact=True).click()
    page.get_by_role("navigation", name="Practice").get_by_role("link", name="Schedule").click()
    page.wait_for_url("**/admin/schedule")
    page.goto(f"{stack.site}/admin/keyboard")
    journeys.check_page(page, scripts=False)
