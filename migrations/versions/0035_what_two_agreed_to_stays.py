"""What two people agreed to is not changed by a detour: names stay, and so does the opening."""

from alembic import op

from migrations.tables import run_file

revision = "0035"
down_revision = "0034"

# What a job may change of what it may add: an end, and which name is the main one.
ENDS = {"practice_host": "canonical, ended_at", "role_grant": "ended_by, ended_at"}


def upgrade() -> None:
    for name, columns in ENDS.items():
        op.execute(f"revoke update on {name} from bedside_job")
        op.execute(f"grant update ({columns}) on {name} to bedside_job")
    run_file("main_address_stays")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
