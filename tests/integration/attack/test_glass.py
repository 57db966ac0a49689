"""Breaking the glass: one patient, one hour, in the open, reviewed by somebody else."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from shared import clock
from shared.access.break_glass import access_breaking, list_breakings
from shared.access.errors import NotFound
from shared.access.patients import access_patient
from shared.access.principal import Principal, Role
from shared.access.story import read_story
from shared.db import open_session
from shared.oversight import OwnReview, review_breaking
from tests.browsing import Browser, signed_in
from tests.integration.attack.people import hire
from tests.people import Cast, PatientOf
from tests.visiting import mails

GRANTEES = (Role.NURSE, Role.RECEPTIONIST, Role.BILLER)
WORDS = "She fainted while on the phone with us."


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """The database reads its own clock, so the test's stands where the machine's does."""
    with clock.freeze(clock.now()):
        yield


def ask(browser: Browser, patient: PatientOf, **fields: object) -> int:
    """Fill in the page and send it."""
    page = f"/admin/patients/{patient.id}/break-glass"
    return browser.post(
        page, {"reason": "emergency", "words": WORDS, **fields}, printed_on=f"{page}/new"
    ).status_code


def events(cast: Cast, action: str) -> list[tuple[str | None, object]]:
    """Reason and patient of every event of an action."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        rows = session.execute(
            text(
                "select reason, patient_id from audit.event"
                " where action = :action and kind <> 'write'"
            ),
            {"action": action},
        )
        return [(row.reason, row.patient_id) for row in rows]


@pytest.mark.parametrize("role", GRANTEES)
def test_one_story_opens_for_an_hour_and_no_other(app: Flask, cast: Cast, role: Role) -> None:
    ana, ben = cast.seagrape.patients["ana"], cast.seagrape.patients["ben"]
    browser = signed_in(app, cast.seagrape, hire(cast.seagrape, role))
    story = f"/admin/patients/{ana.id}/story"
    assert browser.get(story).status_code == 403
    assert ask(browser, ana) == 303
    page = browser.get(story)
    assert page.status_code == 200
    assert "Emergency access is open" in page.text
    assert "Emergency access is open" in browser.get("/admin/security").text
    assert browser.get(f"/admin/patients/{ben.id}/story").status_code == 403
    assert ("break-glass: emergency", ana.id) in events(cast, "story.read")
    assert ("break-glass: emergency", ana.id) in events(cast, "patient.viewed")
    with clock.freeze(clock.now() + timedelta(minutes=14)):
        assert browser.get(story).status_code == 200
    with clock.freeze(clock.now() + timedelta(minutes=28)):
        assert browser.get(story).status_code == 200
    with clock.freeze(clock.now() + timedelta(minutes=42)):
        assert browser.get(story).status_code == 200
    with clock.freeze(clock.now() + timedelta(minutes=55)):
        assert browser.get(story).status_code == 200
    with clock.freeze(clock.now() + timedelta(minutes=60)):
        page = browser.get(story)
        assert page.status_code == 403
        assert "Emergency access is open" not in browser.get("/admin/security").text


@pytest.mark.parametrize("role", [Role.OWNER, Role.AUDITOR, Role.PHYSICIAN])
def test_others_do_not_break_the_glass(app: Flask, cast: Cast, role: Role) -> None:
    browser = signed_in(app, cast.seagrape, hire(cast.seagrape, role))
    ana = cast.seagrape.patients["ana"]
    page = f"/admin/patients/{ana.id}/break-glass"
    assert browser.get(f"{page}/new").status_code == 403
    assert browser.post(page, {}, printed_on="/admin/security").status_code == 403


def test_every_owner_is_told_at_once_and_the_mail_says_nothing(app: Flask, cast: Cast) -> None:
    hire(cast.seagrape, Role.OWNER, name="Olga Owner")
    browser = signed_in(app, cast.seagrape, hire(cast.seagrape, Role.NURSE))
    assert ask(browser, cast.seagrape.patients["ana"]) == 303
    told = [context for name, context in mails(cast.seagrape.id) if name == "break_glass_notice"]
    assert told == [{"link": "/admin/break-glass"}] * 2


def test_it_needs_a_reason_and_words(app: Flask, cast: Cast) -> None:
    browser = signed_in(app, cast.seagrape, hire(cast.seagrape, Role.NURSE))
    ana = cast.seagrape.patients["ana"]
    assert ask(browser, ana, reason="curious") == 422
    assert ask(browser, ana, words="  why ") == 422
    assert ask(browser, ana, words="x" * 1001) == 422
    assert browser.get(f"/admin/patients/{ana.id}/story").status_code == 403


def test_one_patient_at_a_time_and_ended_by_hand(app: Flask, cast: Cast) -> None:
    ana, ben = cast.seagrape.patients["ana"], cast.seagrape.patients["ben"]
    browser = signed_in(app, cast.seagrape, hire(cast.seagrape, Role.BILLER))
    assert ask(browser, ana) == 303
    assert ask(browser, ana) == 303
    assert len(events(cast, "break_glass.opened")) == 1
    assert ask(browser, ben) == 422
    ended = browser.post("/admin/break-glass/end", {}, printed_on="/admin/security")
    assert ended.status_code == 303
    assert browser.get(f"/admin/patients/{ana.id}/story").status_code == 403
    assert ask(browser, ben) == 303
    again = browser.post("/admin/break-glass/end", {}, printed_on="/admin/security")
    assert again.status_code == 303


