"""Turning the data keys of a practice: a new version, everything sealed anew, the old one retired.

A rotation is rows, so it survives whoever does it: the newest version is the wish, a value sealed
under another is what is left to do. Blind indexes keep their key (their values are fingerprints
that nobody opens); it is wrapped anew like the others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock, keyring
from shared.access.principal import Principal
from shared.access.resealing import (
    Sealed,
    count_rows_sealed_otherwise,
    lock_rows_sealed_otherwise,
    sealed_models,
)
from shared.events import act
from shared.keyring import FIELD, TRUSTED_SECONDS, KeyWrapper, UnreadableField, key_context
from shared.models.practice import DataKey
from shared.practices.work import Work

log = structlog.get_logger(__name__)

AT_ONCE = 100
# A process may seal under the version it knew for as long as it trusts its keys.
SETTLED_AFTER = timedelta(seconds=2 * TRUSTED_SECONDS)


@dataclass(frozen=True, slots=True)
class Standing:
    """Which versions there are; an older one that is open is being left."""

    version: int
    made_at: datetime
    open_versions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Progress(Standing):
    """How far a rotation is. `left` is counted in rows, which reads whole tables."""

    left: int


def begin_rotation(work: Work, wrapper: KeyWrapper) -> int:
    """Make the next version of the data key; returns it. Values are sealed under it from now on.

    Raises KeysUnavailable. The vendor is asked with no transaction open.
    """
    with work.session() as session:
        version = max(row.version for row in _field_keys(session)) + 1
    context = key_context(work.practice_id, FIELD, version)
    _, wrapped, kms_key_id = wrapper.generate(context)
    with work.session() as session:
        row = DataKey(
            practice_id=work.practice_id,
            purpose=FIELD,
            version=version,
            wrapped=wrapped,
            kms_key_id=kms_key_id,
            created_at=clock.now(),
        )
        session.add(row)
        act(session, "data_key.made", target=row, version=version)
    keyring.current().forget(work.practice_id)
    return version


def reseal(work: Work, *, most: int | None = None) -> int:
    """Seal anew what is sealed under an older version; returns how many rows. In small steps.

    Each step is a transaction; a step that dies leaves its rows for the next run.
    """
    done = 0
    unreadable: set[UUID] = set()
    for sealed in sealed_models():
        while most is None or done < most:
            count = _step(work, sealed, unreadable)
            done += count
            if count == 0:
                break
    if unreadable:
        log.error("keys.unreadable", practice_id=str(work.practice_id), count=len(unreadable))
    return done


def _step(work: Work, sealed: Sealed, unreadable: set[UUID]) -> int:
    """One transaction; what does not open is passed over, keeps the older key open, and is told."""
    model, names = sealed
    version = keyring.current().newest_version(work.practice_id)
    done = 0
    with work.session() as session:
        rows = lock_rows_sealed_otherwise(
            session,
            viewer=work.principal,
            sealed=sealed,
            version=version,
            limit=AT_ONCE,
            but=unreadable,
        )
        for row in rows:
            try:
                values = {name: getattr(row, name) for name in names}
            except UnreadableField:
                unreadable.add(row.id)
                continue
            for name, value in values.items():
                setattr(row, name, value)
            done += 1
        if done:
            named = str(model.__tablename__)
            act(session, "data_key.used", target=("data_key", None), count=done, what=named)
    return done


def standing(session: Session) -> Standing:
    """The versions of the practice's data key."""
    keys = _field_keys(session)
    newest = max(keys, key=lambda row: row.version)
    opened = tuple(row.version for row in keys if row.retired_at is None)
    return Standing(newest.version, newest.created_at, opened)


def progress(session: Session, *, viewer: Principal) -> Progress:
    """What is left to do."""
    now = standing(session)
    left = sum(
        count_rows_sealed_otherwise(session, viewer=viewer, sealed=one, version=now.version)
        for one in sealed_models()
    )
    return Progress(now.version, now.made_at, now.open_versions, left)


def finish_rotation(work: Work, wrapper: KeyWrapper) -> bool:
    """Retire older versions once nothing needs them, and wrap all keys under the present KMS key.

    False while something is left, or while a process may still seal under an older version.
    Afterwards an earlier KMS key is not asked for any more. Raises KeysUnavailable.
    """
    with work.session() as session:
        now = progress(session, viewer=work.principal)
        rows = list(session.scalars(select(DataKey).order_by(DataKey.purpose, DataKey.version)))
    if now.left or clock.now() - now.made_at < SETTLED_AFTER:
        return False
    newest = (FIELD, now.version)
    present = next(row.kms_key_id for row in rows if (row.purpose, row.version) == newest)
    for row in rows:
        if row.kms_key_id != present:
            _rewrap(work, wrapper, row)
    with work.session() as session:
        for row in _field_keys(session):
            if row.version < now.version and row.retired_at is None:
                row.retired_at = clock.now()
                act(session, "data_key.retired", target=row, version=row.version)
    keyring.current().forget(work.practice_id)
    return True


def _rewrap(work: Work, wrapper: KeyWrapper, row: DataKey) -> None:
    context = key_context(work.practice_id, row.purpose, row.version)
    wrapped, kms_key_id = wrapper.rewrap(row.wrapped, context, row.kms_key_id)
    with work.session() as session:
        fresh = session.get_one(DataKey, (row.practice_id, row.id))
        fresh.wrapped, fresh.kms_key_id = wrapped, kms_key_id
        act(session, "data_key.rewrapped", target=fresh, version=row.version)


def _field_keys(session: Session) -> list[DataKey]:
    return list(
        session.scalars(select(DataKey).where(DataKey.purpose == FIELD).order_by(DataKey.version))
    )
