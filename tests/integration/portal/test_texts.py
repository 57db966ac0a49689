"""Agreeing to text messages: an empty box, the number that was shown, taken back in one press."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from shared import clock
from shared.access.principal import Role
from shared.db import open_session
from shared.events import act
from shared.models.consent import Consent
from shared.models.patient import Patient
from shared.people.consent_texts import SMS, consent_text
from shared.practices.editing import update_practice
from shared.profile.texting import agree_to_texts, texts_wording
from shared.web.formats import phone
from tests.browsing import Browser, signed_in, stranger
from tests.integration.portal.test_profile import make_proxy, record
from tests.people import DOOR, SEEDED_AT, Cast, PracticeOf
from tests.together import all_at_once
from tools import postgres

PAGE, BACK = "/portal/profile/texts", "/portal/profile/texts/revocation"


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def ana(app: Flask, practice: PracticeOf) -> Browser:
    return signed_in(app, practice, practice.patients["ana"])


def asked(practice: PracticeOf, *, asks: bool) -> None:
    """Whether the owner has it switched on."""
    by = practice.staff["maya"].acting(Role.OWNER)
    with open_session(by.context()) as session:
        update_practice(session, values={"asks_about_texts": asks}, by=by)


def given(practice: PracticeOf) -> list[Consent]:
    with open_session(practice.context()) as session:
        found = session.scalars(
            select(Consent)
            .where(Consent.kind == SMS)
            .order_by(Consent.signed_at, Consent.id)
            .execution_options(**DOOR)
        )
        return list(found)


def told(practice: PracticeOf, action: str) -> list[dict[str, object]]:
    """What the log says of each act of that name."""
    with open_session(practice.context("bedside_auditor")) as session:
        found = session.scalars(
            text(
                "select p.body from audit.event e join audit.payload p on p.event_id = e.id"
                " where e.action = :action and e.kind = 'act' order by e.id"
            ),
            {"action": action},
        )
        return list(found)


def set_phone(practice: PracticeOf, number: str | None, name: str = "ana") -> None:
    with open_session(practice.context()) as session:
        key = (practice.id, practice.patients[name].id)
        session.get_one(Patient, key, execution_options=DOOR).phone = number
        act(session, "practice.seeded", target=("practice", practice.id))


def shown(practice: PracticeOf) -> dict[str, object]:
    """What the form says that was shown."""
    return {"version": consent_text(SMS).version, "number": record(practice).phone}


def agree(browser: Browser, practice: PracticeOf, **other: object) -> int:
    fields = {**shown(practice), "agree": "y", **other}
    return browser.post(PAGE, fields, printed_on=PAGE).status_code


def test_the_page_says_what_carriers_ask_for_beside_an_empty_box(
    practice: PracticeOf, ana: Browser
) -> None:
    page = ana.get(PAGE).text
    for words in (
        practice.view.legal_name,
        "at most about four for each visit",
        "Message and data rates may apply",
        "Reply STOP",
        "Reply HELP",
        "You need not agree to be seen",
        "no advertising",
        "We do not sell or share your mobile number",
        "We do not send text messages yet",
        "Until then everything comes by e-mail",
        phone(record(practice).phone),
        "/text-messages",
        "/terms",
        "/privacy",
    ):
        assert words in page, words
    assert "checked" not in page
    assert f'href="{PAGE}"' in ana.get("/portal/profile").text


def test_ticking_keeps_number_version_words_and_moment(practice: PracticeOf, ana: Browser) -> None:
    assert agree(ana, practice) == 303
    [row] = given(practice)
    assert row.number == record(practice).phone
    assert row.version == consent_text(SMS).version
    assert row.text_sha256 == texts_wording(practice.view).sha256
    assert (row.signed_at, row.revoked_at) == (SEEDED_AT, None)
    assert row.signed_by == practice.patients["ana"].account_id
    assert told(practice, "text_consent.signed") == [{"version": row.version}]
    page = ana.get(PAGE).text
    assert "You agreed on" in page
    assert "texts-agree" not in page


def test_the_number_is_sealed(
    practice: PracticeOf, ana: Browser, server: postgres.Server, database: str
) -> None:
    agree(ana, practice)
    digits = str(record(practice).phone)[2:]
    with psycopg.connect(server.dsn_for(dbname=database)) as admin:
        rows = admin.execute(
            "select c::text, (select string_agg(body::text, '') from audit.payload"
            " where body::text like '%' || c.id || '%') from consent c where kind = 'sms'"
        ).fetchall()
    assert len(rows) == 1
    assert digits not in str(rows)


@pytest.mark.parametrize(
    "other",
    [
        {"agree": ""},
        {"version": "1999-01"},
        {"number": "+15615559999"},
        {"number": "canary'; drop table consent"},
        {"version": "x" * 21},
    ],
)
def test_what_was_not_shown_is_not_agreed_to(
    practice: PracticeOf, ana: Browser, other: dict[str, object]
) -> None:
    fields = {**shown(practice), "agree": "y", **other}
    fields = {name: value for name, value in fields.items() if value != ""}
    answer = ana.post(PAGE, fields, printed_on=PAGE)
    assert answer.status_code == 422
    assert "checked" not in answer.text or "agree" in other or len(str(other.get("version"))) > 20
    assert given(practice) == []


def test_one_press_takes_it_back_and_a_second_does_no_harm(
    practice: PracticeOf, ana: Browser
) -> None:
    agree(ana, practice)
    for _ in range(2):
        assert ana.post(BACK, printed_on=PAGE).headers["Location"] == "/portal/profile"
    [row] = given(practice)
    assert row.revoked_at == SEEDED_AT
    assert len(told(practice, "text_consent.revoked")) == 1
    assert "texts-agree" in ana.get(PAGE).text


def test_another_number_is_asked_about_anew(practice: PracticeOf, ana: Browser) -> None:
    agree(ana, practice)
    set_phone(practice, "+15615550199")
    assert "Please agree again" in ana.get(PAGE).text
    assert agree(ana, practice) == 303
    ended, standing = sorted(given(practice), key=lambda row: row.revoked_at is None)
    assert (ended.revoked_at, standing.revoked_at) == (SEEDED_AT, None)
    assert standing.number == "+15615550199"


def test_two_windows_agree_once(app: Flask, practice: PracticeOf) -> None:
    """Whoever comes second waits, and finds that it is done."""
    viewer, fields = practice.patients["ana"].viewer, shown(practice)

    def press() -> object:
        with open_session(viewer.context()) as session:
            return agree_to_texts(
                session, version=str(fields["version"]), number=str(fields["number"]), by=viewer
            ).id

    found = all_at_once(app, [press] * 4)
    assert len(found) == 4
    assert set(found) == {str(row.id) for row in given(practice)}


def test_nobody_is_asked_where_the_owner_has_not_switched_it_on(
    practice: PracticeOf, ana: Browser
) -> None:
    fields = {**ana.hidden(PAGE), **shown(practice), "agree": "y"}
    asked(practice, asks=False)
    assert ana.get(PAGE).status_code == 404
    assert ana.post(PAGE, fields).status_code == 404
    assert given(practice) == []


def test_an_agreement_can_be_taken_back_where_nobody_is_asked_any_more(
    practice: PracticeOf, ana: Browser
) -> None:
    agree(ana, practice)
    asked(practice, asks=False)
    assert f'href="{PAGE}"' in ana.get("/portal/profile").text
    page = ana.get(PAGE).text
    assert "texts-stop" in page
    assert "texts-agree" not in page
    ana.post(BACK, printed_on=PAGE)
    assert ana.get(PAGE).status_code == 404
    assert PAGE not in ana.get("/portal/profile").text


def test_without_a_number_the_page_leads_to_where_one_is_entered(
    practice: PracticeOf, ana: Browser
) -> None:
    set_phone(practice, None)
    page = ana.get(PAGE).text
    assert "/portal/profile/contact" in page
    assert "texts-agree" not in page
    fields = {**ana.hidden(PAGE), "version": consent_text(SMS).version, "number": "", "agree": "y"}
    assert ana.post(PAGE, fields).status_code == 404


def test_nobody_else_agrees_for_them(
    app: Flask, practice: PracticeOf, cast: Cast, ana: Browser
) -> None:
    assert stranger(app, practice).get(PAGE).status_code in {303, 401}
    make_proxy(practice, practice.patients["ana"])
    proxy = signed_in(app, practice, practice.patients["ana"])
    assert proxy.get(PAGE).status_code == 403
    assert proxy.post(PAGE, {"agree": "y"}, printed_on="/portal/").status_code == 403
    assert given(practice) == []


def test_one_practice_says_nothing_of_the_other(app: Flask, cast: Cast, ana: Browser) -> None:
    agree(ana, cast.seagrape)
    name = next(iter(cast.ironbound.patients))
    other = signed_in(app, cast.ironbound, cast.ironbound.patients[name])
    assert other.get(PAGE).status_code == 404
    assert given(cast.ironbound) == []