def test_after_the_hour_a_new_one_may_be_opened(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    nurse = hire(cast.seagrape, Role.NURSE)
    assert ask(signed_in(app, cast.seagrape, nurse), ana) == 303
    with clock.freeze(clock.now() + timedelta(hours=2)):
        assert ask(signed_in(app, cast.seagrape, nurse), ana) == 303
    assert len(events(cast, "break_glass.ended")) == 1


def test_a_role_taken_away_takes_the_open_glass_with_it(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    nurse = hire(cast.seagrape, Role.NURSE, Role.AUDITOR)
    browser = signed_in(app, cast.seagrape, nurse)
    assert ask(browser, ana) == 303
    with open_session(cast.seagrape.context()) as s:
        s.execute(text("select set_config('app.action', 'role.ended', true)"))
        s.execute(
            text("update role_grant set ended_at = now() where account_id = :a and role = 'nurse'"),
            {"a": nurse.account_id},
        )
    assert browser.get(f"/admin/patients/{ana.id}/story").status_code == 403


def test_an_owner_reviews_and_never_their_own(app: Flask, cast: Cast) -> None:
    both = hire(cast.seagrape, Role.NURSE, Role.OWNER)
    mine = signed_in(app, cast.seagrape, both)
    assert ask(mine, cast.seagrape.patients["ana"]) == 303
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    assert "Waiting" in owner.get("/admin/break-glass").text
    viewer = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(viewer.context()) as session:
        glass_id = list_breakings(session, viewer=viewer)[0].row.id
    page = f"/admin/break-glass/{glass_id}"
    assert WORDS in owner.get(page).text
    assert "Somebody else has to review this" in mine.get(page).text
    given = {"outcome": "justified"}
    assert mine.post(f"{page}/review", given, printed_on="/admin/security").status_code == 409
    assert owner.post(f"{page}/review", {}, printed_on=page).status_code == 422
    assert owner.post(f"{page}/review", given, printed_on=page).status_code == 303
    assert "It was justified" in owner.get(page).text
    assert owner.post(f"{page}/review", given, printed_on="/admin/security").status_code == 409


def test_two_owners_at_once_review_once(app: Flask, cast: Cast) -> None:
    nurse = signed_in(app, cast.seagrape, hire(cast.seagrape, Role.NURSE))
    assert ask(nurse, cast.seagrape.patients["ana"]) == 303
    viewer = cast.seagrape.staff["maya"].acting(Role.OWNER)
    with open_session(viewer.context()) as session:
        glass_id = list_breakings(session, viewer=viewer)[0].row.id
    owners = [viewer, hire(cast.seagrape, Role.OWNER).acting(Role.OWNER)] * 4
    together = Barrier(len(owners))

    def review(by: Principal) -> bool:
        with app.app_context(), open_session(by.context()) as session:
            together.wait()
            row = access_breaking(session, viewer=by, glass_id=glass_id, lock=True).row
            try:
                review_breaking(session, row, outcome="justified", by=by)
            except OwnReview:
                return False
        return True

    with ThreadPoolExecutor(len(owners)) as threads:
        assert sum(threads.map(review, owners)) == 1


def test_the_database_refuses_a_review_by_oneself(app: Flask, cast: Cast) -> None:
    both = hire(cast.seagrape, Role.NURSE, Role.OWNER)
    assert ask(signed_in(app, cast.seagrape, both), cast.seagrape.patients["ana"]) == 303
    viewer = both.acting(Role.OWNER)
    with open_session(viewer.context()) as own:
        own.execute(text("select set_config('app.action', 'break_glass.reviewed', true)"))
        closing = text("update break_glass set reviewed_by = :a, reviewed_at = now(), outcome = :o")
        given = {"a": both.account_id, "o": "justified"}
        with pytest.raises((ProgrammingError, IntegrityError)):
            own.execute(closing, given)
        own.rollback()
    with open_session(viewer.context()) as session:
        row = list_breakings(session, viewer=viewer)[0].row
        with pytest.raises(OwnReview):
            review_breaking(session, row, outcome="justified", by=viewer)
        with pytest.raises(NotFound):
            access_breaking(session, viewer=viewer, glass_id=viewer.practice_id)
    nurse = both.acting(Role.NURSE)
    with open_session(nurse.context()) as session, pytest.raises(NotFound):
        list_breakings(session, viewer=hire(cast.seagrape, Role.NURSE).acting(Role.NURSE))


@pytest.mark.parametrize("role", GRANTEES)
def test_the_database_opens_the_story_only_behind_the_glass(
    app: Flask, cast: Cast, role: Role
) -> None:
    """The program calls itself a clinician: what it reads then hangs on the row."""
    ana, ben = cast.seagrape.patients["ana"], cast.seagrape.patients["ben"]
    person = hire(cast.seagrape, role)
    context = cast.seagrape.context(
        "bedside_clinician", actor_kind=role.value, actor_id=person.account_id
    )
    viewer = person.acting(role)

    def told(patient: PatientOf) -> int:
        with open_session(context) as session:
            try:
                access_patient(session, viewer=viewer, patient_id=patient.id)
            except NotFound:
                found = session.scalar(
                    text("select count(*) from audit.event where patient_id = :id"),
                    {"id": patient.id},
                )
                return found or 0
            return len(
                read_story(session, viewer=viewer, patient_id=patient.id, looks=False).events
            )

    assert told(ben) == 0
    browser = signed_in(app, cast.seagrape, person)
    assert ask(browser, ana) == 303
    assert told(ana) > 0
    if role is not Role.NURSE:
        assert told(ben) == 0
    browser.post("/admin/break-glass/end", {}, printed_on="/admin/security")
    with open_session(context) as session:
        seen = text("select count(*) from audit.event where patient_id = :id")
        assert session.scalar(seen, {"id": ana.id}) == 0
