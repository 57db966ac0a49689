"""A change of senders, payment settings or the main address, from wish to force.

Whoever can change them can have a practice's mail sent from elsewhere, its money taken by another
account, or its patients' sign-in links lead somewhere else. So a second owner confirms; with one
owner it waits for a day, and every address the practice's owners are known by is told at once. The
database refuses any other way. Somebody made an owner less than a day ago does not count as the
second: whoever holds an owner's session could have made them.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.accounts import list_staff
from shared.access.changes import access_change, list_due_changes
from shared.access.principal import Principal, Role
from shared.billing.settings import check_payment_setting, set_payment_setting
from shared.configuration.host_names import MAIN_ADDRESS, check_host_id, make_primary
from shared.configuration.host_names import PAGE as HOSTS_PAGE
from shared.events import act
from shared.messaging.email import send_email
from shared.messaging.senders import check_sender, set_sender
from shared.models.account import Account
from shared.models.pending_change import PendingChange
from shared.models.practice import Practice

DELAY = timedelta(hours=24)
SENDER, PAYMENTS = "message_sender", "payment_setting"
FIELDS = {
    SENDER: ("name", "address", "reply_to"),
    PAYMENTS: ("account_key", "product_name", "receipts"),
    MAIN_ADDRESS: ("host_id",),
}
CHECKS: dict[str, Callable[..., str | None]] = {
    SENDER: check_sender,
    PAYMENTS: check_payment_setting,
    MAIN_ADDRESS: check_host_id,
}
PAGES = {
    SENDER: "/admin/settings/senders",
    PAYMENTS: "/admin/settings/payments",
    MAIN_ADDRESS: HOSTS_PAGE,
}
OPEN_ONCE = "uq_pending_change_open"


class InvalidProposal(ValueError):
    """`problem` names the field that makes no sense."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


class AlreadyPending(Exception):
    """Another change of the kind waits: confirm or withdraw that one first."""


class OwnChange(Exception):
    """Nobody confirms their own change, and nobody who became an owner only just now."""


def propose_change(
    session: Session, *, kind: str, values: Mapping[str, Any], by: Principal
) -> PendingChange:
    """Wish for new settings. The caller has asked for a fresh factor.

    With a second owner they confirm; without, it comes into force in 24 hours. Every owner is told
    by mail. Raises InvalidProposal, AlreadyPending.
    """
    proposal = {name: values.get(name) or None for name in FIELDS[kind]}
    if kind == PAYMENTS:
        proposal["receipts"] = bool(values.get("receipts"))
    problem = CHECKS[kind](*proposal.values())
    if problem:
        raise InvalidProposal(problem)
    if by.account_id is None:
        raise OwnChange  # a program has no second person
    owners = _owners(session, by)
    others = may_confirm(session, proposed_by=by.account_id, viewer=by)
    at = clock.now()
    change = PendingChange(
        practice_id=by.practice_id,
        kind=kind,
        proposal=proposal,
        proposed_by=by.account_id,
        proposed_at=at,
        effective_at=None if others else at + DELAY,
    )
    try:
        with session.begin_nested():
            session.add(change)
            act(session, "change.proposed", target=change, what=kind)
    except IntegrityError as conflict:
        if OPEN_ONCE in str(conflict.orig):
            raise AlreadyPending from None
        raise
    _tell(session, change, owners, by)
    return change


def confirm_change(session: Session, *, change_id: UUID, by: Principal) -> PendingChange:
    """A second owner agrees: it comes into force now. Raises NotFound, OwnChange."""
    change = access_change(session, viewer=by, change_id=change_id, lock=True)
    if by.account_id not in may_confirm(session, proposed_by=change.proposed_by, viewer=by):
        raise OwnChange
    if change.applied_at is None and change.withdrawn_at is None:
        change.confirmed_by, change.confirmed_at = by.account_id, clock.now()
        act(session, "change.confirmed", target=change, what=change.kind)
        _apply(session, change, by)
    return change


def withdraw_change(session: Session, *, change_id: UUID, by: Principal) -> PendingChange:
    """Any owner takes a waiting change back. Raises NotFound."""
    change = access_change(session, viewer=by, change_id=change_id, lock=True)
    if change.applied_at is None and change.withdrawn_at is None:
        change.withdrawn_by, change.withdrawn_at = by.account_id, clock.now()
        act(session, "change.withdrawn", target=change, what=change.kind)
    return change


def apply_due_changes(session: Session, *, by: Principal) -> int:
    """Put into force what has waited for its day; returns how many. For the job."""
    due = list_due_changes(session, viewer=by, at=clock.now())
    for change in due:
        _apply(session, change, by)
    return len(due)


def _apply(session: Session, change: PendingChange, by: Principal) -> None:
    change.applied_at = clock.now()
    act(session, "change.applied", target=change, what=change.kind)
    if change.kind == SENDER:
        set_sender(session, practice_id=change.practice_id, **change.proposal)
    elif change.kind == MAIN_ADDRESS:
        make_primary(session, host_id=UUID(change.proposal["host_id"]), by=by)
    else:
        set_payment_setting(session, practice_id=change.practice_id, values=change.proposal)


def may_confirm(session: Session, *, proposed_by: UUID, viewer: Principal) -> set[UUID]:
    """The accounts that count as the second person for a change of `proposed_by`."""
    since = clock.now() - DELAY
    return {
        member.account.id
        for member in list_staff(session, viewer=viewer)
        if member.account.closed_at is None
        and member.account.id != proposed_by
        and any(grant.role == Role.OWNER and grant.granted_at <= since for grant in member.grants)
    }


def _owners(session: Session, by: Principal) -> list[Account]:
    """Everybody who is an owner at this moment and can sign in."""
    return [
        member.account
        for member in list_staff(session, viewer=by)
        if member.account.closed_at is None
        and any(grant.role == Role.OWNER for grant in member.grants)
    ]


def _tell(session: Session, change: PendingChange, owners: list[Account], by: Principal) -> None:
    """Owners at their own addresses, and the practice at its public one."""
    practice = session.get_one(Practice, by.practice_id)
    context: dict[str, Any] = {"link": PAGES[change.kind]}
    template = "change_to_confirm"
    if change.effective_at is not None:
        template = "change_due"
        context |= {"starts_at": change.effective_at, "time_zone": practice.time_zone}
    accounts = {owner.email: owner.id for owner in owners}
    for address in dict.fromkeys([*accounts, practice.email]):
        send_email(
            session,
            to=address,
            template=template,
            context=context,
            account_id=accounts.get(address),
            about=("pending_change", change.id),
        )
