"""Encounters, notes and summaries as the desk reads them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from admin.encounters.facts import how_words
from shared.encounters.sections import NOTE, texts_of
from shared.web.formats import when

if TYPE_CHECKING:
    from shared.access.encounters import Held
    from shared.models.encounter import Encounter
    from shared.models.note import Note, NoteAddendum, NoteVersion

Words = Mapping[str, tuple[LazyString, str]]
# For who writes: what is to be done next.
OWN_STATES: Words = {
    "planned": (_l("Coming"), "neutral"),
    "arrived": (_l("Patient is here"), "accent"),
    "in_progress": (_l("Note to write"), "warn"),
    "documented": (_l("Note to sign"), "warn"),
    "signed": (_l("Summary to send"), "accent"),
    "summary_sent": (_l("Done"), "good"),
}
# For who may know no more than that it took place.
DESK_STATES: Words = {
    "planned": (_l("Coming"), "neutral"),
    "arrived": (_l("Patient is here"), "accent"),
    "in_progress": (_l("Under way"), "accent"),
    "documented": (_l("Took place"), "good"),
    "signed": (_l("Took place"), "good"),
    "summary_sent": (_l("Took place"), "good"),
}
CLOSED: Words = {
    "no_show": (_l("Patient did not come"), "neutral"),
    "cancelled": (_l("Called off"), "neutral"),
}
NOTE_TITLES: Mapping[str, LazyString] = {
    "reason": _l("Reason for the visit"),
    "history": _l("History"),
    "observations": _l("Observations"),
    "assessment": _l("Assessment"),
    "plan": _l("Plan"),
}
SUMMARY_TITLES: Mapping[str, LazyString] = {
    "talked": _l("What we talked about"),
    "to_do": _l("What to do now"),
    "medicines": _l("Medicines we talked about"),
    "seek_help": _l("When to seek help"),
    "follow_up": _l("What comes next"),
}
VERSION_WORDS: Mapping[str, LazyString] = {
    "saved": _l("Saved"),
    "aside": _l("Typed in another window"),
    "signed": _l("As signed"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """An encounter in a list. `patient` only where the list is not about one."""

    id: UUID
    patient_id: UUID
    patient: str
    when: str
    what: str
    with_whom: str
    how: str
    state: str
    tone: str
    status: str


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its text."""

    name: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Version:
    """A text the note had."""

    id: UUID
    when: str
    kind: str
    tone: str
    by: str
    first_words: str


@dataclass(frozen=True, slots=True)
class Addendum:
    """What was added, by whom and why."""

    when: str
    by: str
    why: str
    words: str


def present_line(held: "Held", *, reads_notes: bool) -> Line:
    """One encounter, in the zone it was booked in."""
    row, person, patient = held.encounter, held.practitioner, held.patient
    word, tone = state_words(row, reads_notes=reads_notes)
    return Line(
        id=row.id,
        patient_id=row.patient_id,
        patient=f"{patient.given_name} {patient.family_name}".strip(),
        when=when(held.appointment.starts_at, held.appointment.time_zone),
        what=held.visit_type.name,
        with_whom=f"{person.full_name}, {person.credentials}".rstrip(", "),
        how=how_words(held),
        state=word,
        tone=tone,
        status=row.status,
    )


def present_lines(found: "Sequence[Held]", *, reads_notes: bool) -> list[Line]:
    """The same for a list."""
    return [present_line(one, reads_notes=reads_notes) for one in found]


def state_words(encounter: "Encounter", *, reads_notes: bool) -> tuple[str, str]:
    """The state in a word, and its tone."""
    if encounter.status == "cancelled":
        word, tone = CLOSED[encounter.closed_because or "cancelled"]
    elif encounter.status == "in_progress" and encounter.ended_at and not reads_notes:
        word, tone = DESK_STATES["documented"]
    else:
        word, tone = (OWN_STATES if reads_notes else DESK_STATES)[encounter.status]
    return str(word), tone


def note_sections(texts: Mapping[str, str]) -> list[Section]:
    """The sections of a note that say something."""
    return [
        Section(name, str(NOTE_TITLES[name]), texts[name])
        for name in NOTE
        if texts.get(name, "").strip()
    ]


def sections_of_note(note: "Note | NoteVersion") -> list[Section]:
    """The same for a note or one of its versions."""
    return note_sections(texts_of(note, NOTE))


def differing(
    names: Sequence[str],
    titles: Mapping[str, LazyString],
    theirs: Mapping[str, str],
    mine: Mapping[str, str],
) -> list[tuple[Section, str]]:
    """The sections in which two texts differ: ours, and what stands there now."""
    return [
        (Section(name, str(titles[name]), mine[name]), theirs[name])
        for name in names
        if theirs[name] != mine[name]
    ]


def present_versions(
    found: "Sequence[NoteVersion]", names: Mapping[UUID, str], zone: str
) -> list[Version]:
    """Latest first, each with its first words."""
    tones = {"aside": "warn", "signed": "good"}
    return [
        Version(
            id=row.id,
            when=when(row.saved_at, zone),
            kind=str(VERSION_WORDS[row.kind]),
            tone=tones.get(row.kind, "neutral"),
            by=names.get(row.saved_by, ""),
            first_words=_first_words(row),
        )
        for row in found
    ]


def present_addenda(
    found: "Sequence[NoteAddendum]", names: Mapping[UUID, str], zone: str
) -> list[Addendum]:
    """Oldest first, as they were written."""
    return [
        Addendum(
            when=when(row.created_at, zone),
            by=names.get(row.written_by, ""),
            why=row.why,
            words=row.words,
        )
        for row in found
    ]


def signed_words(name: str, at: datetime, zone: str) -> str:
    """ "Signed by Maya Ellison on Monday 4 January 2027 at 9:30 am Eastern"."""
    return str(_("Signed by %(name)s on %(when)s", name=name, when=when(at, zone)))


def _first_words(row: "NoteVersion", most: int = 90) -> str:
    text = " ".join(" ".join(section.text for section in sections_of_note(row)).split())
    return text if len(text) <= most else text[:most].rstrip() + "…"
