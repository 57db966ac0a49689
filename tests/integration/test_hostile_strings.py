"""Every field of every form, fed what people and scripts send: nothing breaks, nothing runs."""

import html
import re

import pytest
from flask import Flask

from tests.belongings import belongings_of
from tests.browsing import Browser, signed_in, stranger
from tests.integration.attack.walking import address, rules_of
from tests.people import Cast

HOSTILE = {
    "script": "<script>alert('canary')</script>",
    "attribute": "\"><img src=x onerror=alert('canary')>",
    "template": "{{ 7*7 }}canary{% raise %}",
    "sql": "'; drop table patient; --canary",
    "null": "canary\x00after",
    "direction": "canary\U0001f92f\u202etxet\u200b",
    "newlines": "canary\r\nBcc: everybody@example.com\r\n\r\nhello",
    "long": "canary" + "x" * 100_000,
    "path": "../../etc/passwd%00canary",
    "formula": '=HYPERLINK("http://evil.example","canary")',
}
FIELD = re.compile(r"<(?:input|textarea|select)\b([^>]*)>")
NAME = re.compile(r'\bname="([^"]+)"')
FIXED = {"csrf_token", "idempotency_key"}
# Where the forms of each face are printed; every GET page is searched for more.
FACES = ("portal", "admin", "marketing")


def forms_of(page: str) -> list[tuple[str, list[str]]]:
    """(action, field names) of every posting form on a page."""
    found = []
    for form in re.findall(r"<form\b([^>]*)>(.*?)</form>", page, re.DOTALL):
        if 'method="post"' in form[0]:
            action = html.unescape(re.search(r'action="([^"]*)"', form[0])[1])  # type: ignore[index]
            names = [match[1] for field in FIELD.findall(form[1]) if (match := NAME.search(field))]
            found.append((action, sorted({name for name in names if name not in FIXED})))
    return found


def harvest(app: Flask, browser: Browser, face: str, cast: Cast) -> dict[str, list[str]]:
    """Every form that a viewer can see on any page of a face."""
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    forms: dict[str, list[str]] = {}
    for rule in rules_of(app, face):
        if "GET" in (rule.methods or set()):
            answer = browser.get(address(app, rule, things))
            if answer.status_code == 200 and answer.mimetype == "text/html":
                forms |= dict(forms_of(answer.get_data(as_text=True)))
    return forms


@pytest.mark.parametrize("kind", sorted(HOSTILE))
@pytest.mark.parametrize("who", ["stranger", "patient", "staff"])
def test_no_text_breaks_or_runs(app: Flask, cast: Cast, who: str, kind: str) -> None:
    face = "admin" if who == "staff" else "portal"
    browser = {
        "stranger": lambda: stranger(app, cast.seagrape),
        "patient": lambda: signed_in(app, cast.seagrape, cast.seagrape.patients["ben"]),
        "staff": lambda: signed_in(app, cast.seagrape, cast.seagrape.staff["maya"]),
    }[who]()
    text = HOSTILE[kind]
    printed_on = "/portal/sign-in" if who == "stranger" else "/portal/appointments"
    printed_on = "/admin/patients" if who == "staff" else printed_on
    tried = 0
    for action, names in sorted(harvest(app, browser, face, cast).items()):
        if not names or "sign-out" in action:
            continue
        answer = browser.post(action, dict.fromkeys(names, text), printed_on=printed_on)
        tried += 1
        assert answer.status_code < 500, f"{action} {answer.status_code}"
        page = answer.get_data(as_text=True)
        assert "<script>alert" not in page, action
        assert "<img src=x" not in page, action
        assert "49canary" not in page, action
    assert tried > 0
