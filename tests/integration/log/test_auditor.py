"""An auditor sees the event log, and nothing else of the practice."""

from flask import Flask

from shared.access.policy import CAPABILITIES
from shared.access.principal import Role
from shared.web.policy import capability_of
from tests.belongings import belongings_of
from tests.browsing import Browser
from tests.integration.attack.walking import REFUSED, address, methods, rules_of, walker
from tests.people import Cast

# The log; the way in and out, and one's own keys; what anybody may see who has not signed in.
OF_AUDITORS = {
    "log.read", "log.export", "desk.open", "sign_in", "session.manage", "factor.manage",
    "public.read", "booking.browse", "visit.guest",
}  # fmt: skip


def test_an_auditor_holds_no_other_capability() -> None:
    held = {name for name, roles in CAPABILITIES.items() if Role.AUDITOR in roles}
    assert held == OF_AUDITORS


def test_an_auditor_begins_with_the_log(aud: Browser) -> None:
    answer = aud.get("/admin/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/admin/events")


def test_an_auditor_s_map_has_the_log_and_one_s_own_keys(aud: Browser) -> None:
    page = aud.get("/admin/events").get_data(as_text=True)
    nav = page[page.index('class="side-nav"') :].partition("</nav>")[0]
    assert [line.partition("<")[0] for line in nav.split("<span>")[1:]] == ["Event log"]
    assert '<a class="desk-bar__who" href="/admin/security"' in page


def test_every_other_page_is_refused(app: Flask, aud: Browser, cast: Cast) -> None:
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    feet = walker(aud, "admin", signed_in=True)
    opened = [
        f"{method} {rule.rule}"
        for rule in rules_of(app, "admin")
        if capability_of(app, rule.endpoint) not in OF_AUDITORS
        for method in methods(rule)
        if feet.send(method, address(app, rule, things)).status_code not in REFUSED
    ]
    assert opened == []


def test_an_owner_s_home_stays_the_day(maya: Browser) -> None:
    assert maya.get("/admin/").status_code == 200


def test_nobody_else_reads_the_log(app: Flask, cast: Cast) -> None:
    assert set(CAPABILITIES["log.read"]) == set(CAPABILITIES["log.export"])
    assert set(CAPABILITIES["log.read"]) == {Role.OWNER, Role.AUDITOR}
