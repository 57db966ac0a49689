"""Taking part of the log out of the house: asked for freshly proven, said in the log, noted."""

from sqlalchemy.orm import Session

from shared.access.log import LogEntry, LogFilter, find_entries, note_patients
from shared.access.principal import Principal
from shared.events import act

# More than that is the operator's export (`flask audit export`), or several shorter ones.
MOST_EXPORTED = 50_000


class TooMuchToExport(Exception):
    """More entries than one file carries: the dates have to be nearer."""


def export_log(
    session: Session, *, viewer: Principal, wanted: LogFilter, form: str
) -> list[LogEntry]:
    """The entries asked for, newest first; `form` is "csv" or "ndjson".

    That they were taken is an act of its own, and a look at every patient in them. The caller has
    made sure that the viewer proved themselves freshly. Raises NotFound, TooMuchToExport.
    """
    entries = find_entries(session, viewer=viewer, wanted=wanted, limit=MOST_EXPORTED + 1)
    if len(entries) > MOST_EXPORTED:
        raise TooMuchToExport
    act(
        session,
        "log.exported",
        target=("event", None),
        patient_id=wanted.patient_id,
        count=len(entries),
        form=form,
    )
    note_patients(session, "log.exported", entries, wanted)
    return entries
