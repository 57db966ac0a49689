"""What the whole desk may know of a visit: that it took place, when, how long, by what means.

Never what was said in it: that is the note's.
"""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from shared.access.encounters import access_encounter_of
from shared.access.errors import NotFound
from shared.web.current import transaction, viewer
from shared.web.formats import clock_time, duration
from shared.web.i18n import gettext as _
from shared.web.states import state_name

if TYPE_CHECKING:
    from shared.access.encounters import Held

MINUTE = timedelta(minutes=1)


def facts_of(appointment_id: UUID, zone: str) -> list[tuple[str, str]]:
    """Terms and words for a page about an appointment; none before anybody came."""
    try:
        held = access_encounter_of(transaction(), viewer=viewer(), appointment_id=appointment_id)
    except NotFound:
        return []
    return present_facts(held, zone)


def present_facts(held: "Held", zone: str) -> list[tuple[str, str]]:
    """When the patient came, from when to when they met, and how."""
    row, visit = held.encounter, held.visit
    state = visit.location_state if visit else None
    came = clock_time(row.arrived_at, zone) if row.arrived_at else None
    if came and state:
        came = _("%(time)s, from %(state)s", time=came, state=state_name(state))
    met = None
    if row.began_at and not row.closed_because:
        met = clock_time(row.began_at, zone)
        if row.ended_at:
            met = _("%(from)s to %(to)s", **{"from": met, "to": clock_time(row.ended_at, zone)})
    told = [
        (_("Patient came"), came),
        (_("They met"), met),
        (_("How"), how_words(held) or None),
    ]
    return [(term, words) for term, words in told if words]


def how_words(held: "Held") -> str:
    """ "By video, 21 minutes"; nothing before they met, and for a visit that was called off."""
    row = held.encounter
    if row.began_at is None or row.closed_because:
        return ""
    booked = held.appointment.modality
    took = held.visit.modality if held.visit else booked
    if took == "phone" and booked == "video":
        way = _("By phone instead of video")
    else:
        way = {"video": _("By video"), "phone": _("By phone")}.get(took, _("In person"))
    if row.ended_at is None:
        return way
    minutes = max(1, (row.ended_at - row.began_at) // MINUTE)
    return _("%(way)s, %(time)s", way=way, time=duration(minutes))
