"""The patient's waiting room: an honest wait, the place in line, leaving, not being met."""

from datetime import timedelta
from html import unescape

import pytest
from flask import Flask

from shared import booking, clock
from shared.access.appointments import access_appointment
from shared.access.principal import Role
from shared.booking.cancelling import PRACTICE_REQUEST
from shared.db import open_session
from shared.visits.attending import begin, mark_no_show, step_in
from shared.visits.errors import NotCalled, NotYet
from shared.visits.presence import note_presence
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
    beat = browser.hidden(room(due, "/waiting")) | {"place": "waiting", "excused": "no"}
    clinic.go_to(visit["starts_at"] + timedelta(minutes=19))
    htmx = {"headers": {"HX-Request": "true"}, "base_url": browser.base, "data": beat}
    assert "You are next." in browser.client.post(room(due, "/beat"), **htmx).text
    clinic.go_to(visit["starts_at"] + timedelta(minutes=21))
    led = browser.client.post(room(due, "/beat"), **htmx)
    assert led.headers["HX-Redirect"] == room(due, "/waiting"), "what leaving means has changed"
    page = browser.get(room(due, "/waiting")).text
    assert 'name="excused" value="yes"' in page
    assert "any moment" not in page
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
    clinic.act(clinic.doctor, step_in, visit["id"])
    clinic.go_to(visit["starts_at"] + timedelta(minutes=16))
    clinic.act(clinic.doctor, mark_no_show, visit["id"])
    assert "did not meet" in browser.get(room(due)).text
    assert "did not meet" in browser.get(browser.get(room(due, "/waiting")).location).text


