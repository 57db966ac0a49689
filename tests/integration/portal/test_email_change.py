"""Moving to another e-mail address: proven by its own mailbox, undone by the old one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from shared import clock
from shared.access.principal import Role
from shared.auth.roles import add_grant
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.jobs import people
from shared.jobs.registry import Job
from shared.keyring import blind_index
from shared.models.account import Account
from shared.models.attention_item import AttentionItem
from shared.models.email_change import EmailChange
from shared.models.patient import Patient
from shared.models.role_grant import RoleGrant
from tests.browsing import Browser, signed_in, stranger
from tests.people import DOOR, SEEDED_AT, Cast, PatientOf, PracticeOf
from tests.visiting import mails

NEW = "annie@new.example"
ASK = "/portal/profile/email"


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def ana(practice: PracticeOf) -> PatientOf:
    return practice.patients["ana"]


@pytest.fixture
def phone(app: Flask, practice: PracticeOf, ana: PatientOf) -> Browser:
    return signed_in(app, practice, ana)


def ask(browser: Browser, address: str = NEW) -> str:
    """Ask to move; the page on which the code is typed."""
    answer = browser.post(ASK, {"email": address}, printed_on=ASK)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def mailed(practice: PracticeOf, template: str) -> dict[str, str]:
    """The context of the last mail of a kind."""
    return [context for name, context in mails(practice.id) if name == template][-1]


def confirm(practice: PracticeOf, browser: Browser, page: str, code: str | None = None) -> int:
    typed = code or mailed(practice, "email_change_code")["code"]
    return browser.post(f"{page}/code", {"code": typed}, printed_on=page).status_code


def addresses(practice: PracticeOf, ana: PatientOf) -> tuple[str, str]:
    """Where the account and the record are reached."""
    with open_session(practice.context()) as session:
        account = session.get_one(Account, (practice.id, ana.account_id))
        patient = session.get_one(Patient, (practice.id, ana.id), execution_options=DOOR)
        return account.email, patient.email


def changes(practice: PracticeOf) -> list[EmailChange]:
    with open_session(practice.context()) as session:
        return list(session.scalars(select(EmailChange).order_by(EmailChange.created_at)))


def undo_link(practice: PracticeOf) -> str:
    return mailed(practice, "email_changed")["link"]


def test_the_new_mailbox_proves_itself_and_the_old_one_is_told(
    app: Flask, practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    elsewhere = signed_in(app, practice, ana)
    page = ask(phone)
    assert NEW in phone.get(page).text
    assert addresses(practice, ana) == (ana.email, ana.email)
    assert confirm(practice, phone, page) == 303
    assert addresses(practice, ana) == (NEW, NEW)
    assert "Your new e-mail address is saved" in phone.get("/portal/profile").text
    assert elsewhere.get("/portal/profile").status_code == 303
    assert undo_link(practice).startswith("/portal/email-undo/")
    assert "Your address is changed" in phone.get(page).text


def test_a_wrong_code_changes_nothing_and_five_end_it(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    page = ask(phone)
    right = mailed(practice, "email_change_code")["code"]
    wrong = f"{(int(right.replace(' ', '')) + 1) % 10**8:08d}"
    assert [confirm(practice, phone, page, wrong) for _ in range(5)] == [422] * 5
    assert confirm(practice, phone, page, right) == 303
    assert "This code is over" in phone.get(page).text
    assert addresses(practice, ana) == (ana.email, ana.email)


def test_a_code_is_over_after_half_an_hour_and_after_the_next_one(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    first = ask(phone)
    code = mailed(practice, "email_change_code")["code"]
    hidden = phone.hidden(first)
    ask(phone, "second@new.example")
    assert phone.post(f"{first}/code", hidden | {"code": code}).status_code == 303
    assert addresses(practice, ana) == (ana.email, ana.email)
    assert [row.ended_at is None for row in changes(practice)] == [False, True]


def test_who_became_a_colleague_meanwhile_keeps_the_desks_address(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    page = ask(phone)
    with open_session(practice.context()) as session:
        account = session.get_one(Account, (practice.id, ana.account_id))
        add_grant(session, account=account, role="nurse", granted_by=None)
    confirm(practice, phone, page)
    assert addresses(practice, ana) == (ana.email, ana.email)


def test_an_address_that_opens_another_sign_in_gets_no_code_and_the_page_tells_nothing(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    taken = practice.patients["ben"].email
    known, unknown = phone.get(ask(phone, taken)).text, phone.get(ask(phone)).text

    def neutral(page: str) -> str:
        page = page.replace(taken, "X").replace(NEW, "X")
        page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", page)
        return re.sub(r'(csrf_token|idempotency_key)" value="[^"]*"', r"\1", page)

    assert neutral(known) == neutral(unknown)
    assert [name for name, _ in mails(practice.id)][-2:] == [
        "email_change_taken",
        "email_change_code",
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("ANA@patients.example ", "the address you already have"),
        ("not an address", "Enter an e-mail address like"),
        ("", "Enter your new e-mail address"),
        ("x" * 250 + "@a.example", "shorter"),
    ],
)
def test_an_address_that_is_none_or_ones_own_is_refused(
    practice: PracticeOf, phone: Browser, typed: str, words: str
) -> None:
    answer = phone.post(ASK, {"email": typed}, printed_on=ASK)
    assert answer.status_code == 422
    assert words in answer.text
    assert changes(practice) == []


def test_somebody_who_works_here_asks_an_owner(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    with open_session(practice.context("bedside_gate")) as session:
        grant = RoleGrant(
            practice_id=practice.id, account_id=ana.account_id, role=Role.NURSE.value,
            granted_by=None, granted_at=clock.now(), ended_by=None, ended_at=None,
        )  # fmt: skip
        session.add(grant)
        act(session, "practice.seeded", target=("practice", practice.id))
    answer = phone.post(ASK, {"email": NEW}, printed_on=ASK)
    assert answer.status_code == 422
    assert "You also work here" in answer.text


def test_it_is_asked_for_five_times_an_hour(phone: Browser) -> None:
    for number in range(5):
        ask(phone, f"new{number}@new.example")
    answer = phone.post(ASK, {"email": NEW}, printed_on=ASK)
    assert answer.status_code == 429
    assert "Try again in an hour" in answer.text


def test_nobody_else_sees_or_confirms_a_move(
    app: Flask, cast: Cast, practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    page = ask(phone)
    code = mailed(practice, "email_change_code")["code"]
    foreign = next(iter(cast.ironbound.patients.values()))
    for browser in (
        signed_in(app, practice, practice.patients["ben"]),
        signed_in(app, cast.ironbound, foreign),
    ):
        assert browser.get(page).status_code == 404
        answer = browser.post(f"{page}/code", {"code": code}, printed_on="/portal/appointments")
        assert answer.status_code == 404
    assert stranger(app, practice).get(page).status_code == 303
    assert addresses(practice, ana) == (ana.email, ana.email)


def test_the_old_mailbox_takes_it_back_and_the_practice_is_told(
    app: Flask, settings: Settings, practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    confirm(practice, phone, ask(phone))
    link, browser = undo_link(practice), stranger(app, practice)
    token = link.rpartition("/")[2]
    assert "Did somebody else change your address?" in browser.get(link).text
    assert addresses(practice, ana) == (NEW, NEW)
    done = browser.post("/portal/email-undo", {"token": token}, printed_on=link)
    assert "The change is taken back" in done.text
    assert addresses(practice, ana) == (ana.email, ana.email)
    assert phone.get("/portal/profile").status_code == 303
    again = browser.post("/portal/email-undo", {"token": token}, printed_on="/portal/sign-in")
    assert again.status_code == 410
    [change] = changes(practice)
    report(practice, settings, change.id)
    with open_session(practice.context()) as session:
        items = session.scalars(select(AttentionItem).execution_options(door=True)).all()
    assert [(item.kind, item.patient_id) for item in items] == [("address_taken_back", ana.id)]


def test_moving_on_does_not_shake_off_the_first_mailbox(
    app: Flask, practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    confirm(practice, phone, ask(phone))
    link = undo_link(practice)
    with clock.freeze(SEEDED_AT + timedelta(minutes=1)):
        confirm(practice, phone, ask(phone, "third@new.example"))
        assert addresses(practice, ana) == ("third@new.example",) * 2
        browser = stranger(app, practice)
        token = {"token": link.rpartition("/")[2]}
        assert "taken back" in browser.post("/portal/email-undo", token, printed_on=link).text
        assert addresses(practice, ana) == (ana.email, ana.email)
        assert phone.get("/portal/profile").status_code == 303
        # The link of the later move leads nowhere any more.
        assert browser.get(undo_link(practice)).status_code == 410


def report(practice: PracticeOf, settings: Settings, change_id: UUID) -> None:
    job = Job("report_taken_back", practice.id, settings)
    people.report_taken_back(job, email_change_id=change_id)


@pytest.mark.parametrize("token", ["x", "x" * 43, "🦄" * 43])
def test_a_link_that_is_none_takes_nothing_back(
    app: Flask, practice: PracticeOf, token: str
) -> None:
    browser = stranger(app, practice)
    assert browser.get(f"/portal/email-undo/{token}").status_code == 410
    answer = browser.post("/portal/email-undo", {"token": token}, printed_on="/portal/sign-in")
    assert answer.status_code == 410


def test_a_link_of_another_practice_or_of_last_week_takes_nothing_back(
    app: Flask, cast: Cast, practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    confirm(practice, phone, ask(phone))
    link = undo_link(practice)
    assert stranger(app, cast.ironbound).get(link).status_code == 410
    with clock.freeze(SEEDED_AT + timedelta(days=7, seconds=1)):
        assert stranger(app, practice).get(link).status_code == 410


def test_the_old_address_opens_nothing_any_more(
    practice: PracticeOf, ana: PatientOf, phone: Browser
) -> None:
    confirm(practice, phone, ask(phone))
    with open_session(practice.context("bedside_gate")) as session:
        bidx = blind_index(practice.id, "email", ana.email)
        assert session.scalar(select(Account).where(Account.email_bidx == bidx)) is None
