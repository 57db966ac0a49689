"""The pages about one patient, the pictures of the first page, and lists that are filtered."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from shared import clock
from shared.access.principal import Role
from shared.attention import raise_item
from shared.auth.roles import grant_role
from shared.db import open_session
from shared.models.account import Account
from tests.belongings import belongings_of
from tests.browsing import Browser, signed_in
from tests.people import Cast, PracticeOf

TAB = re.compile(r'<nav class="tabs".*?</nav>', re.DOTALL)


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, practice: PracticeOf) -> Browser:
    """Physician and owner."""
    return signed_in(app, practice, practice.staff["maya"])


@pytest.fixture
def rosa(app: Flask, practice: PracticeOf) -> Browser:
    """The receptionist."""
    return signed_in(app, practice, practice.staff["rosa"])


def refund_failed(practice: PracticeOf) -> None:
    """Something about Ana that waits for somebody."""
    with open_session(practice.context()) as session:
        raise_item(session, "refund_failed", patient_id=practice.patients["ana"].id)


def tabs(page: str) -> list[str]:
    found = TAB.search(page)
    return re.findall(r"<span>([^<]+)</span>", found.group()) if found else []


def test_each_role_has_its_own_tabs(maya: Browser, rosa: Browser, practice: PracticeOf) -> None:
    path = f"/admin/patients/{practice.patients['ana'].id}"
    assert tabs(maya.get(path).text) == [
        "Overview", "Appointments", "Visits held", "Payments", "Messages sent", "Story", "Access"
    ]  # fmt: skip
    assert tabs(rosa.get(path).text) == ["Overview", "Appointments", "Visits held", "Access"]


@pytest.mark.parametrize("part", ["payments", "messages", "story"])
def test_the_reception_sees_neither_money_nor_messages_nor_story(
    rosa: Browser, maya: Browser, practice: PracticeOf, part: str
) -> None:
    path = f"/admin/patients/{practice.patients['ana'].id}/{part}"
    assert rosa.get(path).status_code == 403
    assert maya.get(path).status_code == 200


@pytest.mark.parametrize("part", ["appointments", "payments", "messages"])
def test_another_practice_s_patient_has_no_such_page(maya: Browser, cast: Cast, part: str) -> None:
    cleo = cast.ironbound.patients["cleo"].id
    assert maya.get(f"/admin/patients/{cleo}/{part}").status_code == 404


def test_the_tabs_tell_what_there_is(maya: Browser, practice: PracticeOf) -> None:
    ana = practice.patients["ana"]
    belongings_of(practice, ana)
    refund_failed(practice)
    path = f"/admin/patients/{ana.id}"
    assert "$150.00" in maya.get(f"{path}/payments").text
    assert "Not paid yet" in maya.get(f"{path}/payments").text
    assert "<table" in maya.get(f"{path}/messages").text
    head = maya.get(path).text
    assert "(561) 555-0171" in head
    assert "To mind" in head


def test_an_empty_tab_says_what_would_stand_there(maya: Browser, practice: PracticeOf) -> None:
    path = f"/admin/patients/{practice.patients['ben'].id}"
    assert "Nothing was booked yet" in maya.get(f"{path}/appointments").text
    assert "No payments yet" in maya.get(f"{path}/payments").text
    assert "Nothing was sent yet" in maya.get(f"{path}/messages").text


def test_money_is_drawn_for_who_owns_or_bills(
    app: Flask, maya: Browser, rosa: Browser, practice: PracticeOf
) -> None:
    page = maya.get("/admin/").text
    assert 'id="chart-bookings"' in page
    assert 'id="chart-seen"' in page
    assert "Money" not in rosa.get("/admin/").text
    assert 'id="chart-bookings"' in rosa.get("/admin/").text


def test_the_database_shows_the_ledger_to_owners_at_the_desk_only(
    app: Flask, practice: PracticeOf
) -> None:
    maya, rosa = practice.staff["maya"], practice.staff["rosa"]
    count = text("select count(*) from ledger_entry")
    wants = {"door": True}
    with open_session(rosa.acting(Role.RECEPTIONIST).context()) as session:
        assert session.scalar(count, execution_options=wants) == 0
    owner = maya.acting(Role.OWNER)
    with open_session(owner.context()) as session:
        account = session.get_one(Account, (practice.id, rosa.account_id))
        grant_role(session, account=account, role="biller", by=owner)
    with open_session(rosa.acting(Role.RECEPTIONIST).context()) as session:
        session.scalar(count, execution_options=wants)


def test_a_file_of_what_needs_attention_notes_whom_it_names(
    maya: Browser, rosa: Browser, practice: PracticeOf
) -> None:
    ana = practice.patients["ana"]
    refund_failed(practice)
    answer = rosa.get("/admin/attention/export")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Ana Whitfield" in answer.text
    looks = maya.get(f"/admin/patients/{ana.id}/story?looks=1").text
    assert "in a file" in looks


def test_attention_is_filtered_and_ordered_by_its_address(
    maya: Browser, practice: PracticeOf
) -> None:
    with open_session(practice.context()) as session:
        raise_item(session, "refund_failed", patient_id=practice.patients["ana"].id)
    with (
        clock.freeze(clock.now() + timedelta(hours=1)),
        open_session(practice.context()) as session,
    ):
        raise_item(session, "second_provider_used")
    page = maya.get("/admin/attention?what=refund_failed").text
    assert page.count('data-testid="attention-line"') == 1
    newest = maya.get("/admin/attention?sort=-since").text
    oldest = maya.get("/admin/attention").text
    first = "second provider</strong>"
    assert newest.index(first) < newest.index("did not go back to the patient</strong>")
    assert oldest.index(first) > oldest.index("did not go back to the patient</strong>")
    assert "Nothing fits" in maya.get("/admin/attention?what=dead_letter").text
    assert maya.get("/admin/attention?what=%27&state=x&page=-3&sort=name").status_code == 200


def test_dead_letters_are_sorted_filtered_and_exported(
    maya: Browser, rosa: Browser, practice: PracticeOf
) -> None:
    belongings_of(practice, practice.patients["ana"])
    for sort in ("when", "-when", "from", "-tries", "nonsense"):
        assert "dead-letter" in maya.get(f"/admin/inbox?sort={sort}").text
    assert "Nothing fits" in maya.get("/admin/inbox?from=ses").text
    table = maya.get("/admin/inbox/export")
    assert table.mimetype == "text/csv"
    assert "a payment page" in table.text
    assert rosa.get("/admin/inbox/export").status_code == 403
