"""The points that ask the network, a vendor or the catalogue: asked by a job, kept for the list.

No transaction is open while anybody outside is asked. Who does not answer leaves the point red and
says so; the rest goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from shared import clock
from shared.access.readiness import find_last_proven_room
from shared.adapters.email.identity import SesIdentities
from shared.adapters.email.ses import MailUnavailable
from shared.adapters.ground.certificates import HostUnavailable, read_certificate
from shared.adapters.ground.clusters import Clusters, ClusterUnavailable
from shared.adapters.ground.names import Names, NamesUnavailable
from shared.adapters.ground.pages import SiteUnavailable, page_exists
from shared.adapters.keys.rotation import KeyRotation
from shared.adapters.storage.s3 import StorageUnavailable
from shared.events import act
from shared.keyring import KeysUnavailable
from shared.messaging.senders import resolve_sender
from shared.models.practice import PracticeHost
from shared.models.readiness import ReadinessFinding
from shared.practices.hosts import canonical_url
from shared.practices.rotation import standing as key_standing
from shared.practices.work import VendorWork
from shared.preflight.catalogue import differences, read_catalogue
from shared.preflight.lines import OUTSIDE
from shared.preflight.mail_domain import judge_domain
from shared.preflight.standing import lines_found
from shared.proof.places import checkpoint_prefix
from shared.proof.work import archive

log = structlog.get_logger(__name__)

# What the platform has to promise (seed 000), and how far behind a copy may be.
BACKUP_DAYS = 35
COPIED_WITHIN = timedelta(minutes=10)
CERTIFICATE_LASTS = timedelta(days=14)
TURNED_EVERY = timedelta(days=95)
KMS_DAYS = 90
POLICIES = ("privacy", "terms", "notice-of-privacy-practices", "telehealth-consent")
AWAY = (
    *(MailUnavailable, HostUnavailable, ClusterUnavailable, NamesUnavailable),
    *(SiteUnavailable, KeysUnavailable, StorageUnavailable),
)

Judged = tuple[bool, str, dict[str, Any]]


def examine(work: VendorWork) -> dict[str, Judged]:
    """Ask about every point that lies outside, and keep the answers."""
    found = {line.name: _ask(line.name, work) for line in lines_found(OUTSIDE)}
    with work.session() as session:
        _keep(session, work, found)
    return found


def _ask(name: str, work: VendorWork) -> Judged:
    try:
        return ASKED[name](work)
    except AWAY as away:
        log.warning("preflight.unanswered", line=name, kind=type(away).__name__)
        return False, "no_answer", {"why": str(away)[:60]}


def _keep(session: Session, work: VendorWork, found: dict[str, Judged]) -> None:
    known = {
        row.line: row
        for row in session.scalars(
            select(ReadinessFinding).where(ReadinessFinding.practice_id == work.practice_id)
        )
    }
    for name, (good, code, seen) in found.items():
        row = known.get(name)
        if row is None:
            row = ReadinessFinding(practice_id=work.practice_id, line=name)
            session.add(row)
        row.good, row.code, row.seen, row.checked_at = good, code, seen, clock.now()
    act(session, "readiness.examined", target=("practice", work.practice_id))


def ask_roles(work: VendorWork) -> Judged:
    """Who may do what in the database, beside what a reviewer has read."""
    with work.session() as session:
        found = read_catalogue(
            lambda question: [tuple(row) for row in session.execute(_plain(question))]
        )
    other = differences(found)
    if other:
        return False, "differs", {"num": len(other), "first": other[0][:160]}
    return True, "as_reviewed", {"num": len(found)}


def ask_hosts(work: VendorWork) -> Judged:
    """Every address shows a certificate that a browser takes, for a fortnight at least."""
    with work.session() as session:
        hosts = session.scalars(
            select(PracticeHost.host)
            .where(PracticeHost.practice_id == work.practice_id, PracticeHost.ended_at.is_(None))
            .distinct()
            .order_by(PracticeHost.host)
        ).all()
    if work.settings.scheme != "https":
        return False, "plain_http", {}
    ends: list[datetime] = []
    for host in hosts:
        try:
            shown = read_certificate(host)
        except HostUnavailable as refused:
            return False, f"host_{refused}", {"host": host}
        if shown.ends_at - clock.now() < CERTIFICATE_LASTS:
            return False, "host_ends", {"host": host, "on": shown.ends_at.date().isoformat()}
        ends.append(shown.ends_at)
    return bool(ends), "hosts_ok", {"num": len(ends)}


def ask_mail_domain(work: VendorWork) -> Judged:
    """What mailbox providers look for in the names of the sender's domain."""
    with work.session() as session:
        domain = resolve_sender(session).address.rpartition("@")[2].lower()
    identity = SesIdentities(work.settings).find(domain)
    return judge_domain(domain, identity, Names(work.settings))


