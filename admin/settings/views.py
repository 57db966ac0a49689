"""Settings: what is in force, the wish for a change, its second person. Owners only."""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from flask_babel import gettext as _
from wtforms import Form

from admin import blueprint
from admin.rehearsal.presenters import present_tests
from admin.settings.forms import PROBLEMS as FIELD_PROBLEMS
from admin.settings.forms import PaymentForm, SenderForm
from admin.settings.map import settings_map
from admin.settings.presenters import KINDS, PROBLEMS, TITLES, present_values, waiting_words
from shared.access.errors import NotFound
from shared.configuration import (
    AlreadyPending,
    InvalidProposal,
    OwnChange,
    configured,
    confirm_change,
    propose_change,
    send_test,
    withdraw_change,
)
from shared.configuration.reading import earlier_values
from shared.configuration.testing import list_tests
from shared.web.answers import invalid, page, to
from shared.web.current import transaction, viewer
from shared.web.pipeline import forget_practices
from shared.web.policy import requires
from shared.web.signing_in import ask_fresh, note, take_notice

KIND = "/settings/<any(senders, payments):kind>"
FORMS: dict[str, type[Form]] = {"senders": SenderForm, "payments": PaymentForm}


@blueprint.get("/settings")
@requires("settings.manage")
def settings_index() -> Response:
    """Where the owner finds what can be set."""
    return page("admin/settings/index.html", groups=settings_map())


@blueprint.get(KIND)
@requires("settings.manage")
def settings_show(kind: str) -> Response:
    """What is in force, what waits, what was before."""
    return page("admin/settings/show.html", notice=take_notice(), **_shown(kind))


@blueprint.get(f"{KIND}/new")
@requires("settings.manage")
def settings_new(kind: str) -> Response:
    """The form for a change. Needs a fresh sign-in, so that nothing typed waits."""
    ask_fresh()
    values = configured(transaction(), kind=KINDS[kind], viewer=viewer()).values
    return page("admin/settings/new.html", form=FORMS[kind](data=values), kind=kind, titles=TITLES)


@blueprint.post(KIND)
@requires("settings.manage")
def settings_create(kind: str) -> Response:
    """Wish for a change. Needs a fresh sign-in."""
    ask_fresh()
    form = FORMS[kind](request.form)
    if not form.validate():
        return invalid("admin/settings/new.html", form=form, kind=kind, titles=TITLES)
    try:
        return _propose(kind, form.data)
    except InvalidProposal as refusal:
        name, words = FIELD_PROBLEMS[refusal.problem]
        form[name].errors = [words]
        return invalid("admin/settings/new.html", form=form, kind=kind, titles=TITLES)


@blueprint.post(f"{KIND}/earlier/<uuid:row_id>")
@requires("settings.manage")
def settings_restore(kind: str, row_id: UUID) -> Response:
    """Wish for an earlier setting again. Needs a fresh sign-in."""
    ask_fresh()
    values = earlier_values(transaction(), kind=KINDS[kind], row_id=row_id, viewer=viewer())
    if values is None:
        raise NotFound
    try:
        return _propose(kind, dict(values))
    except InvalidProposal:
        refusal = _("That earlier setting can no longer be used.")
        return invalid("admin/settings/show.html", refusal=refusal, **_shown(kind))


@blueprint.post("/settings/changes/<uuid:change_id>/confirm")
@requires("settings.manage")
def changes_update(change_id: UUID) -> Response:
    """The second owner agrees. Needs a fresh sign-in."""
    ask_fresh()
    try:
        change = confirm_change(transaction(), change_id=change_id, by=viewer())
    except OwnChange:
        raise NotFound from None
    forget_practices()
    note(_("The change is in force."))
    return _back_to(change.kind)


@blueprint.post("/settings/changes/<uuid:change_id>/withdraw")
@requires("settings.manage")
def changes_destroy(change_id: UUID) -> Response:
    """Any owner takes it back, at once: it is the safe way out."""
    change = withdraw_change(transaction(), change_id=change_id, by=viewer())
    note(_("The change was withdrawn."))
    return _back_to(change.kind)


@blueprint.post("/settings/tests")
@requires("settings.manage")
def settings_tests_create() -> Response:
    """A test mail to oneself, from the sender in force."""
    return _test(None)


@blueprint.post("/settings/changes/<uuid:change_id>/tests")
@requires("settings.manage")
def changes_tests_create(change_id: UUID) -> Response:
    """A test mail to oneself, from the sender that was proposed."""
    return _test(change_id)


def _propose(kind: str, values: dict[str, Any]) -> Response:
    try:
        change = propose_change(transaction(), kind=KINDS[kind], values=values, by=viewer())
    except AlreadyPending:
        refusal = _("Another change is waiting. Confirm or withdraw that one first.")
        return invalid("admin/settings/show.html", refusal=refusal, **_shown(kind))
    note(waiting_words(change.effective_at))
    return to("admin.settings_show", kind=kind)


def _test(change_id: UUID | None) -> Response:
    link = url_for("admin.settings_show", kind="senders")
    send_test(transaction(), by=viewer(), link=link, change_id=change_id)
    note(_("A test mail is on its way to you."))
    return to("admin.settings_show", kind="senders")


def _back_to(name: str) -> Response:
    """The page on which a change of this kind is asked for."""
    kind = next((kind for kind, known in KINDS.items() if known == name), None)
    return to("admin.settings_show", kind=kind) if kind else to("admin.hosts_index")


def _shown(kind: str) -> dict[str, Any]:
    found = configured(transaction(), kind=KINDS[kind], viewer=viewer())
    pending = found.pending
    return {
        "kind": kind,
        "title": TITLES[kind],
        "found": found,
        "values": present_values(kind, found.values),
        "problem": PROBLEMS[found.problem] if found.problem else None,
        "wished": present_values(kind, pending.proposal) if pending else [],
        "history": [(row, present_values(kind, row.values)) for row in found.history],
        "tests": present_tests(list_tests(transaction(), viewer=viewer())),
    }
