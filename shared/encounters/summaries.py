"""The summary after a visit: a draft from the note, approved once, then the patient's to read."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.encounters import is_treating, lock_encounter
from shared.access.principal import Principal
from shared.access.summaries import list_summaries
from shared.attention import settle_item
from shared.encounters.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    NothingWritten,
    NotSigned,
    NotTheirs,
)
from shared.encounters.sections import FIRST, SUMMARY, Saved, cleaned, fill, has_words, texts_of
from shared.encounters.states import Status, can_move, move
from shared.events import act
from shared.messaging.telling import tell_patient
from shared.models.encounter import Encounter
from shared.models.note import Note
from shared.models.visit_summary import VisitSummary

UNSENT = "summary_unsent"
TEMPLATE = "summary_ready"


def proposal(note: Note | None, seek_help: str) -> dict[str, str]:
    """What an empty summary begins with: the note's own words, to be put plainly."""
    if note is None:
        return dict.fromkeys(SUMMARY, "") | {"seek_help": seek_help}
    return {
        "talked": note.reason or "",
        "to_do": note.plan or "",
        "medicines": "",
        "seek_help": seek_help,
        "follow_up": "",
    }


def draft_in(found: Sequence[VisitSummary]) -> VisitSummary | None:
    """The one that is being written, if any."""
    return next((row for row in found if row.approved_at is None), None)


def sent_in(found: Sequence[VisitSummary]) -> VisitSummary | None:
    """The one the patient sees, if any; `found` is latest first."""
    return next((row for row in found if row.approved_at is not None), None)


def save_summary(
    session: Session,
    *,
    encounter_id: UUID,
    texts: Mapping[str, str],
    version: int,
    window: str,
    by: Principal,
) -> Saved:
    """Keep the draft; how it stands now. A first save after an approval is a correction.

    Raises NotTheirs, TooLong, ChangedMeanwhile when another window saved first.
    """
    encounter, found = _open(session, encounter_id, by)
    new, draft, sent = cleaned(texts, SUMMARY), draft_in(found), sent_in(found)
    if draft is None and sent is not None and texts_of(sent, SUMMARY) == new:
        return Saved()
    if draft is None:
        if version != FIRST:
            raise AlreadySigned
        draft = _first(session, encounter, new, sent, window, by)
        return Saved(draft.version, draft.saved_at)
    if texts_of(draft, SUMMARY) == new:
        return Saved(draft.version, draft.saved_at)
    if draft.version != version and draft.saved_from != window:
        raise ChangedMeanwhile(draft.version)
    fill(draft, new)
    draft.version += 1
    draft.saved_at, draft.saved_from = clock.now(), window
    act(session, "summary.saved", target=draft, patient_id=draft.patient_id)
    return Saved(draft.version, draft.saved_at)


def approve_summary(
    session: Session, *, encounter_id: UUID, version: int, by: Principal
) -> VisitSummary:
    """Show the draft to the patient and write to them that there is something to read.

    Approving twice is approving once. Raises NotTheirs, NothingWritten, NotSigned,
    ChangedMeanwhile when the draft is another text by now.
    """
    encounter, found = _open(session, encounter_id, by)
    draft, sent = draft_in(found), sent_in(found)
    if draft is None and sent is not None:
        return sent
    if draft is None or not has_words(texts_of(draft, SUMMARY)):
        raise NothingWritten
    if encounter.signed_at is None:
        raise NotSigned
    if draft.version != version:
        raise ChangedMeanwhile(draft.version)
    draft.approved_at = clock.now()
    if can_move(encounter.status, Status.SUMMARY_SENT):
        move(encounter, Status.SUMMARY_SENT)
        encounter.summary_sent_at = draft.approved_at
    act(session, "summary.approved", target=draft, patient_id=draft.patient_id)
    settle_item(session, UNSENT, subject=("encounter", encounter.id), by=by)
    _tell(session, draft, by)
    return draft


def _open(
    session: Session, encounter_id: UUID, by: Principal
) -> tuple[Encounter, list[VisitSummary]]:
    encounter = lock_encounter(session, viewer=by, encounter_id=encounter_id)
    if not is_treating(session, viewer=by, encounter=encounter):
        raise NotTheirs
    return encounter, list_summaries(session, viewer=by, encounter=encounter, lock=True)


def _first(
    session: Session,
    encounter: Encounter,
    texts: Mapping[str, str],
    sent: VisitSummary | None,
    window: str,
    by: Principal,
) -> VisitSummary:
    now = clock.now()
    row = VisitSummary(
        practice_id=encounter.practice_id,
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        number=sent.number + 1 if sent else 1,
        version=1,
        written_by=by.account_id,
        saved_at=now,
        saved_from=window,
        created_at=now,
    )
    fill(row, texts)
    session.add(row)
    action = "summary.corrected" if sent else "summary.begun"
    act(session, action, target=row, patient_id=row.patient_id)
    return row


def _tell(session: Session, summary: VisitSummary, by: Principal) -> None:
    """A mail without content: that there is something to read, and where."""
    tell_patient(
        session,
        patient_id=summary.patient_id,
        template=TEMPLATE,
        about=("visit_summary", summary.id),
        once=str(summary.id),
        context={"link": f"/portal/summaries/{summary.id}"},
        by=by,
    )
