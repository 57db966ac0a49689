"""Adding to a signed note: the one way to correct it, with a reason and its author."""

from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.encounters import lock_encounter
from shared.access.notes import find_note
from shared.access.principal import Principal
from shared.encounters.errors import NothingWritten, NotSigned, NotTheirs, TooLong
from shared.encounters.sections import LONGEST, clean
from shared.events import act
from shared.models.note import NoteAddendum

SHORTEST_REASON = 3
LONGEST_REASON = 300


def add_addendum(
    session: Session, *, encounter_id: UUID, why: str, words: str, by: Principal
) -> NoteAddendum:
    """Add to the note, under one's own name. Raises NothingWritten, TooLong, NotSigned."""
    reason, text = " ".join(clean(why).split()), clean(words)
    if len(reason) < SHORTEST_REASON or not text.strip():
        raise NothingWritten
    if len(reason) > LONGEST_REASON or len(text) > LONGEST:
        raise TooLong("why" if len(reason) > LONGEST_REASON else "words")
    encounter = lock_encounter(session, viewer=by, encounter_id=encounter_id)
    note = find_note(session, viewer=by, encounter=encounter)
    if note is None or note.signed_at is None:
        raise NotSigned
    if by.account_id is None:
        raise NotTheirs
    row = NoteAddendum(
        practice_id=note.practice_id,
        note_id=note.id,
        patient_id=note.patient_id,
        written_by=by.account_id,
        created_at=clock.now(),
    )
    row.why, row.words = reason, text
    session.add(row)
    act(session, "note.addendum_added", target=row, patient_id=row.patient_id)
    return row
