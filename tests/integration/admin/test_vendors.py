"""The register of vendors: entered, changed, ended, taken out as a file; agreements that end."""

from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.access.principal import Role
from shared.config import Settings
from shared.db import open_session
from shared.jobs.ground import watch_agreements
from shared.jobs.registry import Job
from shared.models.attention_item import AttentionItem
from shared.practices.vendors import add_vendor, covers, list_vendors
from tests.browsing import Browser, signed_in
from tests.people import Cast

LIST, NEW = "/admin/settings/vendors", "/admin/settings/vendors/new"
DAY = timedelta(days=1)


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """The owner."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


def typed(**other: object) -> dict[str, object]:
    """A form that is right but for `other`."""
    return {
        "name": "Amazon Web Services",
        "purpose": "Database and mail",
        "region": "us-east-1",
        "handles_phi": "y",
        "agreed_on": "2026-05-04",
        "renews_on": "",
        "exempt_because": "",
        **other,
    }


def test_a_vendor_is_entered_changed_and_ended(maya: Browser, cast: Cast) -> None:
    assert "The register is empty" in maya.get(LIST).get_data(as_text=True)
    begun = maya.get(f"{NEW}?for=stripe").get_data(as_text=True)
    assert "section 1179" in begun
    assert maya.post(LIST, typed(), printed_on=NEW).status_code == 303
    page = maya.get(LIST).get_data(as_text=True)
    assert "May 4, 2026" in page or "4 May 2026" in page
    assert "In order" in page
    with open_session(cast.seagrape.context()) as session:
        [row] = list_vendors(session, practice_id=cast.seagrape.id)
    one = f"{LIST}/{row.id}"
    changed = typed(agreed_on="", handles_phi="y")
    assert maya.post(one, changed, printed_on=one).status_code == 303
    assert "No agreement" in maya.get(LIST).get_data(as_text=True)
    assert maya.post(f"{one}/end", printed_on=one).status_code == 303
    assert maya.get(one).status_code == 404
    assert "1 that left" in maya.get(LIST).get_data(as_text=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"purpose": " "},
        {"renews_on": "2026-05-04"},
        {"agreed_on": "", "renews_on": "2027-01-01"},
        {"agreed_on": "yesterday"},
    ],
)
def test_what_makes_no_sense_is_said_beside_its_field(
    maya: Browser, wrong: dict[str, object]
) -> None:
    answer = maya.post(LIST, typed(**wrong), printed_on=NEW)
    assert answer.status_code == 422
    assert "error" in answer.get_data(as_text=True)


def test_a_name_is_in_the_register_once(maya: Browser) -> None:
    assert maya.post(LIST, typed(), printed_on=NEW).status_code == 303
    again = maya.post(LIST, typed(name="amazon web services"), printed_on=NEW)
    assert again.status_code == 422
    assert "Another entry has this name" in again.get_data(as_text=True)


def test_the_register_is_a_file_that_no_spreadsheet_takes_for_a_formula(maya: Browser) -> None:
    maya.post(LIST, typed(name="=Evil"), printed_on=NEW)
    text = maya.get(f"{LIST}.csv").get_data().decode("utf-8-sig")
    assert "'=Evil" in text
    assert "2026-05-04" in text


def test_only_owners_see_the_register(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get(LIST).status_code == 403


def test_owners_are_reminded_before_an_agreement_ends(cast: Cast, settings: Settings) -> None:
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    today = clock.today(cast.seagrape.view.time_zone)
    values = {
        "purpose": "Video",
        "region": "US",
        "handles_phi": True,
        "agreed_on": today - DAY,
        "exempt_because": "",
    }
    with open_session(owner.context()) as session:
        soon = add_vendor(
            session, values={**values, "name": "Soon", "renews_on": today + 9 * DAY}, by=owner
        )
        late = add_vendor(
            session, values={**values, "name": "Late", "renews_on": today + 200 * DAY}, by=owner
        )
        assert covers(soon, today)
        assert not covers(soon, today + 9 * DAY)
    for _ in range(2):
        watch_agreements(Job("watch_agreements", cast.seagrape.id, settings))
    with open_session(cast.seagrape.context()) as session:
        items = session.query(AttentionItem).filter_by(kind="agreement_ends")
        found = items.execution_options(door=True).all()
    assert [(item.subject_id, item.times) for item in found] == [(soon.id, 1)]
    assert late.id not in {item.subject_id for item in found}
