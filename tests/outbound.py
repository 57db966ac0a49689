"""What a practice has besides: an item, an address without mail, a dead letter, a change."""

from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import select

from shared import clock
from shared.access.principal import Role
from shared.attention import raise_item
from shared.db import open_session
from shared.events import act
from shared.keyring import blind_index
from shared.models.inbox import Inbox
from shared.models.pending_change import PendingChange
from shared.models.sender import MessageSender
from shared.models.suppression import Suppression
from tests.people import PracticeOf

ADDRESS = "gone@patients.example"


def outbound_of(practice: PracticeOf, dispatch_id: UUID) -> dict[str, UUID]:
    """One of each, with the argument names that routes use."""
    at = clock.now()
    with open_session(practice.context()) as session:
        kept = Suppression(
            practice_id=practice.id,
            channel="email",
            to=ADDRESS,
            to_bidx=blind_index(practice.id, "email", ADDRESS),
            reason="bounced",
            dispatch_id=dispatch_id,
            created_at=at,
        )
        letter = Inbox(
            practice_id=practice.id,
            source="stripe:practice",
            vendor_event_id=f"evt_{dispatch_id.hex}",
            kind="checkout.session.completed",
            body='{"id": "evt_1Q2w3E4r5T", "customer": "Somebody"}',
            status="dead",
            attempts=1,
            last_error="unknown reference",
            received_at=at,
        )
        session.add_all([kept, letter])
        act(session, "practice.seeded", target=("practice", practice.id))
        item = raise_item(session, "mail_bounced", subject=("suppression", kept.id))
        row_id = session.scalars(select(MessageSender.id)).first()
        ids = {"item_id": item.id, "suppression_id": kept.id, "inbox_id": letter.id}
    owner = next(one for one in practice.staff.values() if Role.OWNER in one.roles)
    # A change is proposed by the machine's own clock; the database knows no standing one.
    present = clock.freeze(datetime.now(UTC))
    with present, open_session(owner.acting(Role.OWNER).context()) as session:
        change = PendingChange(
            practice_id=practice.id,
            kind="message_sender",
            proposal={"name": "P", "address": "p@practice.example", "reply_to": None},
            proposed_by=owner.account_id,
            proposed_at=clock.now(),
        )
        session.add(change)
        act(session, "change.proposed", target=change, what="message_sender")
        return ids | {"change_id": change.id, "row_id": row_id or change.id}
