"""The two-person rule for senders and payments holds in the database, not only in the program."""

from alembic import op

from migrations.tables import run_file

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("alter table pending_change add column used_for uuid")
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "alter table pending_change add constraint ck_pending_change_used"
        " check (used_for is null or applied_at is not null)"
    )
    # Applied until now means used: its row is there already.
    op.execute("select set_config('app.action', 'schema.migrated', true)")
    op.execute("update pending_change set used_for = id where applied_at is not null")
    run_file("two_persons")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
