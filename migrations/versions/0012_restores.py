"""A restore can be declared: the log forks, and what was signed of the lost end is void."""

from alembic import op

from migrations.tables import run_file

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("set local role bedside_audit")
    run_file("log_restores")
    op.execute("reset role")


def downgrade() -> None:
    raise NotImplementedError("the event log is not taken down")
