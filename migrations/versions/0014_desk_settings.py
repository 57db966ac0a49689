"""Settings that an owner edits: host names that end, who offers a visit, rules of the practice.

Whoever calls itself an owner's transaction writes settings only while the acting account holds that
role, as the records of patients have it since 0010.
"""

from alembic import op

from migrations.tables import ACTOR, PRACTICE

revision = "0014"
down_revision = "0013"

OWNER = f"""exists (
    select from public.role_grant held
    where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
        and held.role = 'owner' and held.ended_at is null)"""
SETTINGS = (
    *("practice", "practice_host", "visit_type", "weekly_hours", "schedule_exception"),
    "practitioner_role",
)


def upgrade() -> None:
    practices()
    hosts()
    visit_types()
    for name in SETTINGS:
        op.execute(
            f"create policy {name}_manager_adds on {name} as restrictive for insert"
            f" to bedside_manager with check ({OWNER})"
        )
        op.execute(
            f"create policy {name}_manager_changes on {name} as restrictive for update"
            f" to bedside_manager using ({OWNER}) with check ({OWNER})"
        )


def practices() -> None:
    op.execute("alter table practice add column emergency_words text not null default ''")
    op.execute("alter table practice add column cancel_window_hours integer not null default 24")
    op.execute("alter table practice add column desk_pay_later boolean not null default true")
    check("practice", "emergency_words", "length(emergency_words) <= 300")
    check("practice", "cancel_window", "cancel_window_hours between 0 and 336")


def hosts() -> None:
    """A name that a practice gave up may be another's: it ends, and only open ones are unique."""
    op.execute("alter table practice_host add column ended_at timestamptz")
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "alter table practice_host drop constraint pk_practice_host"
    )
    op.execute(
        "alter table practice_host add constraint pk_practice_host primary key (practice_id, id)"
    )
    op.execute(
        "create unique index uq_practice_host_open on practice_host (host, face)"
        " where ended_at is null"
    )
    check("practice_host", "canonical_is_open", "ended_at is null or not canonical")
    op.execute("drop policy practice_host_manager on practice_host")
    op.execute(
        "create policy practice_host_manager_reads on practice_host for select"
        " to bedside_manager using (true)"
    )
    op.execute(
        "create policy practice_host_manager_inserts on practice_host for insert"
        f" to bedside_manager with check (practice_id = {PRACTICE})"
    )
    own = f"practice_id = {PRACTICE}"
    op.execute(
        "create policy practice_host_manager_updates on practice_host for update"
        f" to bedside_manager using ({own}) with check ({own})"
    )
    op.execute("grant insert, update (canonical, ended_at) on practice_host to bedside_manager")


def visit_types() -> None:
    """Who offers it: nobody named means everybody who sees patients in the practice."""
    op.execute("alter table visit_type add column offered_by uuid[]")
    check("visit_type", "offered_by", "cardinality(offered_by) > 0")
    # The longest visit with its buffers stays within the day that a search looks back.
    check(
        "visit_type",
        "buffers",
        "buffer_before_minutes between 0 and 240 and buffer_after_minutes between 0 and 240",
    )
    check("visit_type", "notice", "notice_minutes between 0 and 43200")


def check(table: str, name: str, condition: str) -> None:
    """A constraint on a table of a few rows: reading them all takes no time."""
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"alter table {table} add constraint ck_{table}_{name} check ({condition})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
