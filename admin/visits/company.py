"""Beside the call, each in a part of its own: running late, a line to who waits, guests.

A press here must never load the page anew, because that would end the call.
"""

from uuid import UUID

from flask import Response, request, url_for
from flask_babel import ngettext

from admin import blueprint
from admin.visits.forms import GuestForm, OverrideForm, PhoneForm
from admin.visits.reading import (
    LATE,
    guests_panel,
    held,
    is_htmx,
    late_panel,
    visit_page,
    words_panel,
)
from shared.access.held_visits import HeldVisit
from shared.auth.errors import TooOften
from shared.practices.hosts import canonical_url
from shared.visits.company import (
    KINDS,
    NothingSaid,
    TooMany,
    invite_by_mail,
    invite_guest,
    revoke_guest,
    say_to_waiting,
)
from shared.visits.errors import NumberUnusable, Over
from shared.visits.lateness import run_late
from shared.visits.licences import ReasonTooShort, override_licence
from shared.visits.phone import convert_to_phone
from shared.visits.states import MoveRefused
from shared.web.answers import invalid, page, to
from shared.web.current import practice, settings, transaction, viewer
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note

ONE = "/visits/<uuid:visit_id>"


def _answer(visit_id: UUID, template: str, **shown: object) -> Response:
    """The part that was pressed; without htmx the page it is on."""
    if is_htmx():
        return page(f"admin/visits/{template}", **shown)
    if shown.get("told"):
        note(str(shown["told"]))
    return to("admin.visits_show", visit_id=visit_id)


@blueprint.post(ONE + "/late")
@requires("visit.hold")
def visit_delays_create(visit_id: UUID) -> Response:
    """One press: every waiting room says it, and who comes next has a mail."""
    one = held(visit_id)
    asked = request.form.get("minutes", "")
    minutes = int(asked) if asked in {str(each) for each in LATE} else 0
    who = one.visit.practitioner_id
    count = run_late(transaction(), practitioner_id=who, minutes=minutes, by=viewer())
    told = (
        ngettext("%(num)d patient is told.", "%(num)d patients are told.", count)
        if minutes
        else _("Taken back. Waiting rooms say that you are on time.")
    )
    return _answer(visit_id, "_late.html", **late_panel(one), told=told)


@blueprint.post(ONE + "/words")
@requires("visit.hold")
def visit_words_create(visit_id: UUID) -> Response:
    """A line for the waiting room."""
    one, words = held(visit_id), request.form.get("words", "")
    try:
        say_to_waiting(transaction(), visit=one.visit, words=words, by=viewer())
        told, words = _("They see it within ten seconds."), ""
    except NothingSaid:
        told = _("Write 1 to 240 characters.")
        if not is_htmx():
            # What was typed stays on the page.
            return invalid("admin/visits/words.html", **words_panel(one), told=told, typed=words)
    except Over:
        told = _("This visit is over already.")
    return _answer(visit_id, "_words.html", **words_panel(one), told=told, typed=words)


@blueprint.post(ONE + "/guests")
@requires("visit.hold")
def visit_guests_create(visit_id: UUID) -> Response:
    """A link for one more: sent to the address that was typed, or shown this once."""
    one, form = held(visit_id), GuestForm(request.form)
    by_mail = request.form.get("how") == "mail"
    if by_mail and not form.validate():
        template = "_guests.html" if is_htmx() else "guest.html"
        return invalid(f"admin/visits/{template}", **{**guests_panel(one), "guest_form": form})
    try:
        link = None if by_mail else _shown_link(one, form.kind.data)
        if by_mail:
            invite_by_mail(
                transaction(),
                visit=one.visit,
                kind=form.kind.data,
                email=form.email.data or "",
                by=viewer(),
            )
    except TooMany:
        link, told = None, _("Two links are open already. Take one back first.")
    except TooOften:
        link, told = None, _("That were many mails within an hour. Let the link be shown instead.")
    except Over:
        link, told = None, _("This visit is over already.")
    else:
        told = _("The link is on its way.") if by_mail else ""
    shown = {**guests_panel(one), "link": link, "told": told}
    if is_htmx() or link is None:
        return _answer(visit_id, "_guests.html", **shown)
    return page("admin/visits/guest.html", **shown)


def _shown_link(one: HeldVisit, kind: str | None) -> str:
    """A link for the practitioner to pass on; nobody sees it again."""
    known = kind if kind in KINDS else KINDS[0]
    made = invite_guest(transaction(), visit=one.visit, kind=known, by=viewer())
    origin = canonical_url(transaction(), settings(), practice_id=practice().id, face="portal")
    return origin + url_for("portal.guests_show", token=made.token)


@blueprint.post(ONE + "/guests/<uuid:guest_id>/end")
@requires("visit.hold")
def visit_guests_destroy(visit_id: UUID, guest_id: UUID) -> Response:
    """The link opens nothing any more."""
    one = held(visit_id)
    revoke_guest(transaction(), visit=one.visit, guest_id=guest_id, by=viewer())
    told = _("The link was taken back. Somebody who is in the call stays until you remove them.")
    return _answer(visit_id, "_guests.html", **guests_panel(one), told=told)


@blueprint.post(ONE + "/phone")
@requires("visit.hold")
def visit_phone_calls_create(visit_id: UUID) -> Response:
    """Go on by phone: the number large, the reason kept."""
    one, form = held(visit_id), PhoneForm(request.form)
    if form.validate():
        try:
            convert_to_phone(
                transaction(),
                visit=one.visit,
                reason=form.reason.data,
                number=form.number.data or "",
                by=viewer(),
            )
            return to("admin.visits_show", visit_id=visit_id)
        except NumberUnusable:
            form.number.errors = [_("Enter a phone number with its area code: (561) 555-0132.")]
        except (Over, MoveRefused):
            note(_("This visit is over already."))
            return to("admin.visits_show", visit_id=visit_id)
    return invalid(
        "admin/visits/phone.html", **{**visit_page(one), "phone_form": form, "form": form}
    )


@blueprint.get(ONE + "/phone")
@requires("visit.hold")
def visit_phone_calls_new(visit_id: UUID) -> Response:
    """The number to confirm, and why."""
    return page("admin/visits/phone.html", **visit_page(held(visit_id)))


@blueprint.get(ONE + "/licence")
@requires("visit.hold")
def visit_overrides_new(visit_id: UUID) -> Response:
    """What going on without a licence means, and the reason for it."""
    return page("admin/visits/override.html", **visit_page(held(visit_id)))


@blueprint.post(ONE + "/licence")
@requires("visit.hold")
def visit_overrides_create(visit_id: UUID) -> Response:
    """Let this one visit go on, wherever the patient is."""
    one, form = held(visit_id), OverrideForm(request.form)
    if form.validate():
        try:
            override_licence(
                transaction(), visit=one.visit, reason=form.reason.data or "", by=viewer()
            )
        except ReasonTooShort:
            form.reason.errors = [_("Say why, so that a reader understands it later.")]
        else:
            note(_("Written down. The patient can check in now."))
            return to("admin.visits_show", visit_id=visit_id)
    return invalid(
        "admin/visits/override.html", **{**visit_page(one), "override": form, "form": form}
    )
