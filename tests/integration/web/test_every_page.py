"""Every page of both faces as everybody who may open it: valid, named, ours alone, no dead end."""

import re
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from flask import Flask

from shared.access.principal import Role
from shared.access.visits import get_visit
from shared.config import Settings
from shared.db import open_session
from shared.visits.company import invite_guest
from tests.faces import Somebody, everybody, live_in, pages
from tests.html import complaints, links
from tests.people import Cast, PracticeOf

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Pages that nobody reads here, and why: those of a visit's own day come one after the other, each
# only while it is the next one. tests/integration/visits walks them.
UNREAD = {
    "admin.appointment_notes_show": "leads to the encounter of an appointment",
    "portal.visit_places_new": "the check-in's first question, from minutes before the visit on",
    "portal.visit_consents_new": "the check-in's second question, once the first is answered",
    "portal.waiting_show": "the waiting room, once the patient has checked in",
    "portal.calls_show": "the call, once the practitioner has come",
    "portal.phone_calls_new": "asks which number to call, from the waiting room or the call",
    "portal.phone_calls_show": "says who calls, once it goes on by phone",
}
# Parts of pages, asked for again while the page is open.
PARTS = frozenset(
    {
        "admin.note_panels_show",
        "admin.visits_standing",
        "admin.visits_waiting",
    }
)
FILES = re.compile(r"\.ics$|/export\b|/calendar")


def shape(path: str) -> str:
    """An address without the ids in it and without what it asks: one of each kind is opened."""
    return ID.sub("id", urlsplit(path).path)


def follow(one: Somebody, path: str, text: str, opened: dict[str, int]) -> list[str]:
    """Open what a page links to, once of each kind; what is refused or missing is a dead end."""
    found = []
    for href in links(text):
        target = urlsplit(urljoin(f"{one.browser.base}{path}", href))
        if target.scheme not in {"http", "https"} or f"http://{target.netloc}" != one.browser.base:
            continue
        if shape(target.path) not in opened and not FILES.search(target.path):
            query = f"?{target.query}" if target.query else ""
            opened[shape(target.path)] = one.browser.get(target.path + query).status_code
        if opened.get(shape(target.path), 200) >= 400:
            found.append(f"{path} leads to {target.path}: {opened[shape(target.path)]}")
    return found


def come_as_guest(one: Somebody, practice: PracticeOf, visit_id: object) -> dict[str, str]:
    """The pages of somebody who was invited to a visit and has pressed the button."""
    doctor = practice.staff["maya"].acting(Role.PHYSICIAN)
    with open_session(doctor.context()) as session:
        visit = get_visit(session, viewer=doctor, visit_id=UUID(str(visit_id)))
        token = invite_guest(session, visit=visit, kind="interpreter", by=doctor).token
    page = f"/portal/guest/{token}"
    assert one.browser.post(page, {}, printed_on=page).status_code == 303
    return {"portal.guests_show": page}


def test_every_page_is_valid_and_leads_somewhere(
    app: Flask, cast: Cast, settings: Settings
) -> None:
    practice = cast.seagrape
    things = live_in(settings, practice)
    wrong: list[str] = []
    read: set[str] = set()
    everything: set[str] = set()
    people = everybody(app, practice)
    people[0].own.update(come_as_guest(people[0], practice, things.ids["visit_id"]))
    # The visit that was written about is the one that was only held.
    panel = f"/admin/appointments/{things.ids['hold_id']}/note/panel"
    next(one for one in people if one.name == "maya").own["admin.note_panels_show"] = panel
    for one in people:
        everything |= pages(app, one, things).keys()
        opened: dict[str, int] = {}
        for endpoint, path in pages(app, one, things).items():
            answer = one.browser.get(path)
            if answer.status_code == 200:
                read.add(endpoint)
            if (
                endpoint in PARTS
                or answer.mimetype != "text/html"
                or answer.status_code in {301, 302, 303}
            ):
                continue
            said = complaints(answer.text, host=practice.host)
            wrong += [f"{one.name} {path}: {each}" for each in said]
            if answer.status_code == 200:
                wrong += [f"{one.name}: {each}" for each in follow(one, path, answer.text, opened)]
    assert not wrong, "\n".join(wrong)
    unread = everything - read
    assert not unread - UNREAD.keys(), " ".join(sorted(unread - UNREAD.keys()))
    assert not UNREAD.keys() - unread, " ".join(sorted(UNREAD.keys() - unread))
