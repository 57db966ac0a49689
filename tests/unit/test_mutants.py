"""`make mutants` makes the holes it says it makes."""

from pathlib import Path

import pytest

from tools.mutants import Mutant, mutants_of

DOOR = '''
_SQL = """select e.id from event e join link l on l.event_id = e.id and l.seq > :seq
    where e.practice_id = :practice_id and e.kind in ('act', 'look') and e.active
        and (e.ended_at is null or e.note like 'a%')"""


def access(session, *, viewer, row_id):
    if viewer.role != "owner" or not viewer.here:
        raise NotFound
    look(session, "row.viewed", target=row_id)
    return session.scalar(select(Row).where(Row.practice_id == viewer.practice_id, *mine(viewer)))
'''
CAPABILITIES = """
CAPABILITIES = {"log.read": (Role.OWNER, Role.AUDITOR)}
"""


def mutants(tmp_path: Path, source: str) -> list[Mutant]:
    path = tmp_path / "door.py"
    path.write_text(source)
    return list(mutants_of(path))


@pytest.mark.parametrize(
    "change",
    [
        "without l.event_id = e.id",
        "without l.seq > :seq",
        "without e.practice_id = :practice_id",
        "without e.kind in ('act', 'look')",
        "without e.active",
        "negate if viewer.role != 'owner' or not viewer.here",
        "no refusal if viewer.role != 'owner' or not viewer.here",
        "and/or in viewer.role != 'owner' or not viewer.here",
        "flip viewer.role != 'owner'",
        "forget the look",
        "without Row.practice_id == viewer.practice_id",
        "without *mine(viewer)",
        "flip Row.practice_id == viewer.practice_id",
    ],
)
def test_each_condition_is_taken_away_once(tmp_path: Path, change: str) -> None:
    assert [one.words for one in mutants(tmp_path, DOOR)].count(change) == 1


def test_nothing_else_is_changed(tmp_path: Path) -> None:
    assert len(mutants(tmp_path, DOOR)) == 13


def test_roles_are_taken_and_given(tmp_path: Path) -> None:
    assert [one.words for one in mutants(tmp_path, CAPABILITIES)] == [
        "log.read loses Role.OWNER",
        "log.read loses Role.AUDITOR",
        "log.read is given ANONYMOUS",
        "log.read is given PATIENT",
        "log.read is given RECEPTIONIST",
    ]
