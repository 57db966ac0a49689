"""The summaries of one's visits: the list, and one of them."""

from uuid import UUID

from flask import Response

from portal import blueprint
from shared.access.summaries import access_own_summary, list_own_summaries
from shared.encounters.sections import SUMMARY, texts_of
from shared.web.answers import page
from shared.web.current import transaction, viewer
from shared.web.policy import requires


@blueprint.get("/summaries")
@requires("summary.read")
def summaries_index() -> Response:
    """One for each visit, latest first."""
    found = list_own_summaries(transaction(), viewer=viewer())
    return page("portal/summaries/index.html", found=found)


@blueprint.get("/summaries/<uuid:summary_id>")
@requires("summary.read")
def summaries_show(summary_id: UUID) -> Response:
    """One, as its practitioner approved it."""
    found = access_own_summary(transaction(), viewer=viewer(), summary_id=summary_id)
    person = found.practitioner
    return page(
        "portal/summaries/show.html",
        texts=texts_of(found.summary, SUMMARY),
        corrects=found.summary.number > 1,
        shown={
            "starts_at": found.appointment.starts_at,
            "zone": found.appointment.patient_time_zone,
            "with_whom": f"{person.full_name}, {person.credentials}".rstrip(", "),
        },
    )
