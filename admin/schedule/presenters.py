"""The schedule as the desk reads it: days in the practice's zone, contact data, no more."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from shared import booking
from shared.booking.cancelling import PRACTICE_REQUEST
from shared.booking.zones import local_day, zone
from shared.checkout.reading import Standing
from shared.web.formats import clock_time, day, duration, short_day, when, zone_name
from shared.web.formats import money as formatted
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext
from shared.web.states import state_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shared.access.schedule import Entry
    from shared.checkout import Money
    from shared.models.patient import Patient

DAYS = 7
TONES = {"pending": "warn", "booked": "good", "arrived": "accent", "checked-in": "accent"}


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment."""

    id: UUID
    patient_id: UUID | None
    reference: str
    starts: str
    ends: str
    theirs: str | None
    name: str
    phone: str | None
    email: str | None
    visit: str
    with_whom: str
    status: str
    status_words: str
    tone: str
    can_cancel: bool
    can_move: bool


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the schedule."""

    on: date
    title: str
    label: str
    summary: str
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Week:
    """The days on the page; the first is the one that was asked for."""

    first: date
    today: date
    zone: str
    days: list[Day]

    @property
    def earlier(self) -> date:
        """Where "earlier" leads."""
        return self.first - timedelta(days=DAYS)

    @property
    def later(self) -> date:
        """Where "later" leads."""
        return self.first + timedelta(days=DAYS)


def present_week(entries: "Sequence[Entry]", *, first: date, today: date, zone_id: str) -> Week:
    """Every day of the week, the empty ones too."""
    by_day: dict[date, list[Line]] = {}
    for entry in entries:
        if entry.appointment.status == "pending" and not booking.is_live(entry.appointment):
            continue
        on = local_day(entry.appointment.starts_at, zone(zone_id))
        by_day.setdefault(on, []).append(present_line(entry, zone_id))
    days = [first + timedelta(days=offset) for offset in range(DAYS)]
    return Week(
        first,
        today,
        zone_name(zone_id),
        [_day(on, by_day.get(on, []), today) for on in days],
    )


def present_line(entry: "Entry", zone_id: str) -> Line:
    """One appointment as a line."""
    appointment, patient = entry.appointment, entry.patient
    return Line(
        id=appointment.id,
        patient_id=appointment.patient_id,
        reference=appointment.reference,
        starts=clock_time(appointment.starts_at, zone_id),
        ends=clock_time(appointment.ends_at, zone_id),
        theirs=_theirs(appointment.starts_at, appointment.patient_time_zone, zone_id),
        name=_name(patient),
        phone=patient.phone if patient else None,
        email=patient.email if patient else None,
        visit=entry.visit_type.name,
        with_whom=f"{entry.practitioner.full_name}, {entry.practitioner.credentials}".rstrip(", "),
        status=appointment.status,
        status_words=status_words(appointment.status, appointment.hold_expires_at, zone_id),
        tone=TONES.get(appointment.status, "neutral"),
        can_cancel=booking.can_cancel(appointment, reason=PRACTICE_REQUEST),
        can_move=booking.can_move(appointment),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One visit on its own page."""

    line: Line
    facts: list[tuple[str, str]]


def present_visit(
    entry: "Entry", money: "Money | None", zone_id: str, held: "Sequence[tuple[str, str]]" = ()
) -> Shown:
    """A visit with all that the desk needs to talk about it; `held`: how it took place."""
    row, line = entry.appointment, present_line(entry, zone_id)
    theirs = when(row.starts_at, row.patient_time_zone) if line.theirs else None
    facts = [
        (_("When"), when(row.starts_at, zone_id)),
        (_("For the patient"), theirs),
        (_("Visit"), f"{line.visit}, {duration(entry.visit_type.length_minutes)}"),
        (_("With"), line.with_whom),
        (_("Where they will be"), state_names([row.state]) if row.state else None),
        *held,
        (_("Payment"), _paid(entry, money)),
        (_("Why outside the hours"), row.override_reason),
        (_("Reference"), line.reference),
    ]
    return Shown(line, [(term, words) for term, words in facts if words])


def _paid(entry: "Entry", money: "Money | None") -> str:
    row = entry.appointment
    price = formatted(row.price_minor, row.currency)
    if row.price_minor == 0:
        return _("Nothing to pay")
    if money is None:
        return _("%(price)s, not paid", price=price)
    said = {
        Standing.PAID: _("%(price)s, paid", price=price),
        Standing.REFUNDING: _("%(price)s, on its way back", price=price),
        Standing.REFUNDED: _("%(price)s, given back", price=price),
        Standing.REFUND_FAILED: _("%(price)s, the refund failed", price=price),
    }
    return said.get(money.standing, _("%(price)s, not paid", price=price))


def read_day(written: str | None, today: date) -> date:
    """The day of an address, within reason; today for anything else."""
    try:
        wanted = date.fromisoformat(written or "")
    except ValueError:
        return today
    reach = timedelta(days=3660)
    return wanted if today - reach <= wanted <= today + reach else today


def _day(on: date, lines: list[Line], today: date) -> Day:
    count = len(lines)
    title = _("Today, %(day)s", day=day(on)) if on == today else day(on)
    summary = (
        ngettext("%(num)d appointment", "%(num)d appointments", count)
        if count
        else _("No appointments")
    )
    return Day(on, title, short_day(on), summary, lines)


def _name(patient: "Patient | None") -> str:
    if patient is None:
        return _("A visitor, not signed in yet")
    return f"{patient.given_name} {patient.family_name}"


def _theirs(at: datetime, their_zone: str, zone_id: str) -> str | None:
    """The patient's own clock, when it shows something else."""
    if zone_name(their_zone) == zone_name(zone_id):
        return None
    return f"{clock_time(at, their_zone)} {zone_name(their_zone)}"


def status_words(status: str, held_until: datetime | None = None, zone_id: str = "") -> str:
    """An appointment's state for the desk."""
    if status == "pending" and held_until is not None:
        return _("Held until %(time)s", time=clock_time(held_until, zone_id))
    said = {
        "booked": _("Booked"),
        "checked-in": _("In the waiting room"),
        "arrived": _("Under way"),
        "fulfilled": _("Done"),
        "noshow": _("Missed"),
        "cancelled": _("Cancelled"),
    }
    return said.get(status, status)
