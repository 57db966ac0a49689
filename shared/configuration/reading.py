"""How senders and payments stand: what is in force, what waits, what was before."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access.accounts import list_staff
from shared.access.changes import find_open_change, list_changes
from shared.access.principal import Principal
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.billing.settings import list_payment_settings, resolve_payment_setting
from shared.configuration.proposing import FIELDS, SENDER, may_confirm
from shared.messaging.senders import list_senders, resolve_sender
from shared.models.payment_setting import PaymentSetting
from shared.models.pending_change import PendingChange
from shared.models.sender import MessageSender


@dataclass(frozen=True, slots=True)
class Earlier:
    """A row of the history: since when, until when, its values, and who wanted it."""

    id: UUID
    since: datetime
    until: datetime | None
    values: Mapping[str, Any]
    proposed_by: str | None
    confirmed_by: str | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A change that waits, who asked for it, and whether the viewer is the one to confirm it."""

    pending: PendingChange | None
    pending_by: str | None
    may_confirm: bool


@dataclass(frozen=True, slots=True)
class Configured(Waiting):
    """`problem` is why the built-in default is used; None while the practice's own row is."""

    kind: str
    values: Mapping[str, Any]
    problem: str | None
    history: list[Earlier]


def configured(session: Session, *, kind: str, viewer: Principal) -> Configured:
    """Everything the owner's page shows."""
    values, problem = _in_force(session, kind)
    names = _names(session, viewer)
    stands = waiting(session, kind=kind, viewer=viewer)
    applied = [
        change
        for change in list_changes(session, viewer=viewer, kind=kind, limit=100)
        if change.applied_at is not None
    ]
    return Configured(
        kind=kind,
        values=values,
        problem=problem,
        pending=stands.pending,
        pending_by=stands.pending_by,
        may_confirm=stands.may_confirm,
        history=[
            _earlier(row, kind, applied, names) for row in _rows(session, kind, viewer.practice_id)
        ],
    )


def waiting(session: Session, *, kind: str, viewer: Principal) -> Waiting:
    """The change of a kind that nobody has confirmed or withdrawn, if there is one."""
    pending = find_open_change(session, viewer=viewer, kind=kind)
    if pending is None:
        return Waiting(None, None, may_confirm=False)
    second = may_confirm(session, proposed_by=pending.proposed_by, viewer=viewer)
    who = _names(session, viewer).get(pending.proposed_by)
    return Waiting(pending, who, may_confirm=viewer.account_id in second)


def _names(session: Session, viewer: Principal) -> dict[UUID, str]:
    return {
        member.account.id: member.account.name or member.account.email
        for member in list_staff(session, viewer=viewer)
    }


def earlier_values(
    session: Session, *, kind: str, row_id: UUID, viewer: Principal
) -> Mapping[str, Any] | None:
    """The values of an earlier row, to be used again; None when there is no such row."""
    for row in _rows(session, kind, viewer.practice_id):
        if row.id == row_id:
            return {name: getattr(row, name) for name in FIELDS[kind]}
    return None


def _in_force(session: Session, kind: str) -> tuple[Mapping[str, Any], str | None]:
    if kind == SENDER:
        sender = resolve_sender(session)
        fallen = sender.source == "fallback"
        chosen = FALLBACK_SENDER if fallen else sender
        values = {name: getattr(chosen, name) for name in FIELDS[kind]}
        return values, (sender.problem or "no_row") if fallen else None
    choice = resolve_payment_setting(session)
    return {name: getattr(choice, name) for name in FIELDS[kind]}, choice.problem


def _rows(
    session: Session, kind: str, practice_id: UUID
) -> list[MessageSender] | list[PaymentSetting]:
    if kind == SENDER:
        return list_senders(session, practice_id=practice_id)
    return list_payment_settings(session, practice_id=practice_id)


def _earlier(
    row: MessageSender | PaymentSetting,
    kind: str,
    applied: list[PendingChange],
    names: Mapping[UUID, str],
) -> Earlier:
    """The change that made a row was applied in the same breath."""
    change = next(
        (
            change
            for change in applied
            if change.applied_at is not None
            and abs((change.applied_at - row.created_at).total_seconds()) < 1
        ),
        None,
    )
    return Earlier(
        id=row.id,
        since=row.created_at,
        until=row.ended_at,
        values={name: getattr(row, name) for name in FIELDS[kind]},
        proposed_by=names.get(change.proposed_by) if change else None,
        confirmed_by=names.get(change.confirmed_by) if change and change.confirmed_by else None,
    )
