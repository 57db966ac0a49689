"""A worker nobody hears of: owners are told by a path that does not need it.

Whoever notices first, a web process or an operator's schedule, raises the item and sends the mail
itself, through the second provider if the first does not take it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal, Role
from shared.adapters.email.resend import ResendMail
from shared.adapters.email.ses import SesMail
from shared.attention.silence import last_beat, last_sign, raise_silence
from shared.config import Settings
from shared.db import Context, open_session
from shared.messaging.direct import Origin, record_entry, send_directly
from shared.messaging.letterheads import load_letterhead
from shared.messaging.senders import resolve_sender
from shared.models.account import Account
from shared.models.practice import Practice, PracticeHost
from shared.models.role_grant import RoleGrant

WATCHER = "watch"
TEMPLATE = "worker_silent"
# A dead worker is missed sooner than one that was stopped in order and forgotten.
DEAD_AFTER, FORGOTTEN_AFTER = timedelta(minutes=2), timedelta(minutes=20)

log = structlog.get_logger(__name__)


def silent_since() -> datetime | None:
    """Since when no worker is heard of, if for too long; None while all is well."""
    beat = last_beat()
    seen, patience = (beat, DEAD_AFTER) if beat else (last_sign(), FORGOTTEN_AFTER)
    # Signs of life go by the machine's time, also while the sandbox has moved ours.
    silent = seen is not None and clock.now() - clock.offset() - seen > patience
    return seen if silent else None


def tell_of_silence(settings: Settings) -> datetime | None:
    """Tell every practice's owners of a silence, once each; returns since when it is silent."""
    seen = silent_since()
    if seen is None:
        return None
    with open_session(Context(None, "bedside_public", "host")) as session:
        practices = list(session.scalars(select(PracticeHost.practice_id).distinct()))
    for practice_id in practices:
        by = Principal.job(practice_id, WATCHER)
        if raise_silence(by.context(), seen):
            log.critical("worker.silent", practice_id=str(practice_id))
            _mail(settings, by)
    return seen


def _mail(settings: Settings, by: Principal) -> None:
    with open_session(by.context()) as session:
        practice = session.get_one(Practice, by.practice_id)
        letterhead = load_letterhead(session, by.practice_id, settings)
        origin = Origin(letterhead, resolve_sender(session), practice.slug)
        addresses = list(dict.fromkeys([*_owners(session, by), practice.email]))
    for address in addresses:
        sent = send_directly(
            SesMail(settings), ResendMail(settings), to=address, origin=origin, template=TEMPLATE
        )
        with open_session(by.context()) as session:
            record_entry(session, sent.entry, by=by, action=f"dispatch.{sent.entry.status}")


def _owners(session: Session, by: Principal) -> list[str]:
    rows = session.scalars(
        select(Account)
        .join(
            RoleGrant,
            (RoleGrant.practice_id == Account.practice_id) & (RoleGrant.account_id == Account.id),
        )
        .where(
            Account.practice_id == by.practice_id,
            Account.closed_at.is_(None),
            RoleGrant.role == Role.OWNER,
            RoleGrant.ended_at.is_(None),
        )
    )
    return [account.email for account in rows]
