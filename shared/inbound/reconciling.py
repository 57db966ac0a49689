"""Finding what never arrived: the vendor's own list of events against ours, mails without news.

Stripe keeps its events, so what is missing is fetched and put into the inbox as if it had come.
SES keeps nothing: news that waits in the inbox is applied again, and what stays without news is
shown to a person.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.dispatches import access_dispatch, list_unheard_dispatch_ids
from shared.access.inbox import access_letter, list_known_events, list_letter_ids
from shared.adapters.payments.accounts import ACCOUNTS, payments
from shared.adapters.payments.values import FoundEvent
from shared.attention import raise_item, settle_item
from shared.events import act
from shared.inbound import ses, stripe
from shared.inbound.applying import UNKNOWN
from shared.inbound.retrying import retry_letter
from shared.inbound.storing import insert
from shared.models.reconciliation import Reconciliation
from shared.practices.work import VendorWork
from shared.queue import defer

# With a look every two minutes, what never arrived is found within a quarter of an hour.
GRACE = timedelta(minutes=10)
# Without a cursor (a first start, a restored database) this far back is looked.
FIRST_LOOK = timedelta(days=3)
# Events may appear in the vendor's list later than the moment they carry.
OVERLAP = timedelta(minutes=10)
UNHEARD_AFTER = timedelta(minutes=15)
REPLAYED_FOR = timedelta(days=2)


def find_missing_news(work: VendorWork, *, account_key: str) -> int:
    """Put what an account tells in its list and never told us into the inbox; how many.

    Raises PaymentsError; the next run looks at the same stretch again.
    """
    source, until = f"stripe:{account_key}", clock.now() - GRACE
    with work.session() as session:
        since = _cursor(session, work, source)
    if since >= until:
        return 0
    listed = payments(work.settings, account_key).find_events(
        since=since - OVERLAP, until=until, kinds=stripe.USED_KINDS
    )
    ours = [found for found in listed if _is_ours(found, work.principal.practice_id)]
    with work.session() as session:
        known = list_known_events(
            session,
            viewer=work.principal,
            source=source,
            event_ids=[found.event.id for found in ours],
        )
        missing = [found for found in ours if found.event.id not in known]
        for found in missing:
            insert(session, work.principal.practice_id, source, found.event, found.body)
        if missing:
            about = ("practice", work.principal.practice_id)
            act(session, "inbox.found_late", target=about, source=source, count=len(missing))
            raise_item(session, "webhooks_missing", code=source, times=len(missing))
        _move_cursor(session, work, source, until)
    return len(missing)


def find_missing_payment_news(work: VendorWork) -> int:
    """Both accounts; one that does not answer does not keep the other from being looked at."""
    trouble: Exception | None = None
    found = 0
    for account_key in ACCOUNTS:
        try:
            found += find_missing_news(work, account_key=account_key)
        except Exception as error:  # noqa: BLE001 - raised below, after the other account
            trouble = error
    if trouble is not None:
        raise trouble
    return found


def ask_for_forgotten_letters(work: VendorWork) -> int:
    """Ask again for news that waits and that no job may be looking after any more."""
    at = clock.now()
    with work.session() as session:
        waiting = list_letter_ids(
            session,
            viewer=work.principal,
            since=at - timedelta(days=30),
            until=at - UNHEARD_AFTER,
            statuses=("received",),
        )
        for inbox_id in waiting:
            defer(session, "apply_inbox", queueing_lock=f"inbox:{inbox_id}", inbox_id=inbox_id)
    return len(waiting)


def follow_up_mail(work: VendorWork) -> int:
    """Mails sent a quarter of an hour ago of which nothing was heard; returns how many there are.

    News about them that could not be applied is handed back first.
    """
    before = clock.now() - UNHEARD_AFTER
    with work.session() as session:
        unheard = list_unheard_dispatch_ids(session, viewer=work.principal, before=before)
        if not unheard:
            settle_item(session, "mail_unheard")
            return 0
        _hand_back_news(session, work, set(unheard))
        sent = 0
        for dispatch_id in unheard:
            sent += _raise_unknown(session, work, dispatch_id)
        _raise_unheard(session, sent)
    return len(unheard)


def _raise_unknown(session: Session, work: VendorWork, dispatch_id: UUID) -> int:
    """1 for a mail that was sent; one that nobody can tell about gets an item of its own."""
    dispatch = access_dispatch(session, viewer=work.principal, dispatch_id=dispatch_id)
    if dispatch.status != "unknown":
        return 1
    raise_item(
        session,
        "mail_unknown",
        subject=("dispatch", dispatch.id),
        patient_id=dispatch.patient_id,
        code=dispatch.reason,
        once=True,
    )
    return 0


def _raise_unheard(session: Session, count: int) -> None:
    if count:
        raise_item(session, "mail_unheard", times=count, once=True)
    else:
        settle_item(session, "mail_unheard")


def _hand_back_news(session: Session, work: VendorWork, unheard: set[UUID]) -> None:
    """Dead news about a mail we do know: it came before its mail was written down."""
    at = clock.now()
    dead = list_letter_ids(
        session,
        viewer=work.principal,
        since=at - REPLAYED_FOR,
        until=at,
        statuses=("dead",),
        source="ses",
        error=UNKNOWN,
    )
    for inbox_id in dead:
        row = access_letter(session, viewer=work.principal, inbox_id=inbox_id)
        if row.retried_at is None and ses.dispatch_id(ses.read(row.body)) in unheard:
            retry_letter(session, inbox_id=inbox_id, by=work.principal)


def _is_ours(found: FoundEvent, practice_id: UUID) -> bool:
    return stripe.own_id(found.event.practice) == practice_id


def _cursor(session: Session, work: VendorWork, source: str) -> datetime:
    row = _find_cursor(session, work, source)
    oldest = clock.now() - FIRST_LOOK
    return max(row.checked_until, oldest) if row else oldest


def _move_cursor(session: Session, work: VendorWork, source: str, until: datetime) -> None:
    row = _find_cursor(session, work, source)
    if row is None:
        values: Mapping[str, Any] = {"source": source, "checked_until": until}
        session.add(Reconciliation(practice_id=work.principal.practice_id, **values))
    else:
        row.checked_until = max(row.checked_until, until)
    session.flush()


def _find_cursor(session: Session, work: VendorWork, source: str) -> Reconciliation | None:
    return session.scalar(
        select(Reconciliation)
        .where(
            Reconciliation.practice_id == work.principal.practice_id,
            Reconciliation.source == source,
        )
        .with_for_update()
    )