def test_who_stepped_away_is_told_when_the_doctor_starts(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    browser.post(room(due, "/beat"), {"place": "waiting"}, printed_on=room(due, "/waiting"))
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    desk = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    rosa = signed_in(app, clinic.practice, clinic.practice.staff["rosa"])
    assert "Stepped away" not in desk.get("/admin/visits").text
    clinic.go_to(clock.now() + timedelta(seconds=26))
    line = desk.get("/admin/visits").text
    assert "Stepped away" in line
    assert "Is told by e-mail when you start" in line
    assert "Is told by e-mail when the visit starts" in rosa.get("/admin/visits").text
    page = unescape(desk.get(f"/admin/visits/{visit['id']}").text)
    assert "has stepped away" in page
    assert "They are told by e-mail when you start." in page
    assert clinic.rows("dispatch", "template = 'visit_ready'") == []
    clinic.act(clinic.doctor, step_in, visit["id"])
    [mail] = clinic.rows("dispatch", "template = 'visit_ready'")
    assert mail["patient_id"] == clinic.patient.id
    clinic.go_to(visit["starts_at"] + timedelta(minutes=22))
    back = signed_in(app, clinic.practice, clinic.patient)
    assert "We kept you waiting" not in back.get(room(due), follow_redirects=True).text
    back.post(room(due, "/departure"), printed_on="/portal/appointments")
    assert clinic.rows("appointment_cancellation", "appointment_id = %s", due) == []


def test_who_stepped_away_and_was_never_called_leaves_without_a_charge(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    clinic.go_to(clinic.begins_at(due) + timedelta(minutes=22))  # type: ignore[arg-type]
    back = signed_in(app, clinic.practice, clinic.patient)
    assert "We kept you waiting" in back.get(room(due, "/waiting")).text
    back.post(room(due, "/departure"), printed_on=room(due, "/waiting"))
    [ended] = clinic.rows("appointment_cancellation", "appointment_id = %s", due)
    assert ended["within_policy"] is True


def test_who_checked_in_is_not_absent_before_the_doctor_has_called_them(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.go_to(visit["starts_at"] + timedelta(minutes=30))
    desk = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    page = f"/admin/visits/{visit['id']}"
    assert "visit-absent" not in desk.get(page).text
    with pytest.raises(NotCalled):
        clinic.act(clinic.doctor, mark_no_show, visit["id"])
    sent = desk.post(f"{page}/no-show", printed_on="/admin/security")
    assert "Start the visit" in desk.get(sent.location).text
    clinic.act(clinic.doctor, step_in, visit["id"])
    clinic.go_to(visit["starts_at"] + timedelta(minutes=44))
    with pytest.raises(NotYet):
        clinic.act(clinic.doctor, mark_no_show, visit["id"])
    clinic.work()
    clinic.act(clinic.doctor, note_presence, visit["id"], side="practitioner", place="call")
    assert "If they do not come back, go on by phone." in desk.get(page).text
    clinic.go_to(visit["starts_at"] + timedelta(minutes=46))
    clinic.act(clinic.doctor, mark_no_show, visit["id"])
    assert clinic.visit(visit["id"])["status"] == "no_show"


def test_practice_calls_off_a_visit_it_missed_and_the_money_goes_back(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    rosa = clinic.practice.staff["rosa"]
    page = f"/admin/schedule/{due}"
    clinic.go_to(clinic.begins_at(due) + timedelta(minutes=30))  # type: ignore[arg-type]
    assert "visit-cancel" not in signed_in(app, clinic.practice, rosa).get(page).text
    late = signed_in(app, clinic.practice, clinic.patient)
    check_in(late, due)
    clinic.go_to(clinic.begins_at(due) + timedelta(hours=5))  # type: ignore[arg-type]
    assert "visit-cancel" in signed_in(app, clinic.practice, rosa).get(page).text
    by = rosa.acting(Role.RECEPTIONIST)
    with open_session(by.context()) as session:
        row = access_appointment(session, viewer=by, appointment_id=due)  # type: ignore[arg-type]
        with pytest.raises(booking.CannotCancel):
            booking.cancel_appointment(session, appointment=row, by=by)
        booking.cancel_appointment(session, appointment=row, by=by, reason=PRACTICE_REQUEST)
    [ended] = clinic.rows("appointment_cancellation", "appointment_id = %s", due)
    assert ended["refund_due_minor"] > 0
    clinic.run("watch_visits")
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    assert visit["status"] == "cancelled"


def test_who_has_come_is_not_sent_away_by_the_clock(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.go_to(visit["ends_at"] + timedelta(minutes=90))
    late = signed_in(app, clinic.practice, clinic.patient)
    assert late.get(room(due)).location == room(due, "/waiting")
    assert "We kept you waiting" in late.get(room(due, "/waiting")).text
    assert "visit-enter" in late.get("/portal/").text
    clinic.work()
    clinic.act(clinic.doctor, step_in, visit["id"])
    clinic.act(clinic.doctor, begin, visit["id"])
    for minutes in (120, 179):
        clinic.go_to(visit["ends_at"] + timedelta(minutes=minutes))
        again = signed_in(app, clinic.practice, clinic.patient)
        assert again.get(room(due)).location == room(due, "/call"), minutes
    clinic.go_to(visit["ends_at"] + timedelta(hours=3, minutes=1))
    assert "did not meet" in signed_in(app, clinic.practice, clinic.patient).get(room(due)).text


def test_who_tries_their_devices_is_seen_to_wait_and_told_that_the_doctor_came(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    check = browser.get(room(due, "/check")).text
    assert 'value="checking"' in check
    assert "check-go" not in check
    [visit] = clinic.rows("visit", "appointment_id = %s", due)

    def speak() -> str:
        sent = browser.client.post(
            room(due, "/beat"),
            base_url=browser.base,
            data=browser.hidden(room(due, "/check")) | {"place": "checking"},
            headers={"HX-Request": "true"},
        )
        return sent.headers.get("HX-Redirect") or sent.text

    assert "check-go" not in speak()
    desk = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    assert "Waiting</span>" in desk.get("/admin/visits").text
    clinic.work()
    clinic.act(clinic.doctor, step_in, visit["id"])
    assert clinic.rows("dispatch", "template = 'visit_ready'") == [], "their page tells them"
    assert "check-go" in speak()
    assert "check-go" in browser.get(room(due, "/check")).text


def test_nobody_who_is_called_by_phone_gets_a_mail_to_come_to_the_page(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    said = {"number": "561 555 0132", "reason": "asked", "version": "2026-11"}
    browser.post(room(due, "/phone"), said, printed_on=room(due, "/phone/new"))
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.act(clinic.doctor, step_in, visit["id"])
    assert clinic.rows("dispatch", "template = 'visit_ready'") == []


def test_both_pages_follow_a_visit_by_phone(
    app: Flask, clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    desk = signed_in(app, clinic.practice, clinic.practice.staff["maya"])
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    standing, htmx = f"/admin/visits/{visit['id']}/standing?poll=1", {"HX-Request": "true"}
    said = {"number": "561 555 0132", "reason": "asked", "version": "2026-11"}
    browser.post(room(due, "/phone"), dict(said), printed_on=room(due, "/phone/new"))
    assert desk.get(standing, headers=htmx).headers["HX-Redirect"].endswith(str(visit["id"]))
    page = desk.get(f"/admin/visits/{visit['id']}").text
    assert "by=phone" in page
    assert "(561) 555-0132" in page
    assert "visit-words" not in page, "nobody on the phone reads a line to the waiting room"
    said["number"] = "561 555 0147"
    browser.post(room(due, "/phone"), dict(said), printed_on=room(due, "/phone/new"))
    told = desk.get(f"{standing}&by=phone", headers=htmx)
    assert "(561) 555-0147" in told.text
    assert "Press Start" in told.text
    asked = room(due, "/phone?poll=1")
    shown = browser.get(asked, headers=htmx).text
    assert "(561) 555-0147" in shown
    assert "<html" not in shown
    desk.post(f"/admin/visits/{visit['id']}/start", printed_on="/admin/security")
    assert "When you have finished, press End." in desk.get(f"{standing}&by=phone").text
    desk.post(f"/admin/visits/{visit['id']}/end", printed_on="/admin/security")
    assert browser.get(asked, headers=htmx).headers["HX-Redirect"] == room(due)
    assert "What happens next" in browser.get(room(due)).text
    assert desk.get(f"{standing}&by=phone", headers=htmx).headers["HX-Redirect"]


def test_doctor_who_comes_while_the_page_is_closed_is_told_by_mail(
    clinic: Clinic, browser: Browser, due: object
) -> None:
    check_in(browser, due)
    [visit] = clinic.rows("visit", "appointment_id = %s", due)
    clinic.act(clinic.doctor, step_in, visit["id"])
    clinic.act(clinic.doctor, step_in, visit["id"])
    [mail] = clinic.rows("dispatch", "template = 'visit_ready'")
    assert mail["status"] == "queued"
