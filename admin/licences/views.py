"""Licences by state with their days; the consents in force."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Response, request

from admin import blueprint
from admin.licences.forms import LicenceForm
from shared import clock
from shared.access.licences import get_licence, list_licences
from shared.access.policy import holds
from shared.booking.visit_types import list_people
from shared.booking.zones import local_day, zone
from shared.people.consent_texts import TELEHEALTH, consent_text
from shared.visits.licences import WARN_DAYS, add_licence, end_licence
from shared.web.answers import invalid, page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import day
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice
from shared.web.states import state_name

if TYPE_CHECKING:
    from shared.models.licence import Licence


@dataclass(frozen=True, slots=True)
class Line:
    """One licence as it is listed."""

    id: UUID
    who: str
    state: str
    number: str
    days: str
    words: str
    tone: str
    may_end: bool


@blueprint.get("/settings/licences")
@requires("licence.read")
def licences_index() -> Response:
    """Which licence is good where, which runs out, and the form for another one."""
    return page("admin/licences/index.html", notice=take_notice(), **_shown(_form()))


@blueprint.post("/settings/licences")
@requires("licence.manage")
def licences_create() -> Response:
    """Enter a licence; visits from that state are possible at once."""
    form = _form()
    first, last = form.starts_on.data, form.ends_on.data
    if not form.validate() or first is None or last is None:
        return invalid("admin/licences/index.html", **_shown(form))
    row = add_licence(
        transaction(),
        practitioner_id=UUID(form.practitioner.data),
        state=form.state.data,
        number=(form.number.data or "").strip(),
        starts_on=first,
        ends_on=last,
        by=viewer(),
    )
    note(_("The licence for %(state)s is entered.", state=state_name(row.state)))
    return to("admin.licences_index")


@blueprint.post("/settings/licences/<uuid:licence_id>/end")
@requires("licence.manage")
def licences_destroy(licence_id: UUID) -> Response:
    """Entered wrongly, or no longer held: it counts no more from now on, and stays to be seen."""
    row = get_licence(transaction(), viewer=viewer(), licence_id=licence_id)
    if row.ended_at is None:
        end_licence(transaction(), licence=row)
        note(_("The licence for %(state)s counts no more.", state=state_name(row.state)))
    return to("admin.licences_index")


@blueprint.get("/settings/consents")
@requires("licence.read")
def consents_index() -> Response:
    """The texts patients agree to, as they are asked for now."""
    text = consent_text(TELEHEALTH)
    return page(
        "admin/licences/consents.html",
        text=text,
        paragraphs=_paragraphs(text.body),
        fingerprint=text.sha256.hex()[:16],
    )


def _paragraphs(body: str) -> list[str]:
    """Its paragraphs and points, one each, without marks."""
    parts = body.replace("\n- ", "\n\n- ").split("\n\n")
    lines = (" ".join(part.split()).removeprefix("- ").replace("**", "") for part in parts)
    return [line for line in lines if line]


def _form() -> LicenceForm:
    form = LicenceForm(request.form if request.method == "POST" else None)
    people = list_people(transaction(), practice_id=practice_id())
    form.practitioner.choices = [(str(person.id), person.full_name) for _role, person in people]
    return form


def _shown(form: LicenceForm) -> dict[str, Any]:
    today = local_day(clock.now(), zone(practice().time_zone))
    people = {
        person.id: person.full_name
        for _role, person in list_people(transaction(), practice_id=practice_id())
    }
    rows = list_licences(transaction(), viewer=viewer())
    lines = [_line(row, people.get(row.practitioner_id, ""), today) for row in rows]
    return {
        "form": form,
        "lines": sorted(lines, key=lambda one: (not one.may_end, one.who, one.state)),
        "may_manage": holds(viewer(), "licence.manage"),
    }


def _line(row: "Licence", who: str, today: date) -> Line:
    words, tone = _standing(row, today)
    first, last = day(row.starts_on, weekday=False), day(row.ends_on, weekday=False)
    return Line(
        id=row.id,
        who=who,
        state=state_name(row.state),
        number=row.number,
        days=_("%(first)s to %(last)s", first=first, last=last),
        words=words,
        tone=tone,
        may_end=row.ended_at is None,
    )


def _standing(row: "Licence", today: date) -> tuple[str, str]:
    if row.ended_at is not None:
        return _("Taken out"), "neutral"
    left = (row.ends_on - today).days
    if left < 0:
        return _("Run out"), "bad"
    if row.starts_on > today:
        return _("Not good yet"), "warn"
    if left <= WARN_DAYS:
        return _("%(days)s days left", days=left), "warn"
    return _("Good"), "good"
