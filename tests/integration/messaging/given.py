"""Senders that a test needs there and then: the two-person rule is tried elsewhere."""

import psycopg

from shared.config import Settings
from tests.people import PracticeOf


def give_sender(settings: Settings, practice: PracticeOf, *, name: str, address: str) -> None:
    """As the owner of the database, whom the rule does not bind."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'message_sender.changed', true)")
        owner.execute("select set_config('app.practice_id', %s, true)", [str(practice.id)])
        owner.execute(
            "update message_sender set ended_at = now()"
            " where practice_id = %s and ended_at is null",
            [practice.id],
        )
        owner.execute(
            "insert into message_sender (practice_id, id, channel, name, address, created_at)"
            " values (%s, gen_random_uuid(), 'email', %s, %s, now())",
            [practice.id, name, address],
        )
