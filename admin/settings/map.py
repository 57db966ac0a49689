"""The map of what can be set: each place with what is in force there, in a line."""

from dataclasses import dataclass

from flask import current_app, url_for

from admin.settings.presenters import KINDS
from shared import clock
from shared.access.licences import list_licences
from shared.booking.downtime import find_key
from shared.booking.visit_types import list_every_visit_type, list_people
from shared.configuration import configured
from shared.configuration.host_names import list_host_names
from shared.people.consent_texts import consent_text
from shared.practices.vendors import covers, list_vendors
from shared.web.current import practice, practice_id, settings, transaction, viewer
from shared.web.formats import phone, zone_name
from shared.web.i18n import gettext as _
from shared.web.states import state_names

# The brand's page, by the name of its endpoint, as soon as there is one.
BRAND = ("admin.brand_edit", "admin.brand_show", "admin.brand_index")


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the map."""

    title: str
    href: str
    text: str
    icon: str
    badge: str | None = None
    tone: str = "neutral"


def settings_map() -> list[tuple[str, list[Spot]]]:
    """Groups of places, those a practice needs first at the top."""
    return [
        (_("The practice"), [_practice(), _hosts(), *_brand()]),
        (_("Visits"), [_visits(), _hours(), _licences(), _consents()]),
        (_("People"), [_team()]),
        (_("Mail and money"), [_mail(), _warm_up(), _payments()]),
        (_("Behind the scenes"), [_vendors(), _sheets(), _inbox(), *_rehearsal()]),
    ]


def _practice() -> Spot:
    here = practice()
    text = f"{here.name}, {phone(here.phone)}, {zone_name(here.time_zone)}"
    return Spot(_("Practice"), url_for("admin.practice_edit"), text, "building")


def _hosts() -> Spot:
    found = list_host_names(transaction(), practice_id=practice_id())
    names = sorted({one.host for one in found})
    text = ", ".join(names[:3])
    if len(names) > 3:
        text += " " + _("and %(num)s more", num=len(names) - 3)
    return Spot(_("Web addresses"), url_for("admin.hosts_index"), text, "globe")


def _brand() -> list[Spot]:
    known = next((name for name in BRAND if name in current_app.view_functions), None)
    if known is None:
        return []
    return [Spot(_("Brand"), url_for(known), _("Colours, type and logo."), "palette")]


def _visits() -> Spot:
    rows = list_every_visit_type(transaction(), practice_id=practice_id())
    names = [row.name for row in rows if row.active]
    text = ", ".join(names[:4]) or _("Nothing can be booked yet.")
    badge = None if names else _("To do")
    href = url_for("admin.visit_types_index")
    return Spot(_("Kinds of visit"), href, text, "list", badge, "warn")


def _hours() -> Spot:
    people = list_people(transaction(), practice_id=practice_id())
    text = ", ".join(person.full_name for _role, person in people[:4])
    href = url_for("admin.hours_index")
    return Spot(_("Hours"), href, text or _("Nobody sees patients yet."), "clock")


def _licences() -> Spot:
    rows = list_licences(transaction(), viewer=viewer())
    today = clock.now().date()
    good = {row.state for row in rows if row.ended_at is None and row.ends_on >= today}
    text = state_names(sorted(good)) or _("Nobody may see patients anywhere yet.")
    badge = None if good else _("To do")
    return Spot(_("Licences"), url_for("admin.licences_index"), text, "shield", badge, "warn")


def _consents() -> Spot:
    text = _("Version %(version)s is in force.", version=consent_text().version)
    return Spot(_("Consent texts"), url_for("admin.consents_index"), text, "document")


def _team() -> Spot:
    text = _("Who works here, as what; invitations.")
    return Spot(_("Team"), url_for("admin.staff_index"), text, "people")


def _mail() -> Spot:
    return _waiting("senders", _("Who mail comes from"), "mail", "{name} <{address}>")


def _warm_up() -> Spot:
    text = _("How much a new sender may send on each day.")
    return Spot(_("First weeks of a sender"), url_for("admin.warmups_show"), text, "clock")


def _payments() -> Spot:
    return _waiting("payments", _("How payments are taken"), "money", "{product_name}")


def _waiting(kind: str, title: str, icon: str, text: str) -> Spot:
    """A setting that two people change: whether a change waits, or the default is used."""
    found = configured(transaction(), kind=KINDS[kind], viewer=viewer())
    badge, tone = None, "neutral"
    if found.problem:
        badge, tone = _("Built-in setting"), "bad"
    elif found.pending:
        badge, tone = _("A change is waiting"), "warn"
    href = url_for("admin.settings_show", kind=kind)
    return Spot(title, href, text.format(**found.values), icon, badge, tone)


def _vendors() -> Spot:
    rows = list_vendors(transaction(), practice_id=practice_id())
    today = clock.today(practice().time_zone)
    open_ones = [row.name for row in rows if not covers(row, today)]
    text = ", ".join(row.name for row in rows[:4]) or _("Who sees what, under which agreement.")
    badge = _("To do") if open_ones or not rows else None
    return Spot(_("Vendors"), url_for("admin.vendors_index"), text, "people", badge, "warn")


def _sheets() -> Spot:
    text = _("The next day's schedule with phones, sealed, for when the server is away.")
    key = find_key(transaction(), practice_id=practice_id())
    badge = None if key else _("To do")
    return Spot(
        _("Downtime sheets"), url_for("admin.sheets_index"), text, "calendar", badge, "warn"
    )


def _inbox() -> Spot:
    text = _("What Stripe or the mail provider told us and we could not use.")
    return Spot(_("News that could not be applied"), url_for("admin.inbox_index"), text, "inbox")


def _rehearsal() -> list[Spot]:
    if not settings().sandbox:
        return []
    text = _("Pretend that mail, payments, keys or files are down.")
    return [Spot(_("Rehearsal"), url_for("admin.rehearsal_index"), text, "refresh")]
