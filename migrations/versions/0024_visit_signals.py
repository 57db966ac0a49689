"""How video visits went, as their pages noticed it; which of somebody's pages spoke last."""

from alembic import op

from migrations.tables import PATIENT, Access, table

revision = "0024"
down_revision = "0023"

MINE = f"patient_id = {PATIENT}"


def upgrade() -> None:
    table(
        "visit_signal",
        """
        practice_id uuid not null
            constraint fk_visit_signal_practice_id references practice (id),
        id uuid not null,
        visit_id uuid not null,
        patient_id uuid not null,
        side text not null
            constraint ck_visit_signal_side check (side in ('patient', 'practitioner')),
        kind text not null constraint ck_visit_signal_kind check (kind in
            ('check_passed', 'check_failed', 'joined', 'dropped', 'reconnected', 'first_picture',
             'converted')),
        reason text not null
            constraint ck_visit_signal_reason check (reason ~ '^[a-z0-9_]{0,40}$'),
        browser text not null constraint ck_visit_signal_browser check (browser in
            ('chrome', 'edge', 'firefox', 'safari', 'samsung', 'other', 'unknown')),
        milliseconds integer constraint ck_visit_signal_milliseconds
            check (milliseconds between 0 and 86400000),
        at timestamptz not null,
        constraint pk_visit_signal primary key (practice_id, id),
        constraint fk_visit_signal_visit foreign key (practice_id, visit_id)
            references visit (practice_id, id)
        """,
        retention="medical",
        access={
            "patient": Access("select, insert", MINE, f"{MINE} and side = 'patient'"),
            "front_desk": Access("select, insert"),
            "clinician": Access("select, insert"),
            "manager": Access("select"),
            "job": Access("select, insert"),
        },
    )
    op.execute("create index ix_visit_signal_visit on visit_signal (practice_id, visit_id, at)")
    op.execute("create index ix_visit_signal_at on visit_signal (practice_id, at)")
    op.execute("alter table visit_presence add column page uuid")
    for role in ("patient", "clinician", "job"):
        op.execute(f"grant update (page) on visit_presence to bedside_{role}")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
