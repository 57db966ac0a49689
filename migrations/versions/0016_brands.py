"""How a practice looks: each look it has had, and the pictures those looks use."""

from alembic import op

from migrations.tables import ACTOR, PRACTICE, Access, everyone_reads, table

revision = "0016"
down_revision = "0015"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
OWNER = f"""exists (
    select from public.role_grant held
    where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
        and held.role = 'owner' and held.ended_at is null)"""
ADDS = Access("select, insert")


def upgrade() -> None:
    logos()
    looks()
    for name in ("practice_logo", "practice_look"):
        op.execute(
            f"create policy {name}_manager_adds on {name} as restrictive for insert"
            f" to bedside_manager with check ({OWNER})"
        )


def logos() -> None:
    """Small pictures that we have drawn anew; anybody may see them, nobody changes one."""
    table(
        "practice_logo",
        HEAD.replace("{name}", "practice_logo")
        + """
        digest text not null constraint ck_practice_logo_digest check (digest ~ '^[0-9a-f]{16}$'),
        body bytea not null
            constraint ck_practice_logo_body check (length(body) between 1 and 1000000),
        width integer not null constraint ck_practice_logo_width check (width between 1 and 2000),
        height integer not null
            constraint ck_practice_logo_height check (height between 1 and 2000),
        created_at timestamptz not null,
        constraint uq_practice_logo_digest unique (practice_id, digest)
        """,
        retention="configuration",
        access=everyone_reads() | {"manager": ADDS, "job": ADDS},
    )


def looks() -> None:
    """One row a change; the practice's own row holds the newest."""
    table(
        "practice_look",
        HEAD.replace("{name}", "practice_look")
        + """
        name text not null constraint ck_practice_look_name check (length(name) between 1 and 120),
        brand jsonb not null,
        created_at timestamptz not null,
        created_by uuid
        """,
        retention="configuration",
        access={"manager": ADDS, "job": ADDS},
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
