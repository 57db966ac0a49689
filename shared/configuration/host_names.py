"""Which host names lead to the practice: added, given up, and the one that links are made of.

Who may name the host of links may lead sign-in mails elsewhere: the caller has asked for a fresh
factor, every owner is told by mail, and of an open practice the main address changes only by two
owners or after a day (`proposing`; the database holds it too).
"""

import re
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from shared import clock
from shared.access.accounts import list_staff
from shared.access.changes import find_open_change
from shared.access.errors import NotFound
from shared.access.principal import Principal, Role
from shared.events import act
from shared.messaging.email import send_email
from shared.models.practice import PracticeHost
from shared.practices.creation import FACES

PAGE = "/admin/settings/hosts"
MAIN_ADDRESS = "practice_host"  # the kind of the change that makes a name the main one
OPEN_ONCE = "uq_practice_host_open"
LONGEST = 253  # RFC 1035, section 2.3.4
MOST = 40
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
# A name whose last part is a number, in any base, is an address to a browser (WHATWG URL, 3.5).
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


class HostRefused(Exception):
    """`problem`: not_a_name, taken, primary, in_use, waits or too_many."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class HostName:
    """A name that leads to one face of the practice."""

    id: UUID
    host: str
    face: str
    primary: bool


def clean_host(typed: str) -> str:
    """The name as a browser sends it. Raises HostRefused for an address, a port, a wildcard."""
    name = typed.strip().rstrip(".").lower()
    try:
        name = name.encode("idna").decode() if name else ""
    except UnicodeError as wrong:
        raise HostRefused("not_a_name") from wrong
    labels = name.split(".")
    named = len(labels) > 1 and len(name) <= LONGEST and not _NUMBER.fullmatch(labels[-1])
    if not named or not all(_LABEL.fullmatch(label) for label in labels):
        raise HostRefused("not_a_name")
    if labels[0] == "sandbox" and labels[-1] == "localhost":
        raise HostRefused("not_a_name")
    return name


def list_host_names(session: Session, *, practice_id: UUID) -> list[HostName]:
    """The names in force, by face, the primary one first."""
    found = [
        HostName(row.id, row.host, row.face, row.canonical)
        for row in session.scalars(
            select(PracticeHost).where(
                PracticeHost.practice_id == practice_id, PracticeHost.ended_at.is_(None)
            )
        )
    ]
    return sorted(found, key=lambda one: (FACES.index(one.face), not one.primary, one.host))


def add_host(session: Session, *, host: str, face: str, by: Principal) -> PracticeHost:
    """Let a name lead to a face of the practice, from the next request on. Raises HostRefused.

    That a name is taken is said, never by whom.
    """
    name = clean_host(host)
    if face not in FACES:
        raise HostRefused("not_a_name")
    if len(list_host_names(session, practice_id=by.practice_id)) >= MOST:
        raise HostRefused("too_many")
    row = PracticeHost(practice_id=by.practice_id, host=name, face=face, canonical=False)
    try:
        with session.begin_nested():
            session.add(row)
            act(session, "host.added", target=row, face=face)
    except IntegrityError as conflict:
        if OPEN_ONCE in str(conflict.orig):
            raise HostRefused("taken") from None
        raise
    _tell(session, by, row)
    return row


def make_primary(session: Session, *, host_id: UUID, by: Principal) -> PracticeHost:
    """Build the links of its face from this name. Raises NotFound.

    Of an open practice only as what a change that was agreed to comes to.
    """
    row = _lock(session, by, host_id)
    if row.canonical:
        return row
    before = next(one for one in _of_face(session, row) if one.canonical)
    # One after the other: no face has two main addresses, not even for a moment.
    before.canonical = False
    act(session, "host.no_longer_primary", target=before, face=row.face)
    row.canonical = True
    act(session, "host.made_primary", target=row, face=row.face)
    if by.account_id is not None:  # of what its day has come the owners know: they were told when
        _tell(session, by, row)
    return row


def end_host(session: Session, *, host_id: UUID, by: Principal, asked_at: str) -> PracticeHost:
    """Give a name up; `asked_at` is where the request itself came. Raises NotFound, HostRefused."""
    row = _lock(session, by, host_id)
    if row.canonical:
        raise HostRefused("primary")
    if row.host == asked_at and row.face == "admin":
        raise HostRefused("in_use")
    waiting = find_open_change(session, viewer=by, kind=MAIN_ADDRESS)
    if waiting is not None and waiting.proposal.get("host_id") == str(row.id):
        raise HostRefused("waits")
    row.ended_at = clock.now()
    act(session, "host.ended", target=row, face=row.face)
    _tell(session, by, row)
    return row


def check_host_id(host_id: str | None) -> str | None:
    """Whether a wish names a host at all; the name of the problem if not."""
    try:
        UUID(host_id or "")
    except ValueError:
        return "bad_host"
    return None


def find_host(session: Session, *, host_id: UUID, practice_id: UUID) -> HostName:
    """One name in force. Raises NotFound."""
    for one in list_host_names(session, practice_id=practice_id):
        if one.id == host_id:
            return one
    raise NotFound


def _lock(session: Session, by: Principal, host_id: UUID) -> PracticeHost:
    row = session.scalars(
        select(PracticeHost)
        .where(
            PracticeHost.practice_id == by.practice_id,
            PracticeHost.id == host_id,
            PracticeHost.ended_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


def _of_face(session: Session, row: PracticeHost) -> list[PracticeHost]:
    return list(
        session.scalars(
            select(PracticeHost)
            .where(
                PracticeHost.practice_id == row.practice_id,
                PracticeHost.face == row.face,
                PracticeHost.ended_at.is_(None),
            )
            .with_for_update()
        )
    )


def _tell(session: Session, by: Principal, row: PracticeHost) -> None:
    for member in list_staff(session, viewer=by):
        if any(grant.role == Role.OWNER for grant in member.grants):
            send_email(
                session,
                to=member.account.email,
                template="hosts_changed",
                context={"link": PAGE},
                account_id=member.account.id,
                about=("practice_host", row.id),
            )
