"""Entries of the log as sentences, grouped by the act they belong to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from admin.events.values import NOTHING, Field, FieldChange, read_changes, read_image
from admin.events.words import STAFF_WORDS, actor_words, noun_words, reason_words, say
from shared.access.history import PastRecord
from shared.access.log import LogEntry
from shared.actions import ACTIONS
from shared.web.formats import when

TONES = {"act": "accent", "look": "neutral", "write": "good"}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; `patient` is the name of whom it is about, with the id to filter by."""

    id: UUID
    when: str
    at: datetime
    sentence: str
    patient: str | None
    reference: str | None
    patient_id: UUID | None
    why: str
    kind: str
    tone: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row's change on the page of an entry."""

    title: str
    target_type: str
    target_id: UUID | None
    entry_id: UUID
    fields: list[FieldChange]
    # There was no row before.
    made: bool
    erased: bool


@dataclass(frozen=True, slots=True)
class RecordThen:
    """A record as it was: its fields, or why there are none."""

    fields: list[Field]
    since: str | None
    entry_id: UUID | None
    missing: str | None


def present_record(record: PastRecord, zone: str) -> RecordThen:
    """A record of the past in words."""
    missing = None
    if record.erased:
        missing = _("The log kept this for as long as the law asks, and has forgotten it since.")
    elif record.removed:
        missing = _("The record had been removed by then.")
    elif record.image is None:
        missing = _("There was no such record yet.")
    return RecordThen(
        fields=read_image(record.image or {}, zone),
        since=when(record.since, zone) if record.since else None,
        entry_id=record.entry_id,
        missing=missing,
    )


def kind_words(kind: str) -> str:
    """What sort of entry it is, in a word."""
    words = {"act": _("Done"), "look": _("Looked"), "write": _("Changed")}
    return str(words.get(kind, kind))


def tell(entry: LogEntry) -> str:
    """The whole sentence."""
    own = entry.actor_kind == "patient" and entry.patient_id is not None
    subject = _("The patient") if own else actor_words(entry.actor_name, entry.actor_kind)
    if entry.kind != "write":
        known = entry.action in ACTIONS
        sentence = say(entry.action, entry.body or {}) if known else entry.sentence
        return f"{subject} {sentence}."
    return f"{subject} {_verb(entry)} {_a(noun_words(entry.target_type))}."


def why(entry: LogEntry) -> str:
    """The reason in words; staff who gave none did it in the course of their work."""
    if not entry.reason:
        return _("in the course of work") if entry.actor_kind in STAFF_WORDS else NOTHING
    return reason_words(entry.reason, by_program=entry.actor_kind in ("job", "webhook"))


def present(entries: Iterable[LogEntry], zone: str) -> list[Line]:
    """Lines, the same thing done many times in one act told once."""
    lines = []
    for _key, run in groupby(entries, key=_sameness):
        alike = list(run)
        lines.append(_line(alike[0], len(alike), zone))
    return lines


def present_line(entry: LogEntry, zone: str) -> Line:
    """One entry by itself."""
    return _line(entry, 1, zone)


def present_change(entry: LogEntry, zone: str) -> RowChange:
    """What one entry did to its row, field by field."""
    body = entry.body or {}
    return RowChange(
        title=f"{noun_words(entry.target_type)}: {_verb(entry)}",
        target_type=entry.target_type,
        target_id=entry.target_id,
        entry_id=entry.id,
        fields=read_changes(body.get("old"), body.get("new"), zone),
        made=not body.get("old"),
        erased=entry.body is None,
    )


def _line(entry: LogEntry, count: int, zone: str) -> Line:
    sentence = tell(entry)
    patient, patient_id = entry.patient_name, entry.patient_id
    if count > 1:
        times = ngettext("%(num)s record", "%(num)s records", count)
        sentence = f"{sentence.removesuffix('.')} ({times})."
    return Line(
        id=entry.id,
        when=when(entry.at, zone),
        at=entry.at,
        sentence=sentence,
        patient=patient,
        reference=entry.patient_reference if patient else None,
        patient_id=patient_id,
        why=why(entry),
        kind=kind_words(entry.kind),
        tone=TONES.get(entry.kind, "neutral"),
    )


def _sameness(entry: LogEntry) -> tuple[object, ...]:
    """Looks at one patient in one act, and changes of one sort of row, are one line."""
    about = entry.target_type if entry.kind == "write" else tell(entry)
    return entry.act_id, entry.kind, about, entry.patient_id


def _verb(entry: LogEntry) -> str:
    op = str((entry.body or {}).get("op") or "")
    words = {"INSERT": _("made"), "UPDATE": _("changed"), "DELETE": _("removed")}
    return str(words.get(op, _("changed")))


def _a(noun: str) -> str:
    """ "Appointment" -> "an appointment"."""
    lower = noun[:1].lower() + noun[1:]
    article = _("an %(noun)s", noun=lower) if lower[:1] in "aeiou" else _("a %(noun)s", noun=lower)
    return str(article)
