"""What the reader chose is asked when a mail leaves: not wanted, not now, not needed any more."""

from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from shared import clock
from shared.booking.reminding import list_reminders_due, remind_of_visit
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.models.appointment import Appointment
from shared.preferences import Quiet, change_choices
from tests.belongings import belongings_of
from tests.integration.messaging.post import WORDS, Post, ask, read, told, waiting, work
from tests.people import DOOR, SEEDED_AT, Cast, PracticeOf

NIGHT = Quiet(time(21, 0), time(7, 0))
EASTERN = ZoneInfo("America/New_York")
SIGN_IN = {"link": "/portal/sign-in/link/x", "code": "48219037"}


@pytest.fixture
def practice(cast: Cast) -> PracticeOf:
    return cast.seagrape


def choose(
    practice: PracticeOf, *wanted: str, quiet: Quiet | None = None, language: str | None = None
) -> None:
    viewer = practice.patients["ana"].viewer
    with open_session(viewer.context()) as session:
        change_choices(session, wanted=wanted, quiet=quiet, language=language, by=viewer)


def wall(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=EASTERN, fold=fold)


def remind(practice: PracticeOf, at: datetime, starts_at: datetime | None = None) -> UUID:
    """A reminder of a visit two days ahead, asked for at that moment."""
    starts = starts_at or at + timedelta(days=2)
    return ask(practice, template="visit_reminder", context=WORDS | {"starts_at": starts})


def state(practice: PracticeOf, dispatch_id: UUID) -> tuple[str, str | None]:
    row = read(practice, dispatch_id)
    return row.status, row.reason


@pytest.mark.parametrize(
    ("mail", "code"), [("visit_reminder", "reminder"), ("payment_refunded", "receipt")]
)
def test_what_is_not_wanted_is_a_row_with_a_reason(
    practice: PracticeOf, settings: Settings, post: Post, mail: str, code: str
) -> None:
    choose(practice, *({"email:reminder", "email:receipt"} - {f"email:{code}"}))
    context = WORDS if mail == "visit_reminder" else {"first_name": "Ana", "link": "/portal/"}
    with clock.freeze(SEEDED_AT):
        sent = ask(practice, template=mail, context=context)
        work(practice, settings, sent)
    assert state(practice, sent) == ("skipped", "not_wanted")
    assert post.letters == []
    assert "dispatch.skipped" in [action for action, _ in told(practice)]


def test_what_is_necessary_is_sent_whatever_was_chosen(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    choose(practice, quiet=NIGHT)
    with clock.freeze(wall("2027-01-04 23:00")):
        for template, context in (
            ("booking_confirmed", WORDS),
            ("booking_cancelled", WORDS),
            ("sign_in", SIGN_IN),
        ):
            sent = ask(practice, template=template, context=context)
            work(practice, settings, sent)
            assert read(practice, sent).status == "sent"
    assert len(post.letters) == 3


def test_a_choice_holds_for_mail_that_was_asked_for_before(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    with clock.freeze(SEEDED_AT):
        sent = remind(practice, SEEDED_AT)
        choose(practice, "email:receipt")
        work(practice, settings, sent)
    assert state(practice, sent) == ("skipped", "not_wanted")


@pytest.mark.parametrize(
    ("at", "until", "hours"),
    [
        ("2027-01-04 22:00", "2027-01-05 07:00", 9),
        # The night in spring is an hour shorter, the one in autumn an hour longer.
        ("2027-03-13 22:00", "2027-03-14 07:00", 8),
        ("2027-11-06 22:00", "2027-11-07 07:00", 10),
    ],
)
def test_a_reminder_waits_for_the_morning(
    practice: PracticeOf, settings: Settings, post: Post, at: str, until: str, hours: int
) -> None:
    choose(practice, "email:reminder", quiet=NIGHT)
    with clock.freeze(wall(at)):
        sent = remind(practice, wall(at))
        work(practice, settings, sent)
        assert state(practice, sent) == ("queued", "quiet_hours")
        # The queue lives by the machine's time, which goes on while the test's stands still.
        woken = waiting(settings)[-1]["run_at"] + clock.offset()
    morning = wall(until).astimezone(UTC)
    assert abs(woken - morning) < timedelta(minutes=1)
    assert morning - wall(at).astimezone(UTC) == timedelta(hours=hours)
    assert post.letters == []
    with clock.freeze(wall(until)):
        work(practice, settings, sent)
    assert read(practice, sent).status == "sent"
    assert "dispatch.held" in [action for action, _ in told(practice)]


def test_a_reminder_that_would_come_too_late_goes_at_once(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    choose(practice, "email:reminder", quiet=NIGHT)
    with clock.freeze(wall("2027-01-04 22:00")):
        sent = remind(practice, wall("2027-01-04 22:00"), wall("2027-01-05 06:30"))
        work(practice, settings, sent)
    assert read(practice, sent).status == "sent"


def test_by_day_nothing_waits(practice: PracticeOf, settings: Settings, post: Post) -> None:
    choose(practice, "email:reminder", quiet=NIGHT)
    with clock.freeze(wall("2027-01-04 12:00")):
        sent = remind(practice, wall("2027-01-04 12:00"))
        work(practice, settings, sent)
    assert read(practice, sent).status == "sent"


def booked(practice: PracticeOf) -> Appointment:
    """A visit of Ana's, booked a week ahead of its time."""
    held = belongings_of(practice, practice.patients["ana"]).ids["appointment_id"]
    with open_session(practice.context()) as session:
        row = session.get_one(Appointment, (practice.id, held), execution_options=DOOR)
        row.status, row.hold_expires_at = "booked", None
        row.booked_at = row.starts_at - timedelta(days=7)
        act(session, "practice.seeded", target=("practice", practice.id))
        return row


def due(practice: PracticeOf) -> list[UUID]:
    with open_session(practice.context()) as session:
        return list_reminders_due(session, by=practice.job())


def test_a_visit_is_reminded_of_once_a_day_before(practice: PracticeOf) -> None:
    with clock.freeze(SEEDED_AT):
        visit = booked(practice)
    with clock.freeze(visit.starts_at - timedelta(hours=25)):
        assert due(practice) == []
    with clock.freeze(visit.starts_at - timedelta(hours=23)):
        assert due(practice) == [visit.id]
        for _ in range(2):
            with open_session(practice.context()) as session:
                remind_of_visit(session, appointment_id=visit.id, by=practice.job())
        assert due(practice) == []
    with clock.freeze(visit.starts_at - timedelta(hours=1)):
        assert due(practice) == []


def test_a_visit_that_was_cancelled_overnight_is_not_reminded_of(
    practice: PracticeOf, settings: Settings, post: Post
) -> None:
    with clock.freeze(SEEDED_AT):
        visit = booked(practice)
    with clock.freeze(visit.starts_at - timedelta(hours=23)):
        sent = ask(practice, template="visit_reminder", about=("appointment", visit.id))
        with open_session(practice.context()) as session:
            row = session.get_one(Appointment, (practice.id, visit.id), execution_options=DOOR)
            row.status = "cancelled"
            act(session, "practice.seeded", target=("practice", practice.id))
        work(practice, settings, sent)
    assert state(practice, sent) == ("skipped", "not_needed")
