"""Every page of every face as somebody sees it: the addresses to open, with things that exist."""

from dataclasses import dataclass, field
from uuid import UUID

import psycopg
from flask import Flask

from shared.access.appointments import access_appointment
from shared.access.principal import Role
from shared.booking import confirm_appointment, find_next_times, get_visit_type, hold_slot
from shared.config import Settings
from shared.db import open_session
from shared.demo.bookings import add_bookings
from shared.demo.facts import BOOKINGS
from tests.belongings import Belongings, belongings_of
from tests.browsing import Browser, signed_in, stranger
from tests.integration.attack.walking import ENDS_THE_WALK, address, methods, rules_of
from tests.people import PatientOf, PracticeOf

# Answers that are parts of pages, files, or lead elsewhere by design.
NOT_PAGES = frozenset(
    {
        "portal.booking_times",
        "portal.booking_why",
        "portal.appointments_calendar",
        "portal.sign_in_status",
        "portal.payments_standing",
        "portal.payments_return",
        "admin.attention_export",
        "admin.inbox_export",
        "admin.brand_preview_styles",
        # Shown only on the way from something that needs a fresh sign-in.
        "portal.continue_show",
        "admin.continue_show",
        # Shown only where the sandbox plays the vendors, and by a mailed link that is still good.
        "admin.rehearsal_index",
        "portal.email_undos_new",
    }
)


@dataclass(frozen=True)
class Somebody:
    """One way of being signed in, and the faces they walk through."""

    name: str
    browser: Browser
    face: str
    # Pages that are theirs alone: endpoint -> path.
    own: dict[str, str] = field(default_factory=dict)


def live_in(settings: Settings, practice: PracticeOf) -> Belongings:
    """Visits past and to come, money, mail, attention: a practice in use, and its first patient's.

    Of the patient's two visits one is held and one is booked; pages are asked about the booked one.
    """
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    add_bookings(settings, practice.id, BOOKINGS[practice.view.slug])
    patient = next(iter(practice.patients.values()))
    things = belongings_of(practice, patient)
    colleague = next(one for one in practice.staff.values() if Role.OWNER not in one.roles)
    booked = book(practice, patient)
    return Belongings({**things.ids, "appointment_id": booked, "account_id": colleague.account_id})


def book(practice: PracticeOf, patient: PatientOf) -> UUID:
    """A visit next week that is booked and not paid for."""
    with open_session(patient.viewer.context()) as session:
        kind = get_visit_type(
            session, practice_id=practice.id, slug=next(iter(practice.visit_types))
        )
        free = find_next_times(session, visit_type=kind, count=9)[-1]
        held = hold_slot(
            session,
            visit_type=kind,
            starts_at=free.starts_at,
            by=patient.viewer,
            time_zone=practice.view.time_zone,
        ).id
    job = practice.job()
    with open_session(job.context()) as session:
        row = access_appointment(session, viewer=job, appointment_id=held)
        return confirm_appointment(session, appointment=row, by=job).id


def everybody(app: Flask, practice: PracticeOf) -> list[Somebody]:
    """A visitor, a patient, and each member of staff."""
    patient = next(iter(practice.patients.values()))
    visitor = stranger(app, practice)
    page, typed = "/portal/sign-in", {"email": patient.email}
    asked = visitor.post(page, dict(typed), printed_on=page).location
    return [
        Somebody("visitor", visitor, "portal", {"portal.sign_in_show": asked}),
        Somebody("visitor at the desk", stranger(app, practice), "admin"),
        Somebody("patient", signed_in(app, practice, patient), "portal"),
        *(
            Somebody(name, signed_in(app, practice, one), "admin")
            for name, one in practice.staff.items()
        ),
    ]


def pages(app: Flask, one: Somebody, things: Belongings) -> dict[str, str]:
    """Endpoint -> the path of each page of somebody's face that is read."""
    found = {
        rule.endpoint: address(app, rule, things)
        for rule in rules_of(app, one.face)
        if "GET" in methods(rule) and rule.endpoint not in NOT_PAGES | ENDS_THE_WALK
    }
    return found | one.own
