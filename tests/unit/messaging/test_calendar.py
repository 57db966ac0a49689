"""An invitation that calendar programs accept and that gives nothing away."""

from datetime import UTC, datetime, timedelta

from shared.messaging.calendar import CANCEL, Visit, invitation

STARTS = datetime(2027, 1, 4, 14, 30, tzinfo=UTC)
VISIT = Visit(
    uid="0192f6c1@portal.seagrape.example",
    sequence=0,
    starts_at=STARTS,
    ends_at=STARTS + timedelta(minutes=30),
    practice="Seagrape; Medical, of Boca Raton with a rather long name for a lintel é",
    url="https://portal.seagrape.example/portal/appointments/0192f6c1-8a6e-7c3d-9f10-2b7e5c1d4a90",
    organizer="visits@seagrape.example",
    attendee="rosa@example.org",
    stamped_at=STARTS - timedelta(days=3),
)


def lines(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


def test_a_request_carries_the_times_in_utc() -> None:
    found = lines(invitation(VISIT))
    assert found[0] == "BEGIN:VCALENDAR" and found[-2:] == ["END:VCALENDAR", ""]
    assert "METHOD:REQUEST" in found and "STATUS:CONFIRMED" in found
    assert "DTSTART:20270104T143000Z" in found and "DTEND:20270104T150000Z" in found
    assert "UID:0192f6c1@portal.seagrape.example" in found


def test_a_cancellation_repeats_the_uid() -> None:
    found = lines(invitation(VISIT, CANCEL))
    assert "METHOD:CANCEL" in found and "STATUS:CANCELLED" in found
    assert "UID:0192f6c1@portal.seagrape.example" in found


def test_no_line_is_longer_than_75_octets_and_characters_stay_whole() -> None:
    raw = invitation(VISIT).encode()
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert "SUMMARY:Visit with Seagrape\\; Medical\\, of Boca Raton with a rather long" in (
        invitation(VISIT).replace("\r\n ", "")
    )
    for line in raw.split(b"\r\n"):
        line.decode()


def test_text_is_escaped() -> None:
    assert "\\;" in invitation(VISIT) and "\\," in invitation(VISIT)
