"""A guest's link by mail: to the typed address, naming nobody, once; and what became of it."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from shared.auth import limits
from shared.jobs import mail
from tests.browsing import Browser, signed_in, stranger
from tests.integration.messaging.post import Post, bounce, read, tell, work
from tests.integration.visits.conftest import Clinic
from tests.people import Cast

HTMX = {"HX-Request": "true"}
ADDRESS = "ivana@interpreters.example"
HOSTILE = (
    "",
    "   ",
    "nobody",
    "<script>alert(1)</script>",
    "a@b.example\r\nBcc: everybody@evil.example",
    "a@b.example, c@d.example",
    "a@\uff42.example",
    "x" * 300 + "@b.example",
    "{{ 7*7 }}@b.example{% raise %}",
)


@pytest.fixture
def visit_id(clinic: Clinic) -> UUID:
    """A visit whose door is open."""
    return clinic.open()


@pytest.fixture
def desk(app: Flask, clinic: Clinic, visit_id: UUID) -> Browser:
    """The doctor's browser at the visit's hour."""
    app.config["SETTINGS"] = clinic.settings
    return signed_in(app, clinic.practice, clinic.practice.staff["maya"])


def invite(browser: Browser, visit_id: UUID, email: str = ADDRESS, **more: Any) -> Any:
    """Press "Send the link", as htmx does."""
    fields = browser.hidden("/admin/security") | {
        "kind": "interpreter", "email": email, "how": "mail", **more
    }  # fmt: skip
    return browser.client.post(
        f"/admin/visits/{visit_id}/guests", base_url=browser.base, data=fields, headers=HTMX
    )


def mails_of(clinic: Clinic) -> list[dict[str, Any]]:
    return clinic.rows("dispatch", "template = 'guest_link'")


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Post:
    """A post office that takes everything."""
    office = Post()
    monkeypatch.setattr(mail, "mail", lambda _: office)
    return office


def test_link_goes_to_the_address_and_names_nobody(
    app: Flask, clinic: Clinic, desk: Browser, visit_id: UUID, post: Post
) -> None:
    told = invite(desk, visit_id)
    assert (told.status_code, "The link is on its way." in told.text) == (200, True)
    assert "/portal/guest/" not in told.text, "sent, so not shown"
    assert "Sent by mail, not opened yet" in told.text
    [row] = mails_of(clinic)
    [guest] = clinic.rows("visit_guest", "true")
    assert (row["patient_id"], row["about_type"], row["about_id"]) == (
        None, "visit_guest", guest["id"],
    )  # fmt: skip
    assert ADDRESS.encode() not in bytes(row["to_ct"])
    work(clinic.practice, clinic.settings, row["id"])
    [letter] = post.letters
    patient = clinic.patient
    for part in (letter.subject, letter.text, letter.html):
        for name in (patient.given_name, patient.email, "Ellison", str(visit_id)):
            assert name not in part
    assert letter.to == ADDRESS
    link = re.search(r"http[^\s]+/portal/guest/[\w-]{43}", letter.text)
    assert link
    assert read(clinic.practice, row["id"]).context is None, "a link that opens a door is forgotten"
    path = link[0].partition(clinic.practice.host)[2]
    path = path[path.index("/") :]
    guest_browser, other = stranger(app, clinic.practice), stranger(app, clinic.practice)
    assert guest_browser.post(path, printed_on=path).status_code == 303
    assert "opened on another device" in other.get(path).text
    assert "Opened at" in desk.get(f"/admin/visits/{visit_id}").text


@pytest.mark.parametrize("typed", HOSTILE)
def test_what_is_no_address_gets_nothing_and_stays_in_the_field(
    clinic: Clinic, desk: Browser, visit_id: UUID, typed: str
) -> None:
    refused = invite(desk, visit_id, typed)
    assert refused.status_code == 422
    assert "<script>alert" not in refused.text
    assert (clinic.rows("visit_guest", "true"), mails_of(clinic)) == ([], [])
    fields = {"kind": "family", "email": typed, "how": "mail"}
    plain = desk.post(
        f"/admin/visits/{visit_id}/guests", dict(fields), printed_on="/admin/security"
    )
    assert plain.status_code == 422
    assert "guest-email" in plain.text


def test_nobody_but_its_practitioner_has_a_link_mailed(
    app: Flask, clinic: Clinic, desk: Browser, visit_id: UUID, cast: Cast
) -> None:
    strangers = {
        "rosa": signed_in(app, clinic.practice, clinic.practice.staff["rosa"]),
        "the same doctor elsewhere": signed_in(app, cast.ironbound, cast.ironbound.staff["maya"]),
        "the patient": signed_in(app, clinic.practice, clinic.patient),
        "nobody": stranger(app, clinic.practice),
    }
    fields = {"kind": "family", "email": ADDRESS, "how": "mail"}
    for name, browser in strangers.items():
        sent = browser.post(
            f"/admin/visits/{visit_id}/guests", dict(fields), printed_on="/portal/sign-in"
        )
        assert sent.status_code in {303, 400, 403, 404}, name
    # A colleague of the same practice, with the same rights.
    clinic.sql("alter table practitioner_role disable trigger user")
    clinic.sql("update practitioner_role set account_id = null")
    assert invite(desk, visit_id).status_code == 404
    assert (clinic.rows("visit_guest", "true"), mails_of(clinic)) == ([], [])


def test_address_that_bounced_gets_none_and_the_doctor_is_told(
    clinic: Clinic, desk: Browser, visit_id: UUID, post: Post
) -> None:
    for number in range(2):
        invite(desk, visit_id)
        row = mails_of(clinic)[-1]
        work(clinic.practice, clinic.settings, row["id"])
        if number == 0:
            tell(clinic.practice, bounce(clinic.practice, row["id"]))
    assert [one["status"] for one in mails_of(clinic)] == ["bounced", "skipped"]
    assert len(post.letters) == 1
    shown = desk.get(f"/admin/visits/{visit_id}").text
    assert shown.count("The mail did not arrive.") == 2


def test_too_many_and_too_late_are_told_and_send_nothing(
    clinic: Clinic, desk: Browser, visit_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(2):
        invite(desk, visit_id)
    assert "Two links are open already" in invite(desk, visit_id).text
    assert len(mails_of(clinic)) == 2
    for guest in clinic.rows("visit_guest", "true"):
        desk.post(
            f"/admin/visits/{visit_id}/guests/{guest['id']}/end", printed_on="/admin/security"
        )
    most = limits.GUESTS_BY_ACCOUNT
    monkeypatch.setattr(limits, "GUESTS_BY_ACCOUNT", limits.Limit(most.bucket, 3, most.window))
    assert "many mails within an hour" in invite(desk, visit_id).text
    shown = invite(desk, visit_id, how="show").text
    assert "/portal/guest/" in shown
    assert len(mails_of(clinic)) == 2
