"""Doors to notes: for physicians, and for who broke the glass of exactly that patient.

Nobody else gets one: the desk's, billing's and owners' own database roles cannot read the tables.
"""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import look
from shared.models.account import Account
from shared.models.encounter import Encounter
from shared.models.note import Note, NoteAddendum, NoteVersion


def reads_notes(viewer: Principal, patient_id: UUID) -> bool:
    """True for who may read what was said in a patient's visits."""
    return viewer.acting_as is Role.PHYSICIAN or viewer.opens(patient_id)


def find_note(
    session: Session, *, viewer: Principal, encounter: Encounter, lock: bool = False
) -> Note | None:
    """The note of an encounter, None before its first word. Raises NotFound.

    `lock` is for the service that writes it: that shows it to nobody, so no look.
    """
    _check(viewer, encounter.patient_id)
    wanted = select(Note).where(
        Note.practice_id == viewer.practice_id, Note.encounter_id == encounter.id
    )
    if lock:
        wanted = wanted.with_for_update().execution_options(populate_existing=True)
    row = session.scalar(wanted.execution_options(door=True))
    if row is not None and not lock:
        look(session, "note.viewed", target=row, patient_id=row.patient_id)
    return row


def list_versions(session: Session, *, viewer: Principal, note: Note) -> list[NoteVersion]:
    """Every text the note had, and what was put aside, latest first. Raises NotFound."""
    _check(viewer, note.patient_id)
    found = session.scalars(
        select(NoteVersion)
        .where(NoteVersion.practice_id == viewer.practice_id, NoteVersion.note_id == note.id)
        .order_by(NoteVersion.saved_at.desc(), NoteVersion.id.desc())
        .execution_options(door=True)
    ).all()
    if found:
        look(session, "note.history_viewed", target=note, patient_id=note.patient_id)
    return list(found)


def access_version(
    session: Session, *, viewer: Principal, note: Note, version_id: UUID
) -> NoteVersion:
    """One of them. Raises NotFound."""
    found = list_versions(session, viewer=viewer, note=note)
    row = next((one for one in found if one.id == version_id), None)
    if row is None:
        raise NotFound
    return row


def find_aside(session: Session, *, viewer: Principal, note: Note) -> NoteVersion | None:
    """The latest text of the viewer's own that was put aside; for services, so no look."""
    _check(viewer, note.patient_id)
    return session.scalar(
        select(NoteVersion)
        .where(
            NoteVersion.practice_id == viewer.practice_id,
            NoteVersion.note_id == note.id,
            NoteVersion.kind == "aside",
            NoteVersion.saved_by == viewer.account_id,
        )
        .order_by(NoteVersion.saved_at.desc(), NoteVersion.id.desc())
        .limit(1)
        .execution_options(door=True)
    )


def list_addenda(session: Session, *, viewer: Principal, note: Note) -> list[NoteAddendum]:
    """What was added after the signature, oldest first. Raises NotFound."""
    _check(viewer, note.patient_id)
    return list(
        session.scalars(
            select(NoteAddendum)
            .where(NoteAddendum.practice_id == viewer.practice_id, NoteAddendum.note_id == note.id)
            .order_by(NoteAddendum.created_at, NoteAddendum.id)
            .execution_options(door=True)
        )
    )


def name_writers(session: Session, *, viewer: Principal, account_ids: set[UUID]) -> dict[UUID, str]:
    """Who wrote: names of colleagues by their sign-ins."""
    if not account_ids:
        return {}
    rows = session.execute(
        select(Account.id, Account.name).where(
            Account.practice_id == viewer.practice_id, Account.id.in_(account_ids)
        )
    )
    return {account_id: name or "" for account_id, name in rows}


def _check(viewer: Principal, patient_id: UUID) -> None:
    if not reads_notes(viewer, patient_id):
        raise NotFound
