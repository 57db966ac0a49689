"""Before the first patient. Owners only."""

from flask import Response

from admin import blueprint
from admin.first_run.presenters import present
from shared import clock
from shared.access.accounts import list_staff
from shared.access.log_proof import read_log_proof
from shared.web.answers import page
from shared.web.current import practice, transaction, viewer
from shared.web.policy import requires


@blueprint.get("/first-run")
@requires("staff.manage")
def first_run_index() -> Response:
    """What is green, what is red, and since when."""
    points = present(
        read_log_proof(transaction(), viewer=viewer()),
        list_staff(transaction(), viewer=viewer()),
        clock.now(),
        practice().time_zone,
    )
    return page(
        "admin/first_run/index.html",
        points=points,
        open_points=sum(not point.done for point in points),
    )
