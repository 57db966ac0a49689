"""Questions to the doors of the event log; what comes out is told in counts and names."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access import log, log_choices, log_export
from shared.access.log import LogEntry, LogFilter
from shared.access.principal import Principal
from shared.people.details import name_key
from tests.integration.attack.past import LATER
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, World

LOOKS = LogFilter(kinds=("look",), reason_key=hashlib.sha256(b"why 3").hexdigest()[:16])
# What somebody types to find whose record the log is asked about.
TYPED = ("whi", "wh", "w", "  ", "03/14/1987", "ana@patients.example", "AA1-11A")


def _told(world: World, entries: list[LogEntry]) -> str:
    """How many, and whose."""
    whose = {world.named(one.patient_id) for one in entries if one.patient_id}
    kinds = sorted({one.kind for one in entries})
    counted = f"{len(entries)}" if kinds == ["look"] else f"{min(len(entries), 3)}+"
    said = sorted({one.sentence for one in entries})[:1]
    return f"{said} {counted} {','.join(kinds)} of {','.join(sorted(whose)) or 'nobody'}"


def _line(world: World, one: LogEntry) -> str:
    """An entry of ours, with everything that is told beside it."""
    return (
        f"{world.named(one.id)} {one.sentence} by {one.actor_kind} {one.actor_name}"
        f" of {one.patient_name} because {one.reason} {one.body}"
    )


def of_log(world: World) -> Iterator[Question]:
    """The log's pages, its filters, what can be asked for, its export."""
    yield from _of_filters(world)
    yield from _of_furnished(world)
    for name in ("ana", "cleo"):
        yield from _of_one(world, name)
    yield from _of_choices(world)


def _of_filters(world: World) -> Iterator[Question]:
    ana, cleo = world.patients["ana"], world.patients["cleo"]
    wanted = {
        "everything": LogFilter(),
        "writes": LogFilter(kinds=("write",)),
        "looks": LogFilter(kinds=("look",)),
        "looks by nobody known": LogFilter(kinds=("look",), actor_kind="nurse"),
        "looks by patients": LogFilter(kinds=("look",), actor_kind="patient"),
        "of an action": LogFilter(action="patient.viewed"),
        "for a reason": LOOKS,
        "of ana": LogFilter(kinds=("act", "write"), patient_id=ana.id),
        "of cleo": LogFilter(kinds=("act", "write"), patient_id=cleo.id),
        "by nobody": LogFilter(actor_id=ana.id),
        "of a noun": LogFilter(noun="practice"),
    }
    for name, one in wanted.items():
        yield (
            f"read_log {name}",
            lambda s, v, w=one: _told(world, log.read_log(s, viewer=v, wanted=w).entries),
        )
        yield (
            f"export_log {name}",
            lambda s, v, w=one: _told(
                world, log_export.export_log(s, viewer=v, wanted=w, form="csv")
            ),
        )


def _of_furnished(world: World) -> Iterator[Question]:
    """Entries that were furnished, word by word."""
    maya = world.cast.seagrape.staff["maya"].account_id
    every = ("act", "look", "write")
    furnished = {
        "later": LogFilter(kinds=every, first=LATER - 30 * DAY),
        # From the first entry of a record on, up to the second.
        "of a day": LogFilter(
            kinds=every, first=LATER + DAY, until=LATER + 2 * DAY + timedelta(minutes=1)
        ),
        "by maya": LogFilter(kinds=every, actor_id=maya),
    }
    for name, one in furnished.items():
        yield (
            f"read_log {name}",
            lambda s, v, w=one: [
                _line(world, each) for each in log.read_log(s, viewer=v, wanted=w).entries
            ],
        )
    yield "read_log by pages", lambda s, v: _pages(world, s, v)
    yield (
        "find_entries, the first two",
        lambda s, v: _told(world, log.find_entries(s, viewer=v, wanted=LOOKS, limit=2)),
    )
    for most in (0, 1):
        yield f"export_log of one, at most {most}", lambda s, v, m=most: _export(world, s, v, m)
    for entry in ("seagrape.entry.asked", "ironbound.entry.asked"):
        yield (
            f"act of {entry}",
            lambda s, v, i=world.ids[entry]: [
                _line(world, one) for one in log.access_act(s, viewer=v, event_id=i)
            ],
        )


def _of_choices(world: World) -> Iterator[Question]:
    yield "people", lambda s, v: [key for key, _ in log_choices.list_log_people(s, viewer=v)]
    yield (
        "reasons",
        lambda s, v: [
            f"{one.words} {one.by_program} {one.key == _key(one.words)}"
            for one in log_choices.list_log_reasons(s, viewer=v)
        ],
    )
    for typed in (*TYPED, *world.references.values()):
        called = world.names.get(typed, typed)
        yield (
            f"find {called!r}",
            lambda s, v, t=typed: [
                one.id
                for one in log_choices.find_log_patients(s, viewer=v, typed=t, name_key=name_key(t))
            ],
        )


def _of_one(world: World, name: str) -> Iterator[Question]:
    person = world.patients[name]
    yield (
        f"named {name}",
        lambda s, v: log_choices.access_log_patient(s, viewer=v, patient_id=person.id).id,
    )
    yield (
        f"entry of {name}",
        lambda s, v: _told(world, log.access_act(s, viewer=v, event_id=_entry_of(s, person.id))),
    )


def _pages(world: World, session: Session, viewer: Principal) -> list[str]:
    """Two at a time, and the cursor of a page that holds the last."""
    wanted = LogFilter(kinds=("write",), action="hours.changed")
    with patch.object(log, "PAGE_SIZE", 2):
        first = log.read_log(session, viewer=viewer, wanted=wanted)
        second = log.read_log(session, viewer=viewer, wanted=wanted, before=first.more)
    whole = log.read_log(session, viewer=viewer, wanted=wanted)
    shown = [world.named(one.id) for page in (first, second) for one in page.entries]
    return [*shown, str(first.more is not None), str(whole.more)]


def _export(world: World, session: Session, viewer: Principal, most: int) -> str:
    """Of a file that carries so many entries."""
    with patch.object(log_export, "MOST_EXPORTED", most):
        try:
            found = log_export.export_log(session, viewer=viewer, wanted=LOOKS, form="csv")
        except log_export.TooMuchToExport:
            return "too much"
    return _told(world, found)


def _key(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()[:16]


def _entry_of(session: Session, patient_id: object) -> Any:
    return session.scalar(
        text("select id from audit.event where patient_id = :id order by at, id limit 1"),
        {"id": patient_id},
        execution_options={"door": True},
    )
