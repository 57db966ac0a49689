"""Rehearsal: pretend that a vendor is down, send a test mail, watch. Only with the sandbox."""

from flask import Response, url_for
from flask_babel import gettext as _

from admin import blueprint
from admin.rehearsal.presenters import present_switches, present_tests
from shared.access.errors import NotFound
from shared.configuration import send_test
from shared.configuration.testing import list_tests
from shared.rehearsal import NoRehearsal, begin, end, list_running
from shared.web.answers import page, to
from shared.web.current import settings, transaction, viewer
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice

SWITCH = "/rehearsal/<any(ses, resend, stripe, kms, s3):service>"


@blueprint.get("/rehearsal")
@requires("rehearsal.run")
def rehearsal_index() -> Response:
    """The switches, and how the last test mails went."""
    if not settings().sandbox:
        raise NotFound
    try:
        running, away = list_running(settings()), False
    except NoRehearsal:
        running, away = {}, True
    return page(
        "admin/rehearsal/index.html",
        switches=present_switches(running),
        tests=present_tests(list_tests(transaction(), viewer=viewer())),
        away=away,
        notice=take_notice(),
    )


@blueprint.post(f"{SWITCH}/begin")
@requires("rehearsal.run")
def rehearsal_create(service: str) -> Response:
    """A vendor goes down, for ten minutes at most."""
    try:
        begin(transaction(), service=service, settings=settings(), by=viewer())
    except NoRehearsal:
        raise NotFound from None
    note(_("The rehearsal runs. It ends by itself after ten minutes."))
    return to("admin.rehearsal_index")


@blueprint.post(f"{SWITCH}/end")
@requires("rehearsal.run")
def rehearsal_destroy(service: str) -> Response:
    """The vendor is back."""
    try:
        end(transaction(), service=service, settings=settings(), by=viewer())
    except NoRehearsal:
        raise NotFound from None
    note(_("The rehearsal has ended."))
    return to("admin.rehearsal_index")


@blueprint.post("/rehearsal/tests")
@requires("rehearsal.run")
def rehearsal_tests_create() -> Response:
    """A test mail to oneself."""
    if not settings().sandbox:
        raise NotFound
    send_test(transaction(), by=viewer(), link=url_for("admin.rehearsal_index"))
    note(_("A test mail is on its way to you."))
    return to("admin.rehearsal_index")
