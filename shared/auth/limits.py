"""Rate limits: how often one source may knock, counted in Postgres in fixed windows.

A source is a mailbox, a network or an attempt, known by its blind index only. One statement
counts and answers, in a transaction of its own, so that sixteen knocks at once count sixteen
and a refused request stays counted.
"""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.auth.errors import TooOften
from shared.auth.gate import through_gate
from shared.keyring import blind_index, normalise_email
from shared.models.rate_limit import RateLimit


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` knocks from one source within each window."""

    bucket: str
    most: int
    window: timedelta


# A clinic's waiting room shares one address, so networks are allowed far more than mailboxes.
MAILS_TO_ADDRESS = Limit("sign_in.address", 5, timedelta(minutes=15))
MAILS_FROM_NETWORK = Limit("sign_in.network", 60, timedelta(minutes=15))
REDEMPTIONS_FROM_NETWORK = Limit("redeem.network", 120, timedelta(minutes=15))
RECOVERY_FOR_ADDRESS = Limit("recovery.address", 5, timedelta(minutes=15))
RECOVERY_FROM_NETWORK = Limit("recovery.network", 20, timedelta(minutes=15))
CHALLENGES_FROM_NETWORK = Limit("challenge.network", 120, timedelta(minutes=15))
# Somebody comparing times holds one after the other; somebody shutting a practice holds dozens.
HOLDS_FROM_NETWORK = Limit("hold.network", 30, timedelta(minutes=10))
INVITATIONS_BY_ACCOUNT = Limit("invitation.account", 20, timedelta(hours=1))


def spend(session: Session, limit: Limit, source: str) -> None:
    """Count one knock; raises TooOften when there were too many in this window."""
    at = clock.now()
    start = window_start(limit, at)
    practice_id = session.info["context"].practice_id
    statement = (
        insert(RateLimit)
        .values(
            practice_id=practice_id,
            bucket=limit.bucket,
            key=blind_index(practice_id, limit.bucket, source),
            window_start=start,
            hits=1,
        )
        .on_conflict_do_update(
            index_elements=["practice_id", "bucket", "key", "window_start"],
            set_={"hits": RateLimit.hits + 1},
        )
        .returning(RateLimit.hits)
    )
    with through_gate(session) as own:
        hits = own.execute(statement).scalar_one()
    if hits > limit.most:
        raise TooOften(max(1, int((start + limit.window - at).total_seconds())))


def mailbox_of(email: str) -> str:
    """What counts as one mailbox: tags after a plus lead to the same one."""
    local, at, domain = normalise_email(email).rpartition("@")
    return f"{local.partition('+')[0]}{at}{domain}"


def window_start(limit: Limit, at: datetime) -> datetime:
    """The beginning of the window that a moment falls into."""
    size = int(limit.window.total_seconds())
    return datetime.fromtimestamp(int(at.timestamp()) // size * size, UTC)


def network_of(address: str | None) -> str:
    """What counts as one source on the network: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        parsed = ipaddress.ip_address(address or "")
    except ValueError:
        return "unknown"
    if parsed.version == 6:
        mapped = parsed.ipv4_mapped
        if mapped is not None:
            return str(mapped)
        return str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))
    return str(parsed)
