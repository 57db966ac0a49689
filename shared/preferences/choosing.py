"""Reading and changing a patient's choices."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.access.preferences import find_preference
from shared.access.principal import Principal
from shared.events import act
from shared.ids import new_id
from shared.models.preference import Preference
from shared.preferences.purposes import DEFAULT, NECESSARY, OPTIONAL, code_of
from shared.preferences.quiet import Quiet

KNOWN = frozenset(code_of(purpose) for purpose in OPTIONAL)


@dataclass(frozen=True, slots=True)
class Choices:
    """What holds for one patient now. `language` None: what the browser asks for."""

    wanted: frozenset[str] = DEFAULT
    quiet: Quiet | None = None
    language: str | None = None

    def wants(self, purpose: str) -> bool:
        """Whether a mail of that purpose may be sent; what is necessary always may."""
        return purpose == NECESSARY or code_of(purpose) in self.wanted


def choices_of(session: Session, *, viewer: Principal, patient_id: UUID) -> Choices:
    """The patient's choices, or the defaults."""
    row = find_preference(session, viewer=viewer, patient_id=patient_id)
    if row is None:
        return Choices()
    quiet = None
    if row.quiet_from is not None and row.quiet_until is not None:
        quiet = Quiet(row.quiet_from, row.quiet_until)
    return Choices(frozenset(row.wanted), quiet, row.language)


def change_choices(
    session: Session,
    *,
    wanted: Iterable[str],
    quiet: Quiet | None,
    language: str | None,
    by: Principal,
) -> None:
    """Keep what the patient chose. What is no known choice is left out. Flushes."""
    if by.patient_id is None:
        raise ValueError("only a patient has choices")
    row = _own_row(session, by, by.patient_id)
    row.wanted = sorted(KNOWN.intersection(wanted))
    row.quiet_from, row.quiet_until = (quiet.starts, quiet.ends) if quiet else (None, None)
    row.language, row.changed_at = language, clock.now()
    act(session, "preference.changed", target=row, patient_id=by.patient_id)


def _own_row(session: Session, by: Principal, patient_id: UUID) -> Preference:
    """The patient's row, made when it is the first choice; two tabs at once make one row."""
    found = find_preference(session, viewer=by, patient_id=patient_id, lock=True)
    if found is not None:
        return found
    act(session, "preference.changed", target=("preference", None), patient_id=patient_id)
    session.execute(
        insert(Preference)
        .values(
            practice_id=by.practice_id,
            id=new_id(),
            patient_id=patient_id,
            wanted=sorted(DEFAULT),
            changed_at=clock.now(),
        )
        .on_conflict_do_nothing(constraint="uq_preference_patient")
    )
    row = find_preference(session, viewer=by, patient_id=patient_id, lock=True)
    if row is None:
        raise RuntimeError("the row that was just written cannot be read")
    return row
