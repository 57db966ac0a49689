"""The register as lines and as a file; what the program itself needs, ready to be entered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from shared.practices.vendors import covers, ends_soon
from shared.web.formats import day
from shared.web.i18n import Later
from shared.web.i18n import gettext as _
from shared.web.i18n import lazy_gettext as _l

if TYPE_CHECKING:
    from shared.models.vendor import Vendor


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the list shows it."""

    id: UUID
    name: str
    purpose: str
    sees: str
    region: str
    agreement: str
    renewal: str
    badge: str
    tone: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A vendor the program works with, and what to enter for it."""

    key: str
    name: str
    purpose: Later
    region: Later
    handles_phi: bool = True
    exempt_because: Later | str = ""


IN_US = _l("United States")
PROPOSALS = (
    Proposal("aws", "Amazon Web Services", _l("Database, files, keys, mail and texts"), IN_US),
    Proposal("whereby", "Whereby", _l("Video visits"), IN_US),
    Proposal(
        "stripe",
        "Stripe",
        _l("Card payments"),
        IN_US,
        exempt_because=_l("Payment processing is exempt by section 1179 of HIPAA."),
    ),
    Proposal("resend", "Resend", _l("Sign-in mail when the first provider fails"), IN_US),
)


def present(vendors: Sequence[Vendor], today: date) -> list[Line]:
    """The lines, by name."""
    return [_line(vendor, today) for vendor in vendors]


def missing(vendors: Sequence[Vendor]) -> list[Proposal]:
    """What the program works with and the register lacks."""
    known = " ".join(vendor.name.lower() for vendor in vendors)
    return [one for one in PROPOSALS if one.key not in known and one.name.lower() not in known]


def find_proposal(key: str) -> dict[str, object]:
    """What a form begins with."""
    for one in PROPOSALS:
        if one.key == key:
            return {
                "name": one.name,
                "purpose": str(one.purpose),
                "region": str(one.region),
                "handles_phi": one.handles_phi,
                "exempt_because": str(one.exempt_because),
            }
    return {"handles_phi": True}


COLUMNS = (
    *(_l("Name"), _l("What for"), _l("Sees patients' data"), _l("Where"), _l("Signed")),
    *(_l("Ends"), _l("Why no agreement"), _l("Left")),
)


def as_rows(vendors: Sequence[Vendor]) -> list[tuple[object, ...]]:
    """The register for a spreadsheet: those that left as well."""
    return [
        (
            vendor.name,
            vendor.purpose,
            _("yes") if vendor.handles_phi else _("no"),
            vendor.region,
            vendor.agreed_on or "",
            vendor.renews_on or "",
            vendor.exempt_because,
            vendor.ended_at.date() if vendor.ended_at else "",
        )
        for vendor in vendors
    ]


def _line(vendor: Vendor, today: date) -> Line:
    badge, tone = _("In order"), "good"
    if not covers(vendor, today):
        badge, tone = _("No agreement"), "bad"
        if vendor.agreed_on is not None:
            badge = _("Agreement has ended")
    elif ends_soon(vendor, today):
        badge, tone = _("Ends soon"), "warn"
    return Line(
        id=vendor.id,
        name=vendor.name,
        purpose=vendor.purpose,
        sees=_("Yes") if vendor.handles_phi else _("No"),
        region=vendor.region,
        agreement=_agreement(vendor),
        renewal=day(vendor.renews_on, weekday=False) if vendor.renews_on else _("no end"),
        badge=badge,
        tone=tone,
    )


def _agreement(vendor: Vendor) -> str:
    if vendor.agreed_on is not None:
        return day(vendor.agreed_on, weekday=False)
    if vendor.exempt_because:
        return _("not needed")
    return _("none") if vendor.handles_phi else _("not needed")
