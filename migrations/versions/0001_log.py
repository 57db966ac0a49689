"""The event log: events, payloads, links, and the only functions that may write them.

Owned by bedside_audit, whom nobody may become but a migration. An event's actor, time, role and
practice come from the transaction, never from the caller. Links are made by a deferred trigger at
COMMIT, so that the practice's lock is held last (see docs/adr on the event log).
"""

from alembic import op

from migrations.tables import EVERY_ROLE, run_file

revision = "0001"
down_revision = None

EVERYONE = ", ".join(f"bedside_{name}" for name in EVERY_ROLE)


def upgrade() -> None:
    op.execute("grant usage on schema public to bedside_audit, " + EVERYONE)
    op.execute("grant select on alembic_version to bedside_audit, bedside_public")
    op.execute("grant usage on schema public to bedside_web, bedside_worker")
    # Why each table is kept and how long; filled by migrations.tables, read by housekeeping.
    op.execute("create table retention (table_name text primary key, class text not null)")
    op.execute("grant select on retention to bedside_job")
    op.execute("create schema audit authorization bedside_audit")
    op.execute("set local role bedside_audit")
    for name in ("log_tables", "log_functions", "log_access"):
        run_file(name)
    op.execute("reset role")


def downgrade() -> None:
    raise NotImplementedError("the event log is not taken down")
