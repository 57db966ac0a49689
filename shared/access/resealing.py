"""The door for sealing values anew: a job reads rows sealed under an older data key.

Nothing that is read leaves the program, so no look is noted; that rows were sealed anew is an act.
"""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.db import Base
from shared.keyring import Encrypted, sealed_under

Sealed = tuple[type[Any], tuple[str, ...]]


def sealed_models() -> Iterator[Sealed]:
    """Every model with encrypted attributes, and their names; from the models themselves."""
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__name__):
        names = tuple(
            name for name, value in vars(mapper.class_).items() if isinstance(value, Encrypted)
        )
        if names:
            yield mapper.class_, names


def lock_rows_sealed_otherwise(
    session: Session,
    *,
    viewer: Principal,
    sealed: Sealed,
    version: int,
    limit: int,
    but: Collection[UUID] = (),
) -> list[Any]:
    """Rows with a value that is not sealed under `version`; locked, those in use passed over."""
    model, names = _checked(viewer, sealed)
    wanted = (
        select(model)
        .where(
            model.practice_id == viewer.practice_id,
            _otherwise(model, names, version),
            model.id.not_in(but),
        )
        .order_by(model.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(session.scalars(wanted.execution_options(door=True, populate_existing=True)))


def count_rows_sealed_otherwise(
    session: Session, *, viewer: Principal, sealed: Sealed, version: int
) -> int:
    """How many such rows there are."""
    model, names = _checked(viewer, sealed)
    wanted = select(func.count()).where(
        model.practice_id == viewer.practice_id, _otherwise(model, names, version)
    )
    return session.scalar(wanted.execution_options(door=True)) or 0


def _checked(viewer: Principal, sealed: Sealed) -> Sealed:
    if viewer.acting_as is not Role.JOB:
        raise NotFound
    return sealed


def _otherwise(model: type[Any], names: tuple[str, ...], version: int) -> ColumnElement[bool]:
    beginning = sealed_under(version)
    columns = [getattr(model, f"{name}_ct") for name in names]
    return or_(*(func.substring(column, 1, len(beginning)) != beginning for column in columns))
