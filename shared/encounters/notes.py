"""Writing a note: saved as one types, never over another window's text, signed once.

Who saves says which version they began with. A window may go on from its own last save; any other
difference is put aside as a version of its own and told, so that both texts are kept.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.encounters import is_treating, lock_encounter
from shared.access.notes import find_aside, find_note
from shared.access.principal import Principal
from shared.attention import settle_item
from shared.encounters.errors import (
    AlreadySigned,
    ChangedMeanwhile,
    NotHeld,
    NothingWritten,
    NotTheirs,
)
from shared.encounters.following import CANCELLED, note_documented
from shared.encounters.sections import NOTE, Saved, cleaned, fill, has_words, texts_of
from shared.encounters.states import HELD, Status, can_move, move
from shared.events import act
from shared.models.encounter import Encounter
from shared.models.note import Note, NoteVersion

UNDOCUMENTED = "encounter_undocumented"
# While somebody types, the text is put among the versions this often.
KEPT_EVERY = timedelta(minutes=2)
# What is typed beside the note is put aside this often at most.
ASIDE_EVERY = timedelta(seconds=15)


def save_note(
    session: Session,
    *,
    encounter_id: UUID,
    texts: Mapping[str, str],
    version: int,
    window: str,
    by: Principal,
    by_hand: bool = False,
) -> Saved:
    """Keep the text; how it stands now.

    `version` is the one the writer began with, FIRST for none; `window` tells one open page from
    another. `by_hand` puts the text among the versions at once. Raises NotTheirs, TooLong,
    AlreadySigned and ChangedMeanwhile: what was typed is kept by then, so commit all the same.
    """
    encounter, note = _open(session, encounter_id, by)
    new = cleaned(texts, NOTE)
    if note is None:
        return _first(session, encounter, new, window, by) if has_words(new) else Saved()
    if texts_of(note, NOTE) == new:
        if by_hand and note.signed_at is None and note.kept_at != note.saved_at:
            _keep(session, note, by)
        return Saved(note.version, note.saved_at)
    if note.signed_at is not None:
        _put_aside(session, note, new, version, window, by, at_once=by_hand)
        raise AlreadySigned
    if note.version != version and note.saved_from != window:
        _put_aside(session, note, new, version, window, by, at_once=by_hand)
        raise ChangedMeanwhile(note.version)
    _change(session, encounter, note, new, window, by, at_once=by_hand)
    return Saved(note.version, note.saved_at)


def sign_note(session: Session, *, encounter_id: UUID, version: int, by: Principal) -> Note:
    """Sign the text of that version: it is locked for good. Signing twice is signing once.

    Raises NotTheirs, NothingWritten, NotHeld, ChangedMeanwhile when it is another text by now.
    """
    encounter, note = _open(session, encounter_id, by)
    if note is None or not has_words(texts_of(note, NOTE)):
        raise NothingWritten
    if note.signed_at is not None:
        return note
    if Status(encounter.status) not in HELD:
        raise NotHeld
    if note.version != version:
        raise ChangedMeanwhile(note.version)
    if can_move(encounter.status, Status.DOCUMENTED):
        move(encounter, Status.DOCUMENTED)
    move(encounter, Status.SIGNED)
    note.signed_at = encounter.signed_at = clock.now()
    session.add(_version_of(note, texts_of(note, NOTE), "signed", note.version, by))
    act(session, "note.signed", target=note, patient_id=note.patient_id)
    settle_item(session, UNDOCUMENTED, subject=("encounter", encounter.id), by=by)
    return note


def mark_held(session: Session, *, encounter_id: UUID, by: Principal) -> Encounter:
    """The visit took place another way (by a telephone of one's own): its note may be signed.

    Also one that nobody seemed to come to. Raises NotTheirs, NotHeld for one that was cancelled.
    """
    encounter, _ = _open(session, encounter_id, by)
    if not can_move(encounter.status, Status.IN_PROGRESS):
        return encounter
    if encounter.closed_because == CANCELLED:
        raise NotHeld
    move(encounter, Status.IN_PROGRESS)
    encounter.began_at = encounter.began_at or clock.now()
    encounter.ended_at, encounter.closed_because = clock.now(), None
    act(session, "encounter.held", target=encounter, patient_id=encounter.patient_id)
    note_documented(session, encounter)
    return encounter


def _open(session: Session, encounter_id: UUID, by: Principal) -> tuple[Encounter, Note | None]:
    """Encounter and note, locked in this order: one writer at a time."""
    encounter = lock_encounter(session, viewer=by, encounter_id=encounter_id)
    if not is_treating(session, viewer=by, encounter=encounter):
        raise NotTheirs
    return encounter, find_note(session, viewer=by, encounter=encounter, lock=True)


def _first(
    session: Session, encounter: Encounter, texts: Mapping[str, str], window: str, by: Principal
) -> Saved:
    if by.account_id is None:
        raise NotTheirs
    now = clock.now()
    note = Note(
        practice_id=encounter.practice_id,
        encounter_id=encounter.id,
        patient_id=encounter.patient_id,
        version=1,
        written_by=by.account_id,
        saved_at=now,
        saved_from=window,
        kept_at=now,
        created_at=now,
    )
    fill(note, texts)
    encounter.written_at = now
    session.add(note)
    act(session, "note.begun", target=note, patient_id=note.patient_id)
    session.add(_version_of(note, texts, "saved", note.version, by))
    act(session, "note.saved", target=note, patient_id=note.patient_id)
    note_documented(session, encounter)
    return Saved(note.version, note.saved_at)


def _change(
    session: Session,
    encounter: Encounter,
    note: Note,
    texts: Mapping[str, str],
    window: str,
    by: Principal,
    *,
    at_once: bool,
) -> None:
    other_hand = note.saved_from != window
    fill(note, texts)
    note.version += 1
    note.saved_at, note.saved_from = clock.now(), window
    if at_once or other_hand or note.saved_at - note.kept_at >= KEPT_EVERY:
        note.kept_at = note.saved_at
        session.add(_version_of(note, texts, "saved", note.version, by))
    act(session, "note.saved", target=note, patient_id=note.patient_id)
    note_documented(session, encounter)


def _keep(session: Session, note: Note, by: Principal) -> None:
    """The text as it stands becomes a version; nothing else changes."""
    note.kept_at = note.saved_at
    session.add(_version_of(note, texts_of(note, NOTE), "saved", note.version, by))
    act(session, "note.saved", target=note, patient_id=note.patient_id)


def _put_aside(
    session: Session,
    note: Note,
    texts: Mapping[str, str],
    began_with: int,
    window: str,
    by: Principal,
    *,
    at_once: bool,
) -> None:
    """Keep what was typed beside the note; not the same twice, not every keystroke."""
    last = find_aside(session, viewer=by, note=note)
    if last is not None and last.saved_from == window:
        if texts_of(last, NOTE) == dict(texts):
            return
        if not at_once and clock.now() - last.saved_at < ASIDE_EVERY:
            return
    row = _version_of(note, texts, "aside", began_with, by, window)
    session.add(row)
    act(session, "note.put_aside", target=row, patient_id=note.patient_id)


def _version_of(
    note: Note,
    texts: Mapping[str, str],
    kind: str,
    number: int,
    by: Principal,
    window: str | None = None,
) -> NoteVersion:
    row = NoteVersion(
        practice_id=note.practice_id,
        note_id=note.id,
        patient_id=note.patient_id,
        kind=kind,
        number=number,
        saved_by=by.account_id,
        saved_from=window or note.saved_from,
        saved_at=clock.now(),
    )
    fill(row, texts)
    return row
