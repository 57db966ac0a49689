"""A practice may ask at check-in who came; that they said it rightly is kept with the visit."""

from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.execute("alter table practice add column asks_identity boolean not null default false")
    op.execute("alter table visit add column identity_confirmed_at timestamptz")
    op.execute("grant update (identity_confirmed_at) on visit to bedside_patient")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
