"""Somebody else in the visit: an interpreter or a relative comes by a link of their own.

The link is good for one browser at a time, until the visit is long over, and can be taken back.
A browser holds it while its page speaks; so a program that opens mail and presses buttons never
locks the guest out, and nobody takes the place of a guest who is there (ADR 31). Whoever holds it
still knocks: the practitioner lets them in.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from shared import clock
from shared.access.dispatches import find_dispatch_by_key
from shared.access.held_visits import access_held_visit
from shared.access.principal import Principal
from shared.access.visit_guests import Invited, find_invited, list_guests, list_words, lock_guest
from shared.access.visits import get_visit
from shared.auth import limits, tokens
from shared.events import act
from shared.ids import new_id
from shared.messaging.email import send_email
from shared.models.dispatch import Dispatch
from shared.models.visit import Visit
from shared.models.visit_company import VisitGuest, VisitGuestPresence, VisitWord
from shared.visits.errors import Over
from shared.visits.here import FRESH
from shared.visits.states import OVER, Status

KINDS = ("interpreter", "family", "colleague")
GOOD_AFTER_END = timedelta(hours=2)
# As many as a room takes beside the two sides.
MOST_GUESTS = 2
LONGEST_WORDS = 240
MAIL = "guest_link"
PAGE = "/portal/guest/{token}"


class TooMany(ValueError):
    """The room has no place for another one."""


class LinkSpent(LookupError):
    """The link is not good: unknown, run out, taken back, or (`is_over`) the visit has ended."""

    def __init__(self, *, is_over: bool = False) -> None:
        super().__init__()
        self.is_over = is_over


class LinkElsewhere(LookupError):
    """Another browser holds the link; `is_there` says whether it was there just now."""

    def __init__(self, *, is_there: bool) -> None:
        super().__init__()
        self.is_there = is_there


class NothingSaid(ValueError):
    """A line has 1 to 240 characters."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A link that was just made; its token exists in clear only here."""

    guest: VisitGuest
    token: str


def invite_guest(session: Session, *, visit: Visit, kind: str, by: Principal) -> Invitation:
    """A way in for one more. Raises Over, TooMany; ValueError for a kind not in KINDS."""
    if kind not in KINDS:
        raise ValueError(kind)
    held = access_held_visit(session, viewer=by, visit_id=visit.id).visit
    # Several at once count one after the other.
    held = get_visit(session, viewer=by, visit_id=held.id, lock=True)
    if Status(held.status) in OVER:
        raise Over
    now = clock.now()
    if sum(is_good(one, now) for one in list_guests(session, viewer=by, visit=held)) >= MOST_GUESTS:
        raise TooMany
    token = tokens.new_token()
    row = VisitGuest(
        practice_id=held.practice_id,
        visit_id=held.id,
        patient_id=held.patient_id,
        kind=kind,
        token_hash=tokens.hash_token(token),
        made_by=by.account_id,
        created_at=now,
        expires_at=max(held.ends_at, now) + GOOD_AFTER_END,
    )
    session.add(row)
    act(session, "visit.guest_invited", target=row, patient_id=row.patient_id, who=kind)
    return Invitation(row, token)


def invite_by_mail(
    session: Session, *, visit: Visit, kind: str, email: str, by: Principal
) -> Invitation:
    """The same, and the link goes to that address; the mail names nobody but the practice.

    The message is the guest's and stands in no patient's record: whom the visit is with, the log
    alone says. Its link is forgotten once it was sent. Raises Over, TooMany, TooOften.
    """
    limits.spend(session, limits.GUESTS_BY_ACCOUNT, str(by.account_id))
    made = invite_guest(session, visit=visit, kind=kind, by=by)
    send_email(
        session,
        to=email,
        template=MAIL,
        context={"link": PAGE.format(token=made.token)},
        about=("visit_guest", made.guest.id),
        dedupe_key=_mail_key(made.guest),
    )
    return made


def find_guest_mail(session: Session, *, viewer: Principal, guest: VisitGuest) -> Dispatch | None:
    """The mail with a guest's link, None where it was shown instead."""
    return find_dispatch_by_key(session, viewer=viewer, dedupe_key=_mail_key(guest))


