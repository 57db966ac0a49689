"""The patient's waiting room: an honest wait, the place in line, leaving, not being met."""

from datetime import timedelta

from flask import Flask

from shared.visits.attending import mark_no_show, step_in
from tests.browsing import Browser, signed_in
from tests.integration.visits.conftest import Clinic
from tests.integration.visits.steps import check_in, room
from tests.people import Cast


def test_wait_is_told_honestly(clinic: Clinic, browser: Browser, due: object) -> None:
    check_in(browser, due)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.late(15)
    assert "about 15 minutes late" in browser.get(room(due, "/waiting")).text
    clinic.late(0)
    clinic.go_to(visit["starts_at"] + timedelta(minutes=5))
    assert "should begin any moment" in browser.get(room(due, "/waiting")).text
    clinic.go_to(visit["starts_at"] + timedelta(minutes=21))
    page = browser.get(room(due, "/waiting")).text
    assert "We kept you waiting" in page
    left = browser.post(room(due, "/departure"), printed_on=room(due, "/waiting"))
    assert left.location == f"/portal/appointments/{due}"
    [ended] = clinic.rows("appointment_cancellation", "appointment_id = %s", due)
    assert ended["within_policy"] is True
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert visit["status"] == "cancelled"


def test_who_came_too_late_or_not_at_all_was_not_kept_waiting(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    begins = clinic.begins_at(due)
    clinic.go_to(begins + timedelta(minutes=5))
    browser.post(room(due, "/where"), {"state": "FL"}, printed_on=room(due, "/where"))
    assert browser.post(room(due, "/departure"), printed_on=room(due, "/where")).status_code == 303
    check_in(browser, due)
    clinic.go_to(begins + timedelta(minutes=24))
    assert "We kept you waiting" not in browser.get(room(due, "/waiting")).text
    browser.post(room(due, "/departure"), printed_on=room(due, "/waiting"))
    assert clinic.rows("appointment_cancellation", "appointment_id = %s", due) == []
    clinic.go_to(begins + timedelta(minutes=26))
    assert "We kept you waiting" in browser.get(room(due, "/waiting")).text


def test_who_went_on_by_phone_was_not_kept_waiting(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    form = room(due, "/phone/new") + "?why=check_failed"
    said = {"number": "561 555 0132", "reason": "check_failed", "version": "2026-11"}
    browser.post(room(due, "/phone"), said, printed_on=form)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert visit["status"] == "converted_to_phone"
    clinic.go_to(visit["starts_at"] + timedelta(minutes=25))
    browser.post(room(due, "/departure"), printed_on="/portal/appointments")
    assert clinic.rows("appointment_cancellation", "appointment_id = %s", due) == []


def test_place_in_line_is_a_number_only(app: Flask, clinic: Clinic, cast: Cast) -> None:
    first = clinic.open()
    clinic.arrive(first)
    other = cast.seagrape.patients[next(n for n in cast.seagrape.patients if n != "ana")]
    mine, clinic.patient = clinic.patient, other
    later = clinic.book(1)
    clinic.go_to(clinic.begins_at(later) - timedelta(minutes=10))
    browser = signed_in(app, clinic.practice, other)
    assert check_in(browser, later) == room(later, "/check")
    page = browser.get(room(later, "/waiting")).text
    assert "One person is before you." in page
    assert mine.given_name not in page


def test_no_show_page_is_kind(clinic: Clinic, browser: Browser, due: object) -> None:
    check_in(browser, due)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.go_to(visit["starts_at"] + timedelta(minutes=16))
    clinic.act(clinic.doctor, mark_no_show, visit["id"])
    assert "did not meet" in browser.get(room(due)).text


def test_doctor_who_comes_while_the_page_is_closed_is_told_by_mail(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.act(clinic.doctor, step_in, visit["id"])
    clinic.act(clinic.doctor, step_in, visit["id"])
    [mail] = clinic.rows("dispatch", "template = 'visit_ready'")
    assert mail["status"] == "queued"
