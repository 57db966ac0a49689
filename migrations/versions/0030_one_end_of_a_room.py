"""A room ended at one moment, which stood in two columns."""

from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    # No release has ever had the column; nothing that runs reads it.
    op.execute("-- squawk-ignore ban-drop-column\nalter table video_room drop column deleted_at")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
