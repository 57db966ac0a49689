"""Whose page was open when is nobody's business a day later."""

from datetime import timedelta

from shared import clock
from shared.access.visits import get_visit
from shared.db import open_session
from shared.visits.company import invite_guest, note_guest, take_link
from shared.visits.presence import note_presence
from tests.integration.visits.conftest import Clinic

TABLES = ("visit_presence", "visit_guest_presence")


def test_presences_are_forgotten_a_day_after_the_last_word(clinic: Clinic) -> None:
    visit_id = clinic.open()
    clinic.act(clinic.viewer, note_presence, visit_id, side="patient", place="waiting")
    with open_session(clinic.doctor.context()) as session:
        visit = get_visit(session, viewer=clinic.doctor, visit_id=visit_id)
        token = invite_guest(session, visit=visit, kind="interpreter", by=clinic.doctor).token
    browser = b"b" * 32
    with open_session(clinic.practice.context("bedside_gate")) as session:
        take_link(session, practice_id=clinic.practice.id, token=token, browser=browser)
    with open_session(clinic.practice.context("bedside_gate")) as session:
        note_guest(session, practice_id=clinic.practice.id, token=token, browser=browser)

    def kept() -> list[int]:
        return [len(clinic.rows(table, "true")) for table in TABLES]

    spoke = clock.now()
    clinic.go_to(spoke + timedelta(hours=23))
    clinic.run("forget_presences")
    assert kept() == [1, 1]
    clinic.go_to(spoke + timedelta(hours=25))
    clinic.run("forget_presences")
    assert kept() == [0, 0]
    assert clinic.visit(visit_id)["id"] == visit_id
