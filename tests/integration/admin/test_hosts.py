"""The practice's addresses: added, given up, the main one changed by two owners or after a day."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

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
from shared.jobs.configuration import apply_changes
from shared.jobs.registry import Job
from shared.models.dispatch import Dispatch
from tests.browsing import Browser, signed_in
from tests.integration.admin.waiting import a_day_passes
from tests.people import DOOR, Cast, PracticeOf, before_opening


@pytest.fixture
def place(cast: Cast) -> PracticeOf:
    return cast.seagrape


@pytest.fixture
def maya(app: Flask, place: PracticeOf) -> Browser:
    """An owner."""
    return signed_in(app, place, place.staff["maya"])


def as_owner(place: PracticeOf) -> Any:
    return place.staff["maya"].acting(Role.OWNER)


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


def main_of(place: PracticeOf, face: str = "portal") -> list[str]:
    return [one.host for one in names(place) if one.face == face and one.primary]


def test_the_main_address_is_one_and_waits_for_a_day(
    maya: Browser, place: PracticeOf, settings: Settings
) -> None:
    by, before = as_owner(place), main_of(place)
    with open_session(by.context()) as session:
        added = add_host(session, host="visits.example.com", face="portal", by=by)
    page = f"/admin/settings/hosts/{added.id}/primary"
    assert maya.post(page, {}, printed_on=f"{page}/new").status_code == 303
    shown = maya.get("/admin/settings/hosts").text
    assert "takes effect in 24 hours" in shown
    assert "visits.example.com" in shown.partition("A change is waiting")[2]
    # What would be refused is not offered.
    assert "Waits to be the main address" in shown
    assert "Make main" not in shown
    assert main_of(place) == before
    assert maya.post(page, {}, printed_on="/admin/settings/hosts").status_code == 422
    waits = maya.post(f"/admin/settings/hosts/{added.id}/end", {}, printed_on=page + "/new")
    assert "Withdraw that change first" in waits.text
    a_day_passes(settings)
    apply_changes(Job("apply_changes", place.id, settings))
    assert main_of(place) == ["visits.example.com"]
    with open_session(by.context()) as session, pytest.raises(HostRefused, match="primary"):
        end_host(session, host_id=added.id, by=by, asked_at="localhost")


def test_a_main_address_that_was_withdrawn_never_comes(maya: Browser, place: PracticeOf) -> None:
    by, before = as_owner(place), main_of(place)
    with open_session(by.context()) as session:
        added = add_host(session, host="visits.example.com", face="portal", by=by)
    page = f"/admin/settings/hosts/{added.id}/primary"
    maya.post(page, {}, printed_on=f"{page}/new")
    shown = maya.get("/admin/settings/hosts").text
    [withdraw] = re.findall(r'action="(/admin/settings/changes/[^"]+/withdraw)"', shown)
    done = maya.post(withdraw, {}, printed_on="/admin/settings/hosts")
    assert done.location == "/admin/settings/hosts"
    assert main_of(place) == before


def test_one_owner_alone_does_not_make_a_main_address(place: PracticeOf) -> None:
    by = as_owner(place)
    with open_session(by.context()) as session:
        added = add_host(session, host="portal.evil.example", face="portal", by=by)
    with open_session(by.context()) as session, pytest.raises(DatabaseError, match="agreed to"):
        make_primary(session, host_id=added.id, by=by)


def test_before_a_practice_is_opened_its_main_address_changes_at_once(
    maya: Browser, place: PracticeOf, settings: Settings
) -> None:
    by = as_owner(place)
    before_opening(settings, place)
    with open_session(by.context()) as session:
        added = add_host(session, host="visits.example.com", face="portal", by=by)
    page = f"/admin/settings/hosts/{added.id}/primary"
    assert maya.post(page, {}, printed_on=f"{page}/new").status_code == 303
    assert main_of(place) == ["visits.example.com"]
