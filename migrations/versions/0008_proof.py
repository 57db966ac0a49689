"""The proof of the log: checkpoints, archives, erasure by retention, and runs of verification."""

from alembic import op

from migrations.tables import Access, run_file, table

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("grant select on retention to bedside_audit")
    op.execute("set local role bedside_audit")
    run_file("log_proof")
    op.execute("reset role")
    table(
        "log_verification",
        """
        practice_id uuid not null,
        id uuid not null,
        kind text not null constraint ck_log_verification_kind
            check (kind in ('chain', 'checkpoint', 'archive', 'replay', 'restore')),
        started_at timestamptz not null,
        finished_at timestamptz not null,
        outcome text not null constraint ck_log_verification_outcome
            check (outcome in ('passed', 'failed', 'unable')),
        details jsonb not null,
        constraint pk_log_verification primary key (practice_id, id)
        """,
        retention="security",
        access={
            "manager": Access("select"),
            "auditor": Access("select"),
            "job": Access("select, insert"),
        },
    )
    op.execute(
        "create index ix_log_verification_latest"
        " on log_verification (practice_id, kind, finished_at)"
    )


def downgrade() -> None:
    raise NotImplementedError("the event log is not taken down")
