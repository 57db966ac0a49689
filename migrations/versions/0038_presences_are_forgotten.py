"""When a guest's page last spoke is forgotten, as the presence of both sides is."""

from alembic import op

from migrations.tables import PRACTICE

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.execute("grant select, delete on visit_guest_presence to bedside_job")
    op.execute(
        "create policy visit_guest_presence_job on visit_guest_presence to bedside_job"
        f" using (practice_id = {PRACTICE}) with check (false)"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