def ask_policies(work: VendorWork) -> Judged:
    """The pages a patient has to be able to read are there for a stranger's browser."""
    with work.session() as session:
        site = canonical_url(session, work.settings, practice_id=work.practice_id, face="marketing")
    absent = [name for name in POLICIES if not page_exists(f"{site}/{name}")]
    return not absent, "pages_absent" if absent else "published", {"names": ", ".join(absent)}


def ask_video(work: VendorWork) -> Judged:
    """A room was made at the vendor with our options, and was proven gone afterwards."""
    if not work.settings.whereby_api_key or not work.settings.whereby_origin:
        return False, "no_key", {}
    with work.session() as session:
        gone = find_last_proven_room(session, viewer=work.principal)
    return gone is not None, "last" if gone else "no_room", {"at": gone.isoformat()} if gone else {}


def ask_backups(work: VendorWork) -> Judged:
    """35 days back, up to minutes ago, protected from being deleted."""
    if not work.settings.database_cluster:
        return False, "no_cluster", {}
    told = Clusters(work.settings).backups()
    if told.days < BACKUP_DAYS:
        return False, "days", {"num": told.days}
    if not told.protected or not told.encrypted:
        return False, "unprotected", {}
    if told.latest is None or clock.now() - told.latest > COPIED_WITHIN:
        return False, "behind", {}
    return True, "days", {"num": told.days}


def ask_archive_account(work: VendorWork) -> Judged:
    """The newest checkpoint is locked, in a bucket that belongs to another account."""
    bucket = archive(work.settings)
    newest = None
    for stored in bucket.stored(checkpoint_prefix(work.practice_id)):
        newest = stored
    until = bucket.locked_until(newest) if newest else None
    if until is None:
        return False, "unlocked" if newest else "nothing_stored", {}
    other = work.settings.archive_account
    if not other:
        return False, "no_account", {}
    if other == KeyRotation(work.settings).account():
        return False, "own_account", {}
    if not bucket.belongs_to(other):
        return False, "foreign_account", {}
    return True, "locked", {"on": until.date().isoformat()}


def ask_keys(work: VendorWork) -> Judged:
    """The KMS key turns itself every 90 days, and the data key is no older."""
    days = KeyRotation(work.settings).days()
    if days is None or days > KMS_DAYS:
        return False, "kms_days" if days else "kms_never", {"num": days or 0}
    with work.session() as session:
        now = key_standing(session)
    if clock.now() - now.made_at > TURNED_EVERY:
        return False, "data_key", {"on": now.made_at.date().isoformat()}
    return True, "turned", {"on": now.made_at.date().isoformat()}


ASKED: dict[str, Callable[[VendorWork], Judged]] = {
    "roles": ask_roles,
    "hosts": ask_hosts,
    "mail_domain": ask_mail_domain,
    "policies": ask_policies,
    "video": ask_video,
    "backups": ask_backups,
    "archive_account": ask_archive_account,
    "keys": ask_keys,
}


def _plain(question: str) -> Any:
    return text(question.replace(":", r"\:"))
