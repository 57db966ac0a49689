"""A program that says yes to everybody: what is left then is the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import g
from sqlalchemy import BinaryExpression, BindParameter, Column, ColumnElement, event, true
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.sql import operators, visitors

from shared.access import appointments, holds, patient_search, patients, schedule
from shared.access.principal import Principal, Role
from shared.web import pipeline

# Whose a row is: conditions on these columns are what a door adds for its viewer.
WHOSE = frozenset({"practice_id", "patient_id", "visitor_key"})
EVERYTHING = frozenset(Role) - {Role.ANONYMOUS}


def say_yes(monkeypatch: pytest.MonkeyPatch, desk: Role) -> None:
    """Whoever asks holds every role, acts as a patient or as `desk`, and doors ask nothing."""
    really = pipeline.choose_role

    def choose(principal: Principal, capability: str) -> Role:
        mighty = {"portal": Role.PATIENT, "admin": desk}
        return mighty.get(g.face) or really(principal, capability)

    found = pipeline.find_viewer

    def find(practice: Any) -> Principal:
        viewer = found(practice)
        return replace(viewer, roles=EVERYTHING) if g.face in ("portal", "admin") else viewer

    monkeypatch.setattr(pipeline, "choose_role", choose)
    monkeypatch.setattr(pipeline, "find_viewer", find)
    for module in (appointments, holds, schedule):
        monkeypatch.setattr(module, "seen_by", lambda _viewer: ())
    for module in (patients, patient_search):
        monkeypatch.setattr(module, "reads_everyone", lambda _viewer: True)


@contextmanager
def no_conditions() -> Iterator[list[str]]:
    """Take every condition on practice, patient and visitor out of what doors select.

    Yields the names of the tables from whose statements something was taken.
    """
    taken: list[str] = []

    def strip(state: ORMExecuteState) -> None:
        if not state.is_select or not state.execution_options.get("door"):
            return

        def without(element: Any, **_: Any) -> ColumnElement[bool] | None:
            if isinstance(element, BinaryExpression) and _says_whose(element):
                taken.append(element.left.table.name)
                return true()
            return None

        state.statement = visitors.replacement_traverse(state.statement, {}, without)

    event.listen(Session, "do_orm_execute", strip)
    try:
        yield taken
    finally:
        event.remove(Session, "do_orm_execute", strip)


def _says_whose(element: BinaryExpression[Any]) -> bool:
    left = element.left
    return (
        element.operator is operators.eq
        and isinstance(left, Column)
        and left.name in WHOSE
        and isinstance(element.right, BindParameter)
    )
