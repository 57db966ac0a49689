"""Before the first patient. Owners only."""

from flask import Response

from admin import blueprint
from admin.first_run.presenters import Facts, present
from shared import clock
from shared.access.accounts import list_staff
from shared.access.log_proof import read_log_proof
from shared.access.readiness import read_standing
from shared.attention.silence import find_silence, last_beat
from shared.billing.settings import resolve_payment_setting
from shared.messaging.senders import resolve_sender
from shared.web.answers import page
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires


@blueprint.get("/first-run")
@requires("staff.manage")
def first_run_index() -> Response:
    """What is green, what is red, since when, and where it is done."""
    groups = present(read_facts())
    points = [point for _title, each in groups for point in each]
    return page(
        "admin/first_run/index.html",
        groups=groups,
        all_points=len(points),
        open_points=sum(not point.done for point in points),
    )


def read_facts() -> Facts:
    """Everything that the list is made of."""
    sender = resolve_sender(transaction())
    beat = last_beat()
    return Facts(
        standing=read_standing(transaction(), viewer=viewer()),
        proof=read_log_proof(transaction(), viewer=viewer()),
        staff=list_staff(transaction(), viewer=viewer()),
        sender_problem=(sender.problem or "no_row") if sender.source == "fallback" else None,
        payment_problem=resolve_payment_setting(transaction()).problem,
        # The sign of life bears the machine's time, also while the sandbox has moved ours.
        heard_at=beat + clock.offset() if beat else None,
        silent=find_silence() is not None,
        now=clock.now(),
        zone=practice().time_zone,
    )
