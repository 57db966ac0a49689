"""Starting and ending the plan of a new sender's first weeks."""

from flask import Response

from admin import blueprint
from shared import clock
from shared.messaging.warmup import cap_of, day_of, end_warmup, find_warmup, plan, start_warmup
from shared.web.answers import page, to
from shared.web.current import practice, practice_id, transaction, viewer
from shared.web.formats import day
from shared.web.i18n import gettext as _
from shared.web.policy import requires
from shared.web.signing_in import note, take_notice


@blueprint.get("/settings/warm-up")
@requires("settings.manage")
def warmups_show() -> Response:
    """Each day's cap, and which day it is."""
    warmup = find_warmup(transaction(), practice_id=practice_id())
    today = clock.today(practice().time_zone)
    number = day_of(warmup, today) if warmup else 0
    return page(
        "admin/warmups/show.html",
        started=day(warmup.started_on, weekday=False) if warmup else None,
        number=number,
        cap=cap_of(number) if warmup else None,
        plan=plan(),
        notice=take_notice(),
    )


@blueprint.post("/settings/warm-up")
@requires("settings.manage")
def warmups_create() -> Response:
    """Begin today."""
    start_warmup(transaction(), today=clock.today(practice().time_zone), by=viewer())
    note(_("The plan begins today."))
    return to("admin.warmups_show")


@blueprint.post("/settings/warm-up/end")
@requires("settings.manage")
def warmups_destroy() -> Response:
    """No more caps of the day."""
    end_warmup(transaction(), by=viewer())
    note(_("The plan has ended."))
    return to("admin.warmups_show")
