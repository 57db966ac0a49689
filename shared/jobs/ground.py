"""Work on the ground: look outside, tell what turned red, remind of agreements that end."""

from shared import clock
from shared.adapters.storage.s3 import AlreadyStored, StorageUnavailable
from shared.attention import raise_item, settle_item
from shared.booking.downtime import make_due_sheets
from shared.jobs.registry import Job, every, task
from shared.practices.hosts import get_practice
from shared.practices.vendors import covers, ends_soon, list_vendors
from shared.preflight import read_stands
from shared.preflight.outside import examine
from shared.preflight.standing import is_ready


@every(6 * 3600)
def look_at_ground(job: Job) -> None:
    """Ask outside, and tell an open practice what is red. It stays open."""
    examine(job)
    tell_of_ground(job)


@task("look_at_ground_now", attempts=1)
def look_at_ground_now(job: Job) -> None:
    """The same because an owner asked."""
    examine(job)
    tell_of_ground(job)


def tell_of_ground(job: Job) -> None:
    """An item while something is red in a practice that sees patients; none once it is green."""
    with job.session() as session:
        here = get_practice(session, job.practice_id)
        stands = read_stands(
            session, viewer=job.principal, settings=job.settings, zone=here.time_zone
        )
        if is_ready(stands):
            settle_item(session, "ground_red")
        elif here.is_open and job.settings.production:
            raise_item(session, "ground_red", once=True)


@every(900)
def make_sheets(job: Job) -> None:
    """Make the downtime sheets that are due; an evening without one is told."""
    try:
        make_due_sheets(job)
    except (StorageUnavailable, AlreadyStored):
        with job.session() as session:
            raise_item(session, "sheet_missing", once=True)
        raise
    with job.session() as session:
        settle_item(session, "sheet_missing")


@every(6 * 3600)
def watch_agreements(job: Job) -> None:
    """Remind owners of agreements that end soon, or have ended."""
    with job.session() as session:
        today = clock.today(get_practice(session, job.practice_id).time_zone)
        for vendor in list_vendors(session, practice_id=job.practice_id):
            about = ("vendor", vendor.id)
            if ends_soon(vendor, today) or (vendor.renews_on and not covers(vendor, today)):
                raise_item(session, "agreement_ends", subject=about, once=True)
            else:
                settle_item(session, "agreement_ends", subject=about)