def _mail_key(guest: VisitGuest) -> str:
    return f"{MAIL}:{guest.id}"


def is_good(guest: VisitGuest, at: datetime) -> bool:
    """True while a link may be used."""
    return guest.revoked_at is None and guest.expires_at > at


def revoke_guest(session: Session, *, visit: Visit, guest_id: UUID, by: Principal) -> None:
    """Take a link back; it opens nothing any more. Twice is once."""
    row = lock_guest(session, viewer=by, visit=visit, guest_id=guest_id)
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        act(session, "visit.guest_revoked", target=row, patient_id=row.patient_id, who=row.kind)


def find_way_in(
    session: Session, *, practice_id: UUID, token: str, browser: bytes | None
) -> Invited | None:
    """What a link leads to for this browser, None before it was taken.

    Raises LinkSpent, LinkElsewhere.
    """
    found = _found(session, practice_id, token, lock=False)
    if found.guest.browser is None:
        return None
    if found.guest.browser != browser:
        raise LinkElsewhere(is_there=_is_there(found))
    return found


def take_link(session: Session, *, practice_id: UUID, token: str, browser: bytes) -> None:
    """This browser holds the link from now on. Raises LinkSpent, LinkElsewhere."""
    found = _found(session, practice_id, token, lock=True)
    guest = found.guest
    if guest.browser == browser:
        return
    if _is_there(found):
        raise LinkElsewhere(is_there=True)
    action = "visit.guest_came" if guest.browser is None else "visit.guest_moved"
    guest.browser, guest.opened_at = browser, clock.now()
    act(session, action, target=guest, patient_id=guest.patient_id, who=guest.kind)


def note_guest(
    session: Session, *, practice_id: UUID, token: str, browser: bytes | None
) -> Invited:
    """The guest's page is open. Raises LinkSpent, LinkElsewhere, also before the link was taken."""
    found = _found(session, practice_id, token, lock=True)
    if browser is None or found.guest.browser != browser:
        raise LinkElsewhere(is_there=_is_there(found))
    row = insert(VisitGuestPresence).values(
        practice_id=practice_id, id=new_id(), guest_id=found.guest.id, seen_at=clock.now()
    )
    session.execute(
        row.on_conflict_do_update(
            constraint="uq_visit_guest_presence_guest", set_={"seen_at": row.excluded.seen_at}
        ).execution_options(door=True)
    )
    return found


def _is_there(found: Invited) -> bool:
    return found.seen_at is not None and found.seen_at > clock.now() - FRESH


def _found(session: Session, practice_id: UUID, token: str, *, lock: bool) -> Invited:
    if not tokens.looks_like_token(token):
        raise LinkSpent
    found = find_invited(
        session,
        practice_id=practice_id,
        token_hash=tokens.hash_token(token),
        at=clock.now(),
        lock=lock,
    )
    if found is None:
        raise LinkSpent
    if Status(found.status) in OVER:
        raise LinkSpent(is_over=True)
    return found


def say_to_waiting(session: Session, *, visit: Visit, words: str, by: Principal) -> VisitWord:
    """A short line for the waiting room. Raises NothingSaid, Over."""
    said = " ".join(words.split())
    if not 0 < len(said) <= LONGEST_WORDS:
        raise NothingSaid
    held = access_held_visit(session, viewer=by, visit_id=visit.id).visit
    if Status(held.status) in OVER:
        raise Over
    row = VisitWord(
        practice_id=held.practice_id,
        visit_id=held.id,
        patient_id=held.patient_id,
        said_by=by.account_id,
        said_at=clock.now(),
    )
    row.words = said
    session.add(row)
    act(session, "visit.said", target=held, patient_id=held.patient_id)
    return row


def last_words(session: Session, *, visit: Visit, by: Principal) -> VisitWord | None:
    """The newest line for the waiting room, as long as nobody has met."""
    said = list_words(session, viewer=by, visit=visit)
    return said[-1] if said else None
