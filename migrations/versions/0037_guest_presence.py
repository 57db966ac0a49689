"""Whether the browser that holds a guest's link is there, so that a silent one gives it up."""

from migrations.tables import Access, table

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    table(
        "visit_guest_presence",
        """
        practice_id uuid not null
            constraint fk_visit_guest_presence_practice_id references practice (id),
        id uuid not null,
        guest_id uuid not null,
        seen_at timestamptz not null,
        constraint pk_visit_guest_presence primary key (practice_id, id),
        constraint uq_visit_guest_presence_guest unique (practice_id, guest_id),
        constraint fk_visit_guest_presence_guest foreign key (practice_id, guest_id)
            references visit_guest (practice_id, id)
        """,
        retention="transient",
        logged=False,
        access={"gate": Access("select, insert, update (seen_at)")},
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
