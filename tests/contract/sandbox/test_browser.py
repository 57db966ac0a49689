"""The pages in a real browser: paying without JavaScript, mail in its cage, axe on every page."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from tests.contract.sandbox.test_stripe import session_params


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"]
        )
        yield launched
        launched.close()


@pytest.fixture
def people(sandbox) -> str:
    return f"http://sandbox.localhost:{sandbox.port}"


def open_session(practice, endpoint):
    return practice.v1.checkout.sessions.create(
        session_params(
            success_url=f"{endpoint.url}/back?s={{CHECKOUT_SESSION_ID}}",
            cancel_url=f"{endpoint.url}/cancelled",
        )
    )


def test_a_person_pays_without_javascript(browser, practice, endpoint):
    session = open_session(practice, endpoint)
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(session.url)
    page.get_by_test_id("test-card-9995").click()
    page.get_by_test_id("checkout-pay").click()
    expect(page.get_by_role("alert")).to_have_text("Your card has insufficient funds.")
    page.get_by_test_id("test-card-3155").click()
    page.get_by_test_id("checkout-pay").click()
    page.get_by_role("button", name="Yes, pay").click()
    expect(page.get_by_role("heading", name="Back at the shop")).to_be_visible()
    assert page.url == f"{endpoint.url}/back?s={session.id}"
    page.goto(session.url)
    expect(page.get_by_role("heading", name="$150.00 has been paid")).to_be_visible()


def test_the_way_back_leads_to_the_shop(browser, practice, endpoint):
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(open_session(practice, endpoint).url)
    page.get_by_test_id("checkout-back").click()
    assert page.url == f"{endpoint.url}/cancelled"


def test_mail_runs_nothing_and_its_link_opens_in_a_new_tab(browser, aws, sandbox, endpoint, people):
    html = (
        "<style>h1{color:rgb(1,2,3)}</style><h1 onclick='x'>Hello</h1>"
        "<script>document.title='run'</script><img src='http://127.0.0.1:1/track.gif'>"
        f"<a href='{endpoint.url}/in'>Sign in</a>"
    )
    aws("sesv2").send_email(
        FromEmailAddress="care@x.example",
        Destination={"ToAddresses": ["ann@x.example"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Html": {"Data": html}}}},
    )
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{people}/inbox/{sandbox.mails(count=1)[0]['id']}")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Hello")).to_have_css("color", "rgb(1, 2, 3)")
    with context.expect_page() as opened:
        frame.get_by_role("link", name="Sign in").click()
    assert opened.value.url == f"{endpoint.url}/in"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_pages_are_accessible_and_fit(
    browser, practice, aws, sandbox, endpoint, people, scheme, width
):
    aws("sesv2").send_email(
        FromEmailAddress="Seagrape Medical <care@x.example>",
        Destination={"ToAddresses": ["a.rather.long.address@subdomain.of.a.long.example"]},
        Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "Hello"}}}},
    )
    session = open_session(practice, endpoint)
    sandbox.pay(open_session(practice, endpoint).id)
    sandbox.fault("kms", "status", 503)
    mail = sandbox.mails(count=1)[0]["id"]
    paths = ("/", "/inbox", f"/inbox/{mail}", "/terminal", "/clock", "/troubles", "/deliveries")
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 844})
    page = context.new_page()
    for url in (*(people + path for path in paths), session.url):
        page.goto(url)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{url}: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, url
    context.close()
