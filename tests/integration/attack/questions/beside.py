"""Beside a visit: its guests, its line, what was noticed, how it ended; and licences."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from shared.access import licences, visit_guests, visit_outcomes, visit_signals, waiting_line
from shared.access.principal import Principal
from shared.models.visit import Visit
from tests.integration.attack.questions import Question
from tests.integration.attack.questions.held import HOUR, STRETCHES
from tests.integration.attack.world import DAY, NOW, World


def of_beside(world: World) -> Iterator[Question]:
    """In stretches of time, then one by one."""
    for name, (first, until) in STRETCHES.items():
        for door in (
            visit_outcomes.list_outcomes,
            visit_outcomes.list_noticed,
            visit_signals.list_signals,
        ):
            yield (
                f"{door.__name__} {name}",
                lambda s, v, d=door, f=first, u=until: d(s, viewer=v, since=f, until=u),
            )
    yield (
        "list_licences",
        lambda s, v: sorted(
            f"{one.state} {one.ends_on}" for one in licences.list_licences(s, viewer=v)
        ),
    )
    for name, key in world.ids.items():
        if ".licence-" in name:
            yield (
                f"get_licence {name}",
                lambda s, v, i=key: licences.get_licence(s, viewer=v, licence_id=i),
            )
        elif name.endswith(".visit"):
            yield from _of_one_visit(world, name, key)
        elif name.endswith((".guest", ".guest-undone")):
            yield from _of_one_guest(world, name, key)


def _visit(world: World, viewer: Principal, name: str) -> Visit:
    """The visit as the viewer's own practice would have it."""
    return Visit(id=world.ids[name], practice_id=viewer.practice_id)


def _of_one_visit(world: World, name: str, key: UUID) -> Iterator[Question]:
    yield (
        f"list_guests {name}",
        lambda s, v: sorted(
            one.kind for one in visit_guests.list_guests(s, viewer=v, visit=_visit(world, v, name))
        ),
    )
    yield (
        f"list_words {name}",
        lambda s, v: [
            one.words for one in visit_guests.list_words(s, viewer=v, visit=_visit(world, v, name))
        ],
    )
    yield (
        f"list_signals_of {name}",
        lambda s, v: visit_signals.list_signals_of(s, viewer=v, visit=_visit(world, v, name)),
    )
    whose = world.patients[name.partition(".")[0]].id
    yield f"find_line {name}", lambda s, v: _line(s, v, Visit(id=key, patient_id=whose))


def _line(session: Session, viewer: Principal, visit: Visit) -> waiting_line.Line:
    """As if the database took everybody for the patient: the door alone is left."""
    whose = {"app.practice_id": viewer.practice_id, "app.patient_id": visit.patient_id}
    for name, key in whose.items():
        session.execute(text("select set_config(:name, :id, true)"), {"name": name, "id": str(key)})
    return waiting_line.find_line(session, viewer=viewer, visit=visit)


def _of_one_guest(world: World, name: str, key: UUID) -> Iterator[Question]:
    visit, _, state = name.rpartition(".guest")
    other = f"{'ben' if name.startswith('ana') else 'ana'}.{visit.partition('.')[2]}"
    for of in (visit, other):
        yield (
            f"lock_guest {name} of {of}",
            lambda s, v, o=of: visit_guests.lock_guest(
                s, viewer=v, visit=_visit(world, v, f"{o}.visit"), guest_id=key
            ),
        )
    token = hashlib.sha256(f"{visit}{' undone' if state else ''}".encode()).digest()
    starts = NOW + (3 * DAY if visit.endswith("soon") else -10 * DAY)
    for late in (timedelta(), 4 * HOUR):
        yield (
            f"find_invited {name} +{late}",
            lambda s, v, w=late: visit_guests.find_invited(
                s, practice_id=v.practice_id, token_hash=token, at=starts + w, lock=not w
            ),
        )
    if visit == "ana.soon":
        # The link is good until the moment at which the visit was to end.
        ends = NOW + 3 * DAY + timedelta(minutes=30)
        for late in (-1, 0):
            yield (
                f"find_invited {name} at the end {late}",
                lambda s, v, w=late: visit_guests.find_invited(
                    s, practice_id=v.practice_id, token_hash=token, at=ends + timedelta(seconds=w)
                ),
            )
