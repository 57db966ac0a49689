"""A downtime sheet lies in the database as well, sealed: the web cannot read the archive."""

from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.execute("alter table downtime_sheet add column sealed bytea")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
