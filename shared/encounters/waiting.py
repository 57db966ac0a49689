"""What waits too long: visits without a signed note, notes whose patient got no summary yet."""

from datetime import timedelta

from sqlalchemy.orm import Session

from shared import clock
from shared.access.attention import list_dealt_with
from shared.access.encounters import list_unfinished
from shared.access.principal import Principal
from shared.attention import raise_item
from shared.encounters.notes import UNDOCUMENTED
from shared.encounters.states import Status
from shared.encounters.summaries import UNSENT

AFTER = timedelta(hours=24)
WATCHED = {
    UNDOCUMENTED: (Status.ARRIVED, Status.IN_PROGRESS, Status.DOCUMENTED),
    UNSENT: (Status.SIGNED,),
}


def watch_encounters(session: Session, *, by: Principal) -> int:
    """Raise an item for each that waits since a day; how many are new.

    May run twice and late: what is open, was answered within a day, or was said to need nothing,
    is left alone. Signing and approving end the items by themselves.
    """
    before = clock.now() - AFTER
    raised = 0
    for kind, statuses in WATCHED.items():
        found = list_unfinished(session, viewer=by, statuses=statuses, before=before)
        dealt_with = list_dealt_with(
            session,
            viewer=by,
            kind=kind,
            subject_ids=[row.id for row in found],
            since=before,
        )
        for row in found:
            if row.id in dealt_with:
                continue
            code = "unsigned" if row.written_at and kind == UNDOCUMENTED else None
            raise_item(
                session,
                kind,
                subject=("encounter", row.id),
                patient_id=row.patient_id,
                code=code,
                once=True,
            )
            raised += 1
    return raised
