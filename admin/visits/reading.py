"""What the pages of a visit show, gathered once for each of its views."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import request

from admin.patients.presenters import age
from admin.visits.forms import GuestForm, OverrideForm, PhoneForm, guest_words
from admin.visits.presenters import Standing, guest_state, present_standing, present_waiting
from shared import clock
from shared.access.consents import find_consent
from shared.access.held_visits import (
    HeldVisit,
    access_held_visit,
    find_own_practitioner,
    list_waiting,
)
from shared.access.video_rooms import find_guest_room
from shared.access.visit_guests import list_guests, list_words
from shared.access.visits import has_override
from shared.booking.zones import day_bounds, local_day, zone
from shared.people.consent_texts import TELEHEALTH, consent_text
from shared.visits.company import MOST_GUESTS, find_guest_mail, is_good
from shared.visits.lateness import delay_of
from shared.visits.licences import is_licensed
from shared.visits.presence import is_here, sides_in_call
from shared.visits.states import OVER, Status
from shared.web.current import practice, transaction, viewer
from shared.web.formats import clock_time, day, phone, when, zone_name
from shared.web.i18n import gettext as _
from shared.web.states import state_name

if TYPE_CHECKING:
    from admin.visits.presenters import Line

LATE = (5, 10, 15, 20, 30, 45)


def held(visit_id: UUID) -> HeldVisit:
    """The viewer's own visit that an address names. Raises NotFound."""
    return access_held_visit(transaction(), viewer=viewer(), visit_id=visit_id)


def is_htmx() -> bool:
    """True when only a part of the page is wanted: whatever else would end the call."""
    return request.headers.get("HX-Request") == "true"


def waiting_lines() -> "list[Line]":
    """Today's visits whose door has opened."""
    here = practice().time_zone
    today = local_day(clock.now(), zone(here))
    first, until = day_bounds(today, today, zone(here))
    found = list_waiting(transaction(), viewer=viewer(), first=first, until=until)
    own = find_own_practitioner(transaction(), viewer=viewer())
    return [present_waiting(one, own, here) for one in found]


def standing_of(one: HeldVisit) -> Standing:
    """How it stands now."""
    visit = one.visit
    return present_standing(
        visit,
        name=one.patient.called,
        here=is_here(transaction(), visit=visit, side="patient", by=viewer()),
        inside=sides_in_call(transaction(), visit=visit, by=viewer()),
        room=find_guest_room(transaction(), viewer=viewer(), visit=visit),
        zone=practice().time_zone,
    )


def visit_page(one: HeldVisit, **more: Any) -> dict[str, Any]:
    """Everything beside the picture."""
    return {
        "visit": one.visit,
        "patient": one.patient,
        "name": f"{one.patient.given_name} {one.patient.family_name}",
        "what": one.visit_type.name,
        "starts": clock_time(one.visit.starts_at, practice().time_zone),
        "standing": standing_of(one),
        "facts": _facts(one),
        "licence": _licence(one),
        "override": OverrideForm(),
        "phone_form": PhoneForm(data={"number": phone(one.patient.phone)}),
        **late_panel(one),
        **words_panel(one),
        **guests_panel(one),
        **more,
    }


def late_panel(one: HeldVisit) -> dict[str, Any]:
    """How late the practitioner said they are."""
    late = delay_of(transaction(), practitioner_id=one.visit.practitioner_id, by=viewer())
    return {"late": late, "late_choices": LATE, "visit": one.visit}


def words_panel(one: HeldVisit) -> dict[str, Any]:
    """What was said to the waiting room."""
    here = practice().time_zone
    said = list_words(transaction(), viewer=viewer(), visit=one.visit)
    words = [(clock_time(row.said_at, here), row.words) for row in said]
    return {"said": words, "patient": one.patient, "visit": one.visit}


def guests_panel(one: HeldVisit) -> dict[str, Any]:
    """Who else was given a link, and whether it was used."""
    at, here = clock.now(), practice().time_zone
    rows = []
    for row in list_guests(transaction(), viewer=viewer(), visit=one.visit):
        unopened = is_good(row, at) and row.opened_at is None
        mail = find_guest_mail(transaction(), viewer=viewer(), guest=row) if unopened else None
        state = guest_state(row, mail, at, here)
        rows.append((row.id, guest_words(row.kind), state, is_good(row, at)))
    is_over = Status(one.visit.status) in OVER
    return {
        "guests": rows,
        "guest_form": GuestForm(),
        "visit": one.visit,
        "may_invite": not is_over,
        "is_full": not is_over and sum(good for *_, good in rows) >= MOST_GUESTS,
    }


def _facts(one: HeldVisit) -> list[tuple[str, str]]:
    patient, row, here = one.patient, one.appointment, practice().time_zone
    today = local_day(clock.now(), zone(here))
    years = age(patient.birth_date, today)
    born = _("%(day)s (%(age)s)", day=day(patient.birth_date, weekday=False), age=years)
    theirs = None
    if zone_name(row.patient_time_zone) != zone_name(here):
        theirs = f"{clock_time(clock.now(), row.patient_time_zone)} "
        theirs += zone_name(row.patient_time_zone)
    told = [
        (_("Born"), born),
        (_("Phone"), phone(patient.phone) if patient.phone else None),
        (_("Their time now"), theirs),
        (_("Where they are"), state_name(one.visit.location_state or row.state or "")),
        (_("Consent to video"), _consent(one)),
        (_("Date of birth asked"), _identity(one)),
        (_("Reference"), row.reference),
    ]
    return [(term, words) for term, words in told if words]


def _consent(one: HeldVisit) -> str:
    given = find_consent(transaction(), viewer=viewer(), patient_id=one.patient.id, kind=TELEHEALTH)
    if given is None:
        return _("Not given yet: they are asked at check-in")
    signed = when(given.signed_at, practice().time_zone)
    if given.version != consent_text().version:
        return _("An older text, %(when)s: they are asked again", when=signed)
    return _("Given on %(when)s", when=signed)


def _identity(one: HeldVisit) -> str | None:
    """Whether they said who they are, where the practice asks for it."""
    said_at = one.visit.identity_confirmed_at
    if said_at is not None:
        return _("Said rightly at %(time)s", time=clock_time(said_at, practice().time_zone))
    return _("Not said yet: they are asked at check-in") if practice().asks_identity else None


def _licence(one: HeldVisit) -> dict[str, Any]:
    """Whether the visit may be held where the patient says they will be."""
    state = one.visit.location_state or one.appointment.state or ""
    on = local_day(clock.now(), zone(one.appointment.time_zone))
    licensed = is_licensed(
        transaction(), practitioner_id=one.visit.practitioner_id, state=state, on=on
    )
    return {
        "state": state_name(state),
        "missing": bool(state) and not licensed,
        "overridden": has_override(transaction(), viewer=viewer(), visit=one.visit),
        "asked": one.visit.checked_in_at is None and Status(one.visit.status) not in OVER,
    }
