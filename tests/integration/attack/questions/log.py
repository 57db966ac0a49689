"""Questions to the doors of the event log; what comes out is told in counts and names."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access import history, log, log_choices, log_export, log_proof, looks, story
from shared.access.log import LogEntry, LogFilter
from shared.people.details import name_key
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World


def _told(world: World, entries: list[LogEntry]) -> str:
    """How many, and whose."""
    whose = {world.named(one.patient_id) for one in entries if one.patient_id}
    kinds = sorted({one.kind for one in entries})
    counted = f"{len(entries)}" if kinds == ["look"] else f"{min(len(entries), 3)}+"
    said = sorted({one.sentence for one in entries})[:1]
    return f"{said} {counted} {','.join(kinds)} of {','.join(sorted(whose)) or 'nobody'}"


def of_log(world: World) -> Iterator[Question]:
    """The log's pages, its filters, its export, its proof; and a patient's own part of it."""
    ana, cleo = world.patients["ana"], world.patients["cleo"]
    wanted = {
        "everything": LogFilter(),
        "writes": LogFilter(kinds=("write",)),
        "looks": LogFilter(kinds=("look",)),
        "looks by nobody known": LogFilter(kinds=("look",), actor_kind="nurse"),
        "looks by patients": LogFilter(kinds=("look",), actor_kind="patient"),
        "of an action": LogFilter(action="patient.viewed"),
        "with a date": LogFilter(kinds=("look",), first=NOW - DAY, until=NOW + DAY),
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
    for name in ("ana", "cleo"):
        yield from _of_one(world, name)
    yield "people", lambda s, v: [key for key, _ in log_choices.list_log_people(s, viewer=v)]
    yield "reasons", lambda s, v: len(log_choices.list_log_reasons(s, viewer=v))
    for typed in ("whi", "wh", *world.references.values()):
        called = world.names.get(typed, typed)
        yield (
            f"find {called}",
            lambda s, v, t=typed: [
                one.id
                for one in log_choices.find_log_patients(s, viewer=v, typed=t, name_key=name_key(t))
            ],
        )
    yield "proof", lambda s, v: log_proof.read_log_proof(s, viewer=v).newest > 0
    for own in (False, True):
        yield (
            f"own looks {own}",
            lambda s, v, o=own: len(looks.read_own_looks(s, viewer=v, own=o).looks),
        )


def _of_one(world: World, name: str) -> Iterator[Question]:
    person = world.patients[name]
    yield (
        f"named {name}",
        lambda s, v: log_choices.access_log_patient(s, viewer=v, patient_id=person.id).id,
    )
    yield (
        f"record of {name}",
        lambda s, v: (
            history.read_record_at(
                s, viewer=v, target_type="patient", target_id=person.id, moment=_late(s)
            ).image
            is not None
        ),
    )
    yield (
        f"changes of {name}",
        lambda s, v: len(
            history.list_record_changes(s, viewer=v, target_type="patient", target_id=person.id)
        ),
    )
    yield (
        f"entry of {name}",
        lambda s, v: _told(world, log.access_act(s, viewer=v, event_id=_entry_of(s, person.id))),
    )
    for what in (False, True):
        yield (
            f"story of {name} {what}",
            lambda s, v, w=what: len(
                story.read_story(s, viewer=v, patient_id=person.id, looks=w).events
            ),
        )


def _entry_of(session: Session, patient_id: object) -> Any:
    return session.scalar(
        text("select id from audit.event where patient_id = :id order by at, id limit 1"),
        {"id": patient_id},
        execution_options={"door": True},
    )


def _late(session: Session) -> Any:
    return session.scalar(text("select now() + interval '10 years'"))
