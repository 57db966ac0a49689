"""Operations mail sent here and now: without the worker, whatever state the database is in.

With the database: the practice's sender and name. Without (stopped, dropped, spoilt): the adapters'
hardcoded defaults. Either way through the first provider, and through the second if that fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.dispatches import find_dispatch_by_key
from shared.access.principal import Principal
from shared.adapters.email.letter import Deferred, Letter, Outcome, Refused, Sender, Sent
from shared.adapters.email.ses import FALLBACK_SENDER
from shared.events import act
from shared.keyring import blind_index
from shared.messaging.catalogue import find_template
from shared.messaging.journal import Entry, new_entry_id, read_entered, read_entries
from shared.messaging.letterhead import Letterhead
from shared.messaging.providers import Attempt, First, Second, send_by_either
from shared.messaging.say import say
from shared.models.dispatch import Dispatch

TEMPLATE = "operations_test"
STATUS = {"Sent": "sent", "Refused": "failed", "Deferred": "failed", "Unknown": "unknown"}
# Where the link leads when not even the practice's own hosts are known.
NOWHERE = "https://bedside.example"


@dataclass(frozen=True, slots=True)
class Origin:
    """Who writes: with the defaults of last resort."""

    letterhead: Letterhead
    sender: Sender
    practice: str = ""


LAST_RESORT = Origin(
    Letterhead("Your practice", origins={"portal": NOWHERE, "admin": NOWHERE}), FALLBACK_SENDER
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What became of it; `entry` is what the database or the journal keeps."""

    attempt: Attempt
    entry: Entry

    @property
    def left(self) -> bool:
        """Whether a provider has taken it."""
        return isinstance(self.attempt.outcome, Sent)


def send_directly(
    first: First, second: Second, *, to: str, origin: Origin, template: str = TEMPLATE
) -> Delivered:
    """Send a mail of operations now. Never raises for what vendors or the network do."""
    mail_id = new_entry_id()
    message = say(template, {"link": "/admin/"}, letterhead=origin.letterhead)
    letter = Letter(
        to=to,
        sender=origin.sender,
        subject=message.subject,
        text=message.text,
        html=message.html,
        tags={"dispatch": str(mail_id)},
    )
    attempt = send_by_either(first, second, letter, key=f"dispatch/{mail_id}")
    return Delivered(attempt, _entry(mail_id, to, origin, attempt, template))


def record_entry(session: Session, entry: Entry, *, by: Principal, action: str) -> bool:
    """Enter a mail as a dispatch; False when it was entered before. Flushes."""
    key = f"journal:{entry.id}"
    if find_dispatch_by_key(session, viewer=by, dedupe_key=key) is not None:
        return False
    at = datetime.fromisoformat(entry.at)
    row = Dispatch(
        id=UUID(entry.id),
        practice_id=by.practice_id,
        channel="email",
        template=entry.template,
        status=entry.status,
        reason=entry.reason,
        provider=entry.provider,
        provider_message_id=entry.message_id,
        sender=entry.sender,
        sender_source=entry.sender_source,
        attempts=1,
        dedupe_key=key,
        created_at=at,
        claimed_at=at,
        sent_at=at if entry.status == "sent" else None,
        to=entry.to,
        to_bidx=blind_index(by.practice_id, "email", entry.to),
    )
    session.add(row)
    act(session, action, target=row, mail=find_template(entry.template).label)
    return True


def import_journal(session: Session, data: Path, *, slug: str, by: Principal) -> list[str]:
    """Enter what the journal holds of this practice, or of none; returns the ids of the new ones.

    The caller commits, and marks them as entered then.
    """
    entered = read_entered(data)
    return [
        entry.id
        for entry in read_entries(data)
        if entry.practice in {"", slug}
        and entry.id not in entered
        and record_entry(session, entry, by=by, action="mail.imported")
    ]


def _entry(mail_id: UUID, to: str, origin: Origin, attempt: Attempt, template: str) -> Entry:
    outcome: Outcome = attempt.outcome
    return Entry(
        id=str(mail_id),
        at=clock.now().isoformat(),
        practice=origin.practice,
        template=template,
        to=to,
        status=STATUS[type(outcome).__name__],
        reason=None if isinstance(outcome, Sent) else _reason(outcome),
        provider=attempt.provider,
        message_id=outcome.message_id if isinstance(outcome, Sent) else None,
        sender=attempt.letter.sender.address,
        sender_source=attempt.letter.sender.source,
    )


def _reason(outcome: Outcome) -> str | None:
    if isinstance(outcome, Deferred | Refused):
        return f"gave_up_{outcome.reason}"
    return getattr(outcome, "reason", None)
