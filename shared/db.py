"""The database as the program sees it: who is asking is set on every transaction, in the database.

A transaction without a `Context` gets no rows; a read of health information outside the doors of
`shared.access` raises (in production it is reported and answered).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar
from uuid import UUID

import structlog
from flask import has_request_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    Date,
    DateTime,
    Executable,
    ForeignKey,
    LargeBinary,
    MetaData,
    Select,
    Text,
    TextClause,
    Uuid,
    event,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
)
from sqlalchemy.sql.cache_key import HasCacheKey

from shared import clock
from shared.ids import new_id

NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}

# The group roles a transaction may run as; see migrations/bootstrap.sql.
DB_ROLES = frozenset(
    f"bedside_{name}"
    for name in ("public gate patient front_desk clinician biller manager job auditor".split())
)

log = structlog.get_logger(__name__)


class MissingContext(Exception):
    """A transaction was begun without saying who asks. A defect, never a user's mistake."""


class UnguardedRead(Exception):
    """Health information was selected outside the doors of shared.access. A defect."""


@dataclass(frozen=True, slots=True)
class Context:
    """Who is asking, for what practice, on behalf of whom and why, for one transaction."""

    practice_id: UUID | None
    db_role: str
    actor_kind: str
    actor_id: UUID | None = None
    patient_id: UUID | None = None
    on_behalf_of: UUID | None = None
    session_id: UUID | None = None
    request_id: str | None = None
    reason: str | None = None
    visitor: bytes | None = None
    act_id: UUID = field(default_factory=new_id)

    def __post_init__(self) -> None:
        if self.db_role not in DB_ROLES:
            raise ValueError(f"{self.db_role} is not a database role of ours")

    def settings(self) -> dict[str, str]:
        """The transaction-local settings, all text, "" for absent."""
        return {
            "app.practice_id": _words(self.practice_id),
            "app.actor_kind": self.actor_kind,
            "app.actor_id": _words(self.actor_id),
            "app.patient_id": _words(self.patient_id),
            "app.on_behalf_of": _words(self.on_behalf_of),
            "app.session_id": _words(self.session_id),
            "app.request_id": self.request_id or "",
            "app.reason": self.reason or "",
            "app.visitor": self.visitor.hex() if self.visitor else "",
            "app.act_id": str(self.act_id),
            "app.action": "",
            "app.clock_offset": str(int(clock.offset().total_seconds())),
            "role": self.db_role,
        }


def _words(value: UUID | None) -> str:
    return str(value) if value else ""


class Base(DeclarativeBase):
    """Every model. Ids are made here, before the row, so that encryption can bind to them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        date: Date(),
        str: Text(),
        UUID: Uuid(),
        bytes: LargeBinary(),
        dict[str, Any]: JSONB(),
    }

    def __init__(self, **values: Any) -> None:
        if hasattr(type(self), "id"):
            self.id = values.pop("id", None) or new_id()
        if "practice_id" in values:
            self.practice_id = values.pop("practice_id")
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"{type(self).__name__} has no {name}")
            setattr(self, name, value)


class PracticeRow:
    """A row of one practice: its key leads with it, so do foreign keys and policies."""

    practice_id: Mapped[UUID] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)


db = SQLAlchemy(session_options={"expire_on_commit": False})

_SETTING_NAMES = tuple(Context(None, "bedside_public", "none").settings())
_SET_CONTEXT = "select " + ", ".join(
    f"set_config('{name}', %({name})s, true)" for name in _SETTING_NAMES
)


@event.listens_for(Session, "after_begin")
def _say_who_asks(
    session: Session, transaction: SessionTransaction, connection: Connection
) -> None:
    if transaction.nested:
        return
    context = session.info.get("context")
    if context is None:
        raise MissingContext("a transaction was begun without a Context")
    set_context(connection, context)


def set_context(connection: Connection, context: Context) -> None:
    """Set who asks, and the role, on the transaction that `connection` is in."""
    connection.exec_driver_sql(_SET_CONTEXT, context.settings())


_reports_unguarded = False


def report_unguarded_reads(yes: bool) -> None:
    """In production a read outside the doors is reported and answered; elsewhere it raises."""
    global _reports_unguarded
    _reports_unguarded = yes


@event.listens_for(Session, "do_orm_execute")
def _refuse_unguarded_reads(state: ORMExecuteState) -> None:
    if not state.is_select or state.is_column_load or state.is_relationship_load:
        return
    if state.execution_options.get("door"):
        return
    for name in _records_of(state):
        _unguarded(name)


@event.listens_for(Session, "do_orm_execute")
def _refuse_reads_around_the_models(state: ORMExecuteState) -> None:
    """The same for tables and plain SQL: in a request there is no other way in than the doors."""
    if not has_request_context() or state.execution_options.get("door"):
        return
    statement = state.statement
    if isinstance(statement, TextClause):
        names = _tables_in(statement.text)
    elif isinstance(statement, Select):
        names = _tables_of(statement)
    else:
        return
    for name in names & _phi_tables():
        _unguarded(name)


def _unguarded(name: str) -> None:
    if not _reports_unguarded:
        raise UnguardedRead(f"{name} was read outside shared.access")
    log.critical("read.unguarded", target_type=name)


_known: dict[object, frozenset[str]] = {}


def _once_for_each_shape(
    purpose: str, statement: Executable, find_out: Callable[[], frozenset[str]]
) -> frozenset[str]:
    """Finding out what a statement reads costs as much as the statement itself."""
    shape = statement._generate_cache_key() if isinstance(statement, HasCacheKey) else None
    if shape is None:
        return find_out()
    key = (purpose, shape.key)
    if key not in _known:
        names = find_out()
        if len(_known) >= 2000:
            return names
        _known[key] = names
    return _known[key]


def _records_of(state: ORMExecuteState) -> frozenset[str]:
    """The guarded models that a statement reads."""
    return _once_for_each_shape(
        "records",
        state.statement,
        lambda: frozenset(
            mapper.class_.__name__
            for mapper in state.all_mappers
            if getattr(mapper.class_, "__phi__", False)
        ),
    )


def _tables_of(statement: Select[Any]) -> frozenset[str]:
    """Where it reads from."""
    return _once_for_each_shape(
        "tables",
        statement,
        lambda: frozenset(getattr(one, "name", "") for one in statement.get_final_froms()),
    )


@lru_cache(maxsize=512)
def _tables_in(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\b(?:from|join)\s+(?:public\.)?([a-z_]+)", sql.lower()))


@lru_cache(maxsize=1)
def _phi_tables() -> frozenset[str]:
    return frozenset(
        str(mapper.class_.__tablename__)
        for mapper in Base.registry.mappers
        if getattr(mapper.class_, "__phi__", False)
    )


def bind(session: Session, context: Context) -> None:
    """Say who asks in `session`'s next transaction; switching inside one is refused."""
    if session.in_transaction():
        raise MissingContext("the context cannot change inside a transaction")
    session.info["context"] = context


@contextmanager
def open_session(context: Context) -> Iterator[Session]:
    """A session of its own (needs an app context): commits on success, rolls back on any error."""
    with Session(db.engine, expire_on_commit=False) as session:
        session.info["context"] = context
        with session.begin():
            yield session
