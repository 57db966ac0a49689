"""Rate limits: how often one source may knock, counted in Postgres in fixed windows.

A source is a mailbox, a network or both, known by its blind index only. One statement counts and
answers, in a transaction of its own, so that sixteen knocks at once count sixteen and a refused
request stays counted. Where a secret is proven, only failures count in the end: nobody with a
good link or code is kept out by somebody else's guesses (`failures_of`).
"""

import ipaddress
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.auth.errors import NothingToOpen, OtherBrowser, SignInRefused, TooOften
from shared.auth.gate import through_gate
from shared.keyring import blind_index, normalise_email
from shared.models.rate_limit import RateLimit


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` knocks from one source within each window.

    Beyond `most` failures a good secret is still let through, up to `absurd` knocks.
    """

    bucket: str
    most: int
    window: timedelta
    absurd: int = 0


# Where nothing can be guessed a limit is there for the work alone: 67 knocks a second, without end,
# before anybody else of the network is kept out.
ABSURD = 60_000
# Whether what fails now is one failure of far too many: counted, and not written down any more.
_NOISE = "auth.noise"

# A clinic's waiting room shares one address, so networks are allowed far more than mailboxes.
MAILS_TO_ADDRESS = Limit("sign_in.address", 5, timedelta(minutes=15))
MAILS_FROM_NETWORK = Limit("sign_in.network", 60, timedelta(minutes=15))
REDEMPTIONS_FROM_NETWORK = Limit("redeem.network", 120, timedelta(minutes=15), absurd=ABSURD)
# A recovery code has 80 random bits: what is limited is noise and work, guessing is hopeless.
# Whoever fails is stopped where they are; the address itself is never shut, or anybody could
# shut it. Many failures for one address are told to the owner instead (`GUESSES_AT_ADDRESS`).
RECOVERY_FROM_PLACE = Limit("recovery.place", 5, timedelta(minutes=15))
RECOVERY_FROM_NETWORK = Limit("recovery.network", 20, timedelta(minutes=15), absurd=ABSURD)
GUESSES_AT_ADDRESS = Limit("recovery.address", 25, timedelta(hours=1))
# A challenge is worth nothing to who has no passkey. It is counted by browser, so that a guest of
# the waiting room cannot shut the desk out; the network's limit is there for noise alone.
CHALLENGES_OF_BROWSER = Limit("challenge.browser", 60, timedelta(minutes=15))
CHALLENGES_FROM_NETWORK = Limit("challenge.network", ABSURD, timedelta(minutes=15))
PASSKEYS_FROM_NETWORK = Limit("passkey.network", 120, timedelta(minutes=15), absurd=ABSURD)
# Somebody comparing times holds one after the other; somebody shutting a practice holds dozens.
HOLDS_FROM_NETWORK = Limit("hold.network", 30, timedelta(minutes=10))
# A measuring of one's line is about twenty pieces each way.
LINE_BY_ACCOUNT = Limit("line.account", 400, timedelta(minutes=10))
IDENTITY_BY_ACCOUNT = Limit("identity.account", 6, timedelta(hours=1))
GUESTS_BY_ACCOUNT = Limit("guest.account", 20, timedelta(hours=1))
INVITATIONS_BY_ACCOUNT = Limit("invitation.account", 20, timedelta(hours=1))


def spend(session: Session, limit: Limit, source: str) -> None:
    """Count one knock; raises TooOften when there were too many in this window."""
    at = clock.now()
    if _count(session, limit, source, at) > limit.most:
        raise too_often(limit, at)


@contextmanager
def failures_of(session: Session, limit: Limit, source: str) -> Iterator[None]:
    """Let somebody try to prove who they are; only a failure stays counted.

    The knock is counted before its worth is known and taken back when it was good, so that many
    at once cannot slip through. Raises TooOften instead of trying at `absurd` knocks (at `most`
    for a limit without), and in place of the refusal for each failure beyond `most`.
    """
    at = clock.now()
    hits = _count(session, limit, source, at)
    if hits > max(limit.most, limit.absurd):
        raise too_often(limit, at)
    before = is_noise(session)
    session.info[_NOISE] = before or hits > limit.most
    try:
        yield
    except (OtherBrowser, NothingToOpen):
        # The secret was good; what it opens is another question.
        _take_back(session, limit, source, at)
        raise
    except SignInRefused as refusal:
        if hits > limit.most:
            raise too_often(limit, at) from refusal
        raise
    finally:
        session.info[_NOISE] = before
    _take_back(session, limit, source, at)


def is_noise(session: Session) -> bool:
    """True while somebody tries again who failed `most` times: one more entry would tell nothing.

    The log keeps what it is given for ever; a stranger who fails a thousand times must not fill it.
    """
    return bool(session.info.get(_NOISE))


def reaches(session: Session, limit: Limit, source: str) -> bool:
    """Count one knock; True for exactly the one that fills the window."""
    return _count(session, limit, source, clock.now()) == limit.most


def too_often(limit: Limit, at: datetime) -> TooOften:
    """The refusal, with the seconds until the window ends."""
    left = window_start(limit, at) + limit.window - at
    return TooOften(max(1, int(left.total_seconds())))


def _count(session: Session, limit: Limit, source: str, at: datetime) -> int:
    """How many knocks of the source this window holds, with this one."""
    practice_id = session.info["context"].practice_id
    statement = (
        insert(RateLimit)
        .values(
            practice_id=practice_id,
            bucket=limit.bucket,
            key=blind_index(practice_id, limit.bucket, source),
            window_start=window_start(limit, at),
            hits=1,
        )
        .on_conflict_do_update(
            index_elements=["practice_id", "bucket", "key", "window_start"],
            set_={"hits": RateLimit.hits + 1},
        )
        .returning(RateLimit.hits)
    )
    with through_gate(session) as own:
        return own.execute(statement).scalar_one()


def _take_back(session: Session, limit: Limit, source: str, at: datetime) -> None:
    practice_id = session.info["context"].practice_id
    with through_gate(session) as own:
        own.execute(
            update(RateLimit)
            .where(
                RateLimit.practice_id == practice_id,
                RateLimit.bucket == limit.bucket,
                RateLimit.key == blind_index(practice_id, limit.bucket, source),
                RateLimit.window_start == window_start(limit, at),
            )
            .values(hits=RateLimit.hits - 1)
            .execution_options(synchronize_session=False)
        )


def mailbox_of(email: str) -> str:
    """What counts as one mailbox: tags after a plus lead to the same one, at Gmail also dots."""
    local, at, domain = normalise_email(email).rpartition("@")
    name = local.partition("+")[0]
    if domain in {"gmail.com", "googlemail.com"}:
        name, domain = name.replace(".", ""), "gmail.com"
    return f"{name}{at}{domain}"


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
