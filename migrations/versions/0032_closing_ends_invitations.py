"""Closing a sign-in, which the gate does, ends the invitations to it and by it."""

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    op.execute("grant update (ended_at) on staff_invitation to bedside_gate")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
