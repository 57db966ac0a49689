"""A kind of visit in the list and in its form."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than stubs

from admin.visit_types.forms import MODES, VisitTypeForm, price_minor, state_codes
from shared.web.formats import duration, money
from shared.web.i18n import gettext as _
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.models.practitioner import Practitioner, PractitionerRole
    from shared.models.visit_type import VisitType

    People = Sequence[tuple[PractitionerRole, Practitioner]]

AS_THEY_ARE = (
    *("name", "slug", "summary", "length_minutes", "modality", "buffer_before_minutes"),
    *("buffer_after_minutes", "step_minutes", "horizon_days", "cancel_window_hours"),
)
NEW = {
    "length_minutes": 30,
    "modality": "video",
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 10,
    "step_minutes": 30,
    "notice_hours": 2,
    "horizon_days": 60,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list."""

    id: UUID
    name: str
    slug: str
    length: str
    price: str
    how: str
    who: str
    where: str
    rules: str
    active: bool


def present(row: "VisitType", people: "People") -> Line:
    """A kind of visit in words."""
    named = {person.id: person.full_name for _role, person in people}
    who = ", ".join(named[one] for one in row.offered_by or () if one in named)
    rules = _(
        "%(notice)s hours ahead, up to %(days)s days",
        notice=row.notice_minutes // 60,
        days=row.horizon_days,
    )
    return Line(
        id=row.id,
        name=row.name,
        slug=row.slug,
        length=duration(row.length_minutes),
        price=money(row.price_minor, row.currency) if row.price_minor else _("Free"),
        how=str(MODES[row.modality]),
        who=who or _("Everybody"),
        where=state_names(sorted(row.states)),
        rules=rules,
        active=row.active,
    )


def fill(form: VisitTypeForm, people: "People") -> VisitTypeForm:
    """Name the people to choose from."""
    form.offered_by.choices = [
        SelectChoice(str(person.id), person.full_name) for _role, person in people
    ]
    return form


def values_of(row: "VisitType", people: "People") -> dict[str, Any]:
    """As the form shows it."""
    return {
        **{name: getattr(row, name) for name in AS_THEY_ARE},
        "price": f"{row.price_minor // 100}.{row.price_minor % 100:02d}",
        "states": ", ".join(sorted(row.states)),
        "notice_hours": row.notice_minutes // 60,
        "offered_by": [
            str(person.id)
            for _role, person in people
            if row.offered_by is None or person.id in row.offered_by
        ],
    }


def read(form: VisitTypeForm, people: "People") -> dict[str, Any]:
    """As the service takes it; nobody ticked is everybody."""
    ticked = set(form.offered_by.data or ())
    typed = {name: form[name].data for name in AS_THEY_ARE if name != "slug"}
    return {
        **typed,
        "price_minor": price_minor(form.price.data or "0"),
        "states": state_codes(form.states.data or ""),
        "notice_minutes": (form.notice_hours.data or 0) * 60,
        "offered_by": [person.id for _role, person in people if str(person.id) in ticked],
    }
