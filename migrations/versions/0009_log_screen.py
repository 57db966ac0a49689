"""Reading the log on a screen: whose record an entry is about, and what one person did."""

from alembic import op

from migrations.tables import PRACTICE

revision = "0009"
down_revision = "0008"

# As much of a record as it takes to say whom an entry of the log concerns.
NAMES = "practice_id, id, reference, given_name, family_name, name_key"


def upgrade() -> None:
    for role in ("manager", "auditor"):
        op.execute(f"grant select ({NAMES}) on patient to bedside_{role}")
        op.execute(
            f"create policy patient_{role} on patient for select to bedside_{role}"
            f" using (practice_id = {PRACTICE})"
        )
    op.execute("set local role bedside_audit")
    op.execute(
        "create index ix_event_actor_at on audit.event (practice_id, actor_id, at)"
        " where actor_id is not null"
    )
    op.execute("reset role")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
