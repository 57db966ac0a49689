"""The practice's facts and its addresses: who may change them, what is refused, what follows."""

from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import select, text

from shared.access.principal import Role
from shared.config import Settings
from shared.configuration.host_names import (
    HostRefused,
    add_host,
    clean_host,
    end_host,
    list_host_names,
    make_primary,
)
from shared.db import open_session
from shared.events import act
from shared.models.dispatch import Dispatch
from shared.models.practice import Practice
from shared.models.visit_type import VisitType
from shared.practices.editing import InvalidPractice, update_practice
from tests.browsing import Browser, signed_in
from tests.people import DOOR, Cast, PracticeOf

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


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("Portal.Example.COM.", "portal.example.com"),
        ("  www.example.com ", "www.example.com"),
        ("praxis.müller.example", "praxis.xn--mller-kva.example"),
    ],
)
def test_a_name_is_kept_as_browsers_send_it(typed: str, clean: str) -> None:
    assert clean_host(typed) == clean


@pytest.mark.parametrize(
    "typed",
    [
        *("", "localhost", "https://portal.example.com", "portal.example.com:8000", "*.example"),
        *("10.0.0.1", "[::1]", "-a.example.com", "a_b.example.com", "a..b", "x" * 64 + ".com"),
        *("0x7f.1", "127.1", "a.0x7f000001"),
        *("sandbox.localhost", "<b>.example.com", "a.example.com/path", "a b.example.com"),
    ],
)
def test_what_is_no_host_name_is_refused(typed: str) -> None:
    with pytest.raises(HostRefused, match="not_a_name"):
        clean_host(typed)


def test_a_name_leads_here_from_the_next_request_on(
    app: Flask, maya: Browser, place: PracticeOf
) -> None:
    page = "/admin/settings/hosts"
    before = app.test_client().get("/portal/sign-in", base_url="http://visits.seagrape.example")
    assert before.status_code == 421
    answer = maya.post(page, {"host": "visits.seagrape.example", "face": "portal"}, printed_on=page)
    assert answer.status_code == 303, answer.text
    there = app.test_client().get("/portal/sign-in", base_url="http://visits.seagrape.example")
    assert there.status_code == 200
    with open_session(place.context()) as session:
        told = session.scalars(
            select(Dispatch.template)
            .where(Dispatch.template == "hosts_changed")
            .execution_options(**DOOR)
        ).all()
    assert told == ["hosts_changed"]
    found = next(one for one in names(place) if one.host == "visits.seagrape.example")
    ended = maya.post(f"{page}/{found.id}/end", {}, printed_on=page)
    assert ended.status_code == 303
    gone = app.test_client().get("/portal/sign-in", base_url="http://visits.seagrape.example")
    assert gone.status_code == 421


def names(place: PracticeOf) -> Any:
    with open_session(place.context()) as session:
        return list_host_names(session, practice_id=place.id)


def test_a_taken_name_is_refused_without_saying_whose_it_is(maya: Browser, cast: Cast) -> None:
    page = "/admin/settings/hosts"
    answer = maya.post(page, {"host": cast.ironbound.host, "face": "portal"}, printed_on=page)
    assert answer.status_code == 422
    assert "it leads somewhere already" in answer.text
    assert "Ironbound" not in answer.text


def test_a_name_that_was_given_up_may_be_another_practices(cast: Cast) -> None:
    for place in (cast.seagrape, cast.ironbound):
        owner = "maya" if place is cast.seagrape else "tomás"
        by = place.staff[owner].acting(Role.OWNER)
        with open_session(by.context()) as session:
            row = add_host(session, host="visits.example.com", face="portal", by=by)
            end_host(session, host_id=row.id, by=by, asked_at="localhost")


def test_the_main_address_is_one_and_cannot_be_given_up(place: PracticeOf) -> None:
    by = as_owner(place)
    with open_session(by.context()) as session:
        added = add_host(session, host="visits.example.com", face="portal", by=by)
        make_primary(session, host_id=added.id, by=by)
    main = [one for one in names(place) if one.face == "portal" and one.primary]
    assert [one.host for one in main] == ["visits.example.com"]
    with open_session(by.context()) as session, pytest.raises(HostRefused, match="primary"):
        end_host(session, host_id=added.id, by=by, asked_at="localhost")


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
