"""Calendar objects: what every calendar program agrees on, and no way to break out of a line."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.booking.ical import Event, Method, calendar, escape, fold, parameter

NOW = datetime(2026, 11, 19, 12, 0, tzinfo=UTC)
EVENT = Event(
    uid="01JD0000000000000000000001@clinic.example",
    sequence=0,
    starts_at=datetime(2026, 11, 20, 10, 0, tzinfo=timezone(timedelta(hours=-5))),
    ends_at=datetime(2026, 11, 20, 15, 30, tzinfo=UTC),
    summary="Appointment with Example Clinic",
    description="Open the portal to join: https://portal.clinic.example/visits",
    url="https://portal.clinic.example/visits",
    organizer_name="Example Clinic",
    organizer="care@clinic.example",
    attendee="patient@example.com",
)


def unfolded(body):
    return body.decode().replace("\r\n ", "").split("\r\n")


def test_a_request_has_what_itip_asks_for():
    lines = unfolded(calendar(EVENT, method=Method.REQUEST, at=NOW))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert lines.index("METHOD:REQUEST") < lines.index("BEGIN:VEVENT")
    for line in (
        "UID:01JD0000000000000000000001@clinic.example",
        "SEQUENCE:0",
        "DTSTAMP:20261119T120000Z",
        "DTSTART:20261120T150000Z",
        "DTEND:20261120T153000Z",
        "STATUS:CONFIRMED",
        "CLASS:PRIVATE",
        "ORGANIZER;CN=Example Clinic:mailto:care@clinic.example",
        "TRIGGER:-PT15M",
    ):
        assert line in lines


def test_a_cancellation_keeps_the_uid_and_drops_the_alarm():
    lines = unfolded(calendar(replace(EVENT, sequence=1), method=Method.CANCEL, at=NOW))
    assert "METHOD:CANCEL" in lines
    assert "STATUS:CANCELLED" in lines
    assert "SEQUENCE:1" in lines
    assert f"UID:{EVENT.uid}" in lines
    assert "BEGIN:VALARM" not in lines


def test_a_download_invites_nobody():
    lines = unfolded(calendar(EVENT, method=Method.PUBLISH, at=NOW))
    assert "METHOD:PUBLISH" in lines
    assert not any(line.startswith("ATTENDEE") for line in lines)


def test_no_line_is_longer_than_75_octets_and_all_end_in_crlf():
    long = replace(EVENT, summary="Ünïcode — " * 40, description="ü" * 500)
    body = calendar(long, method=Method.REQUEST, at=NOW)
    assert body.count(b"\n") == body.count(b"\r\n")
    assert max(len(line) for line in body.split(b"\r\n")) <= 75
    assert f"DESCRIPTION:{'ü' * 500}" in unfolded(body)


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("a,b;c\\d", "a\\,b\\;c\\\\d"),
        ("one\r\ntwo\rthree\nfour", "one\\ntwo\\nthree\\nfour"),
        ("bell\x07\x00", "bell"),
    ],
)
def test_text_is_escaped(text, escaped):
    assert escape(text) == escaped


def test_a_name_with_a_colon_or_a_quote_stays_one_parameter():
    assert parameter('Dr. "Q": best, no; really') == "\"Dr. ^'Q^': best, no; really\""


@given(st.text(max_size=300))
def test_no_text_can_add_a_property(text):
    hostile = replace(EVENT, summary=text, description=text, organizer_name=text)
    hostile = replace(hostile, url=f"https://x/{text}", attendee=f"a@x{text}", uid=f"u{text}")
    body = calendar(hostile, method=Method.REQUEST, at=NOW)
    names = [re.split("[;:]", line, maxsplit=1)[0] for line in unfolded(body)]
    plain = [
        re.split("[;:]", line, maxsplit=1)[0]
        for line in unfolded(calendar(EVENT, method=Method.REQUEST, at=NOW))
    ]
    assert names == plain


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=400))
def test_folding_is_undone_by_unfolding(text):
    assert fold(text).replace("\r\n ", "") == text
