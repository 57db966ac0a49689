"""What stands above every page about one patient: who it is, how to reach them, what to mind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from admin.attention.presenters import present_items
from admin.patients.presenters import age, full_name
from shared import clock
from shared.access.attention import list_open_items
from shared.access.policy import holds, opened_by_glass
from shared.attention import kinds_for
from shared.web.current import practice, transaction, viewer
from shared.web.formats import day, phone

if TYPE_CHECKING:
    from shared.models.patient import Patient

# A tab, the capability that opens it, its words.
TABS = (
    ("admin.patients_show", "patient.contact", _l("Overview")),
    ("admin.patient_visits_index", "patient.contact", _l("Appointments")),
    ("admin.patient_encounters_index", "encounter.read", _l("Visits held")),
    ("admin.patient_payments_index", "patient.payments", _l("Payments")),
    ("admin.patient_messages_index", "patient.messages", _l("Messages sent")),
    ("admin.stories_show", "patient.story", _l("Story")),
    ("admin.patient_accounts_index", "patient.close_account", _l("Access")),
)


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to mind about this patient, and where it is dealt with."""

    words: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """The lines above the tabs."""

    id: UUID
    name: str
    called: str | None
    years: str
    born: str
    reference: str
    phone: str | None
    tel: str | None
    email: str | None
    flags: Sequence[Flag]
    tabs: Sequence[tuple[str, str, bool]]
    may_break_glass: bool


def present_head(patient: "Patient", current: str) -> Head:
    """The head of a patient's pages; `current` is the endpoint of the tab that is open."""
    years = age(patient.birth_date, clock.today(practice().time_zone))
    tells = holds(viewer(), "patient.story") or viewer().opens(patient.id)
    return Head(
        id=patient.id,
        name=full_name(patient),
        called=patient.preferred_name,
        years=str(ngettext("%(num)d year", "%(num)d years", years)),
        born=day(patient.birth_date, weekday=False),
        reference=patient.reference,
        phone=phone(patient.phone) or None,
        tel=patient.phone,
        email=patient.email,
        flags=_flags(patient),
        tabs=[
            (str(label), url_for(endpoint, patient_id=patient.id), endpoint == current)
            for endpoint, capability, label in TABS
            if _opens(capability, patient.id)
        ],
        may_break_glass=holds(viewer(), "patient.break_glass") and not tells,
    )


def _opens(capability: str, patient_id: UUID) -> bool:
    return holds(viewer(), capability) or opened_by_glass(viewer(), capability, patient_id)


def _flags(patient: "Patient") -> list[Flag]:
    """What waits for somebody about this patient."""
    if not holds(viewer(), "attention.read"):
        return []
    kinds = kinds_for(viewer())
    items = list_open_items(transaction(), viewer=viewer(), kinds=kinds, patient_id=patient.id)
    lines = present_items(items, {}, reads_records=False)
    flags = [Flag(line.what, line.href) for line in lines]
    if not patient.phone and not patient.email:
        flags.append(Flag(_("No way to reach them is known"), None))
    return flags
