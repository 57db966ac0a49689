"""The practice's facts and its addresses: who may change them, what is refused, what follows."""

from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from shared.access.principal import Role
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.models.practice import Practice
from shared.models.visit_type import VisitType
from shared.practices.editing import InvalidPractice, update_practice
from tests.browsing import Browser, signed_in
from tests.people import Cast, PracticeOf

HERE = "/admin/settings/practice"
FACTS: dict[str, object] = {
    "name": "Seagrape Medical",
    "legal_name": "Seagrape Medical PLLC",
    "tagline": "A doctor.",
    "phone": "(561) 555-0132",
    "email": "hello@seagrape.example",
    "line": "40 SE 5th Street",
    "city": "Boca Raton",
    "state": "FL",
    "postal_code": "33432",
    "time_zone": "America/New_York",
    "emergency_words": "Go to the nearest emergency room.",
    "cancel_window_hours": "24",
    "desk_pay_later": "y",
}


@pytest.fixture
def place(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, place: PracticeOf) -> Browser:
    """An owner."""
    return signed_in(app, place, place.staff["maya"])


def row(place: PracticeOf) -> Practice:
    with open_session(place.context()) as session:
        return session.scalars(select(Practice).where(Practice.id == place.id)).one()


def as_owner(place: PracticeOf) -> Any:
    return place.staff["maya"].acting(Role.OWNER)


def test_what_is_saved_shows_at_once_and_the_log_knows_before_and_after(
    maya: Browser, place: PracticeOf
) -> None:
    answer = maya.post(HERE, {**FACTS, "name": "Seagrape & Söhne"}, printed_on=HERE)
    assert answer.status_code == 303, answer.text
    assert "Seagrape &amp; Söhne" in maya.get(HERE).text
    assert row(place).emergency_words == "Go to the nearest emergency room."
    with open_session(place.context("bedside_auditor")) as session:
        told = session.execute(
            text(
                "select p.body::text from audit.event e join audit.payload p on p.event_id = e.id"
                " where e.action = 'practice.updated' and e.kind = 'write'"
            )
        ).scalars()
        images = " ".join(told)
    assert "Seagrape Medical" in images
    assert "hne" in images


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", " ", "Enter the name of the practice."),
        ("name", "x" * 400, "at most 120 letters"),
        ("phone", "call us", "Enter a phone number with its area code"),
        ("email", "hello", "name@example.com"),
        ("time_zone", "Mars/Base", "Not a valid choice"),
        ("state", "XX", "Not a valid choice"),
        ("cancel_window_hours", "-1", "from 0 to 336"),
        ("cancel_window_hours", "soon", "Enter a number of hours"),
        ("emergency_words", "x" * 301, "at most 300 letters"),
    ],
)
def test_what_makes_no_sense_is_refused_beside_its_field(
    maya: Browser, place: PracticeOf, field: str, typed: str, words: str
) -> None:
    answer = maya.post(HERE, {**FACTS, field: typed}, printed_on=HERE)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Error:" in answer.text
    assert row(place).name == "Seagrape Medical"


@pytest.mark.parametrize(
    "name", ["مركز سيغريب 🌿", "שָׁלוֹם", "<script>alert(1)</script>", "Dr. 🌴 Palm"]
)
def test_names_of_every_kind_are_names(maya: Browser, place: PracticeOf, name: str) -> None:
    maya.post(HERE, {**FACTS, "name": name}, printed_on=HERE)
    assert row(place).name == name
    assert "<script>alert" not in maya.get(HERE).text


def test_visit_types_follow_the_window_unless_they_have_their_own(place: PracticeOf) -> None:
    by = as_owner(place)
    with open_session(place.context()) as session:
        own = session.get_one(VisitType, (place.id, place.visit_types["follow-up"]))
        own.cancel_window_hours = 6
        act(session, "visit_type.updated", target=own, visit=own.name, what="")
    with open_session(by.context()) as session:
        update_practice(session, values={"cancel_window_hours": 48}, by=by)
    with open_session(place.context()) as session:
        hours = dict(session.execute(select(VisitType.slug, VisitType.cancel_window_hours)).all())
    assert hours == {"first-visit": 48, "follow-up": 6}


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("time_zone", "Mars/Base"), ("cancel_window_hours", 9000)],
)
def test_the_service_itself_refuses(place: PracticeOf, field: str, value: object) -> None:
    by = as_owner(place)
    with open_session(by.context()) as session, pytest.raises(InvalidPractice, match=field):
        update_practice(session, values={field: value}, by=by)


def test_the_database_itself_lets_owners_only(place: PracticeOf, settings: Settings) -> None:
    """What calls itself an owner's transaction, in a receptionist's name, changes nothing."""
    rosa = place.staff["rosa"]
    statements = {
        "visit_type": "update visit_type set price_minor = 0",
        "weekly_hours": "update weekly_hours set valid_until = '2020-01-01'",
        "practice": "update practice set name = 'Mine'",
        "practice_host": "update practice_host set canonical = false where false or canonical",
    }
    for statement in statements.values():
        with psycopg.connect(settings.web_dsn) as raw:
            raw.execute(
                "select set_config('app.practice_id', %s, true), set_config('app.actor_id', %s,"
                " true), set_config('app.actor_kind', 'owner', true), set_config('role',"
                " 'bedside_manager', true)",
                [str(place.id), str(rosa.account_id)],
            )
            assert raw.execute(statement.encode()).rowcount == 0


def test_an_owner_changes_no_other_practices_rows(cast: Cast, settings: Settings) -> None:
    maya = cast.seagrape.staff["maya"]
    with psycopg.connect(settings.web_dsn) as raw:
        raw.execute(
            "select set_config('app.practice_id', %s, true), set_config('app.actor_id', %s, true),"
            " set_config('role', 'bedside_manager', true)",
            [str(cast.seagrape.id), str(maya.account_id)],
        )
        moved = raw.execute(
            "update practice_host set canonical = false where practice_id = %s",
            [cast.ironbound.id],
        )
        assert moved.rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            raw.execute(
                "insert into practice_host (practice_id, id, host, face, canonical)"
                " values (%s, gen_random_uuid(), 'x.example.com', 'portal', false)",
                [cast.ironbound.id],
            )
