"""Which page a booking began on: written by who books, read by the owner alone."""

from alembic import op

from migrations.tables import Access, table

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    write = Access("insert")
    table(
        "attribution",
        """
        practice_id uuid not null
            constraint fk_attribution_practice_id references practice (id),
        id uuid not null,
        appointment_id uuid not null,
        landing text not null
            constraint ck_attribution_landing check (landing ~ '^[a-z0-9/-]{1,80}$'),
        referrer text
            constraint ck_attribution_referrer check (referrer ~ '^[a-z0-9.-]{1,100}$'),
        created_at timestamptz not null,
        constraint pk_attribution primary key (practice_id, id),
        constraint uq_attribution_appointment unique (practice_id, appointment_id),
        constraint fk_attribution_appointment foreign key (practice_id, appointment_id)
            references appointment (practice_id, id)
        """,
        retention="medical",
        access={
            "public": write,
            "patient": write,
            "manager": Access("select"),
            "job": Access("select, insert"),
        },
    )
    op.execute("create index ix_attribution_created_at on attribution (practice_id, created_at)")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
