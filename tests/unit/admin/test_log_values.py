"""What stands in a row, in words: no ids, no machine's moments, nothing secret."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel

from admin.events.values import NOTHING, label, read_changes, read_image, read_value
from admin.events.words import PROGRAM_WORDS, actor_words, noun_words, reason_words
from shared.jobs.registry import load_tasks

ZONE = "America/New_York"
ID = "01a1f7e9-c232-70c9-89c4-aaff532641e3"


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    """Words are looked up, and links made, in a request."""
    app = Flask(__name__)
    Babel(app)
    app.add_url_rule("/r/<target_type>/<uuid:target_id>", "admin.events_record")
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("email_ct", "\\x01", "encrypted"),
        ("token_hash", "\\x0a0b", "not shown"),
        ("active", True, "yes"),
        ("active", False, "no"),
        ("price_minor", 15000, "$150.00"),
        ("position", 3, "3"),
        ("created_at", "2027-01-04T13:00:00+00:00", "Monday 4 January 2027 at 8:00 am Eastern"),
        ("wall_clock", "2027-01-04T09:30:00", "Monday 4 January 2027 09:30"),
        ("birth_date", "1987-03-14", "14 March 1987"),
        (
            "during",
            '["2027-01-04 14:00:00+00","2027-01-04 15:00:00+00")',
            "Monday 4 January 2027 at 9:00 am Eastern to Monday 4 January 2027 at 10:00 am Eastern",
        ),
        ("state", "FL", "Florida"),
        ("location_state", "", NOTHING),
        ("states", ["FL", "NJ"], "Florida, New Jersey"),
        ("states", [], NOTHING),
        ("patient_time_zone", "America/New_York", "Eastern"),
        ("time_zone", "", NOTHING),
        ("name", "", NOTHING),
        ("name", None, NOTHING),
        ("roles", ["nurse", "owner"], "nurse, owner"),
        ("roles", [], NOTHING),
        ("address", {"city": "Boca Raton", "zip": None}, f"City: Boca Raton; Zip: {NOTHING}"),
        ("details", {}, NOTHING),
        ("details", {"found": [{"event_id": ID}]}, "Found: Event: another record"),
    ],
)
def test_a_value_reads_like_words(name: str, value: Any, words: str) -> None:
    assert read_value(name, value, {"currency": "usd"}, ZONE).text == words


@pytest.mark.parametrize(
    ("name", "words", "table"),
    [
        ("patient_id", "this patient", "patient"),
        ("granted_by", "this sign-in account", "account"),
        ("about_id", "another record", None),
        ("uid", "another record", None),
    ],
)
def test_an_id_is_a_way_to_the_record(name: str, words: str, table: str | None) -> None:
    found = read_value(name, ID, {}, ZONE)
    assert found.text == words
    assert found.url == (f"/r/{table}/{ID}" if table else None)


def test_changes_tell_what_differs_and_leave_out_what_machines_compare() -> None:
    old = {"id": ID, "name": "One", "email_ct": "\\x01", "email_bidx": "\\x02", "same": 1}
    new = {"id": ID, "name": "Two", "email_ct": "\\x03", "email_bidx": "\\x04", "same": 1}
    changes = read_changes(old, new, ZONE)
    assert [(c.label, c.before.text, c.after.text) for c in changes] == [
        ("Email", "encrypted", "changed (encrypted)"),
        ("Name", "One", "Two"),
    ]
    assert [c.before.text for c in read_changes(None, new, ZONE)] == [NOTHING] * 3
    assert [field.label for field in read_image(new, ZONE)] == ["Email", "Name", "Same"]


def test_labels_and_nouns_are_plain() -> None:
    assert label("amount_minor") == "Amount"
    assert noun_words("role_grant") == "Role"
    assert noun_words("thing_of_ours") == "Thing of ours"


def test_subjects_are_people_or_what_stands_for_them() -> None:
    assert actor_words("Rosa", "receptionist") == "Rosa, the reception,"
    assert actor_words("Rosa", "operator") == "Rosa"
    assert actor_words(None, "nurse") == "A nurse"
    assert actor_words(None, "job") == "Bedside (a program)"
    assert actor_words(None, "something") == "Somebody"


def test_a_program_s_name_is_told_as_what_it_is_for() -> None:
    assert reason_words("send_dispatch", by_program=True) == "to send a message"
    assert reason_words("a_new_one", by_program=True) == "program: a new one"
    assert reason_words("asked on the phone", by_program=False) == "asked on the phone"


def test_every_program_is_told_in_words() -> None:
    assert set(load_tasks()) - set(PROGRAM_WORDS) == set()
