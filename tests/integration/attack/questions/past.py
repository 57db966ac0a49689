"""How records were, what happened to a patient, who looked, and how the log is proven."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access import history, log_proof, looks, story
from shared.access.log import LogEntry
from shared.access.principal import Principal
from shared.ids import new_id
from tests.integration.attack.past import LATER
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, World

HOURS = "weekly_hours"
NOWHERE = new_id()


def of_past(world: World) -> Iterator[Question]:
    """Of records that were furnished for it, of Ana and Cleo, of each practice."""
    for slug in ("seagrape", "ironbound"):
        yield from _of_a_record(world, slug)
    for name in ("ana", "cleo"):
        yield from _of_a_patient(world, name, world.patients[name].id)
    yield from _of_own_looks()
    yield "proof", _proof


def _of_a_record(world: World, slug: str) -> Iterator[Question]:
    record, looked = world.ids[f"{slug}.record"], world.ids[f"{slug}.looked-at"]
    for day in range(7):
        noon = LATER + day * DAY + timedelta(hours=12)
        yield _at(f"{slug}.record on day {day}", HOURS, record, noon)
    for seconds in (-1, 0):
        made = LATER + DAY + timedelta(seconds=seconds)
        yield _at(f"{slug}.record when it was made {seconds}", HOURS, record, made)
    yield _at(f"{slug}.record of another kind", "patient", record, LATER)
    yield _at(f"{slug}.looked-at", HOURS, looked, LATER + 3 * DAY)
    yield _at(f"nobody's record in {slug}", HOURS, NOWHERE, LATER + 3 * DAY)
    for entry in ("made", "changed", "record-looked", "elsewhere", "removed", "looked", "booked"):
        yield (
            f"{slug}.record after {entry}",
            lambda s, v, e=world.ids[f"{slug}.entry.{entry}"]: history.read_record_at(
                s, viewer=v, target_type=HOURS, target_id=record, after_entry=e
            ),
        )
    for kind, what in ((HOURS, record), ("account", record), (HOURS, looked)):
        yield (
            f"changes of {kind} {world.named(what)}",
            lambda s, v, k=kind, w=what: [
                _line(world, one)
                for one in history.list_record_changes(s, viewer=v, target_type=k, target_id=w)
            ],
        )


def _at(name: str, kind: str, key: UUID, moment: datetime) -> Question:
    return (
        name,
        lambda s, v: history.read_record_at(
            s, viewer=v, target_type=kind, target_id=key, moment=moment
        ),
    )


def _line(world: World, one: LogEntry) -> str:
    return f"{world.named(one.id)} {one.kind} by {one.actor_name}: {one.sentence}"


def _of_a_patient(world: World, name: str, key: UUID) -> Iterator[Question]:
    yield (
        f"record of {name}",
        lambda s, v: sorted(
            history.read_record_at(
                s, viewer=v, target_type="patient", target_id=key, moment=LATER
            ).image
            or {}
        )[:3],
    )
    for seen, steps in ((False, False), (False, True), (True, False)):
        yield (
            f"story of {name} {seen} {steps}",
            lambda s, v, w=seen, t=steps: [
                f"{world.named(one.id)} {one.actor_kind} {one.actor_name}:"
                f" {one.action} {dict(one.details)}"
                for one in story.read_story(s, viewer=v, patient_id=key, looks=w, steps=t).events
                if one.at >= LATER - 30 * DAY
            ],
        )
    yield f"story of {name} by pages", lambda s, v: _pages(world, s, v, key)


def _pages(world: World, session: Session, viewer: Principal, key: UUID) -> list[str]:
    """The first page of one, the next, and a page that holds everything."""
    first = story.read_story(session, viewer=viewer, patient_id=key, limit=1)
    second = story.read_story(session, viewer=viewer, patient_id=key, limit=1, before=first.more)
    whole = story.read_story(session, viewer=viewer, patient_id=key)
    shown = [world.named(page.events[0].id) for page in (first, second)]
    return [*shown, str(first.more is not None), str(whole.more)]


def _of_own_looks() -> Iterator[Question]:
    for own in (False, True):
        for size in (200, 3):
            yield (
                f"own looks {own} by {size}",
                lambda s, v, o=own, n=size: _own_looks(s, v, own=o, size=n),
            )
    for scopes in ({"record"}, {"visits"}):
        yield (
            f"own looks with {sorted(scopes)}",
            lambda s, v, w=frozenset(scopes): len(
                looks.read_own_looks(s, viewer=replace(v, scopes=w)).looks
            ),
        )


def _own_looks(session: Session, viewer: Principal, *, own: bool, size: int) -> list[str]:
    """The newest page, how many are on the next, and whether there are more behind that."""
    with patch.object(looks, "PAGE_SIZE", size):
        page = looks.read_own_looks(session, viewer=viewer, own=own)
        told = [
            f"{one.actor_kind} {one.name} {one.action} {one.template} {one.reason}"
            for one in page.looks
        ]
        if page.more is None:
            return told
        after = looks.read_own_looks(session, viewer=viewer, own=own, before=page.more)
    return [*told, f"then {len(after.looks)}", str(after.more is not None)]


def _proof(session: Session, viewer: Principal) -> list[object]:
    """What is proven; the newest entry as the log itself counts it."""
    found = log_proof.read_log_proof(session, viewer=viewer)
    newest = session.scalar(
        text("select count(*) from audit.link where practice_id = :id"), {"id": viewer.practice_id}
    )
    runs = {
        kind: f"{one.finished_at} {one.outcome} {list(one.findings)}"
        for kind, one in found.verifications.items()
    }
    return [found.sealed_at, found.sealed, found.newest == newest, runs, found.restores]
