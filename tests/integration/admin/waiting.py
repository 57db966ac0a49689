"""A day in which nobody withdraws a change."""

import psycopg

from shared.config import Settings


def a_day_passes(settings: Settings) -> None:
    """For what waits: the database goes by the machine's clock, which no test can turn."""
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select set_config('app.action', 'change.proposed', true)")
        owner.execute(
            "update pending_change set proposed_at = proposed_at - interval '25 hours',"
            " effective_at = effective_at - interval '25 hours' where applied_at is null"
        )
