"""Guests of a visit, lines to who waits, a late start; the host's way in is its doctor's alone."""

from alembic import op

from migrations.tables import ACTOR, PATIENT, PRACTICE, Access, table

revision = "0026"
down_revision = "0025"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
MINE = f"patient_id = {PATIENT}"
# The practitioner of the visit whose room it is, signed in as themselves.
HOLDS_IT = f"""exists (
    select from public.video_room room
    join public.visit on visit.practice_id = room.practice_id and visit.id = room.visit_id
    join public.practitioner_role held on held.practice_id = visit.practice_id
        and held.practitioner_id = visit.practitioner_id
    where room.practice_id = {PRACTICE} and room.id = video_room_host.room_id
        and held.account_id = {ACTOR})"""
# The gate sees a visit and its room while a guest may still come to them.
INVITED = """exists (
    select from public.visit_guest guest
    where guest.practice_id = {table}.practice_id and guest.visit_id = {table}.{column}
        and guest.revoked_at is null)"""


def upgrade() -> None:
    guests()
    words()
    delays()
    op.execute(
        "alter policy video_room_host_clinician on video_room_host"
        f" using (practice_id = {PRACTICE} and {HOLDS_IT})"
    )
    for name, column in (("visit", "id"), ("video_room", "visit_id")):
        rows = INVITED.format(table=name, column=column)
        op.execute(f"grant select on {name} to bedside_gate")
        op.execute(
            f"create policy {name}_gate on {name} to bedside_gate"
            f" using (practice_id = {PRACTICE} and {rows})"
        )


def guests() -> None:
    table(
        "visit_guest",
        HEAD.replace("{name}", "visit_guest")
        + """
        visit_id uuid not null,
        patient_id uuid not null,
        kind text not null
            constraint ck_visit_guest_kind check (kind in ('interpreter', 'family', 'colleague')),
        token_hash bytea not null
            constraint ck_visit_guest_token_hash check (length(token_hash) = 32)
            constraint uq_visit_guest_token_hash unique,
        made_by uuid not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        browser bytea,
        opened_at timestamptz,
        revoked_at timestamptz,
        constraint fk_visit_guest_visit foreign key (practice_id, visit_id)
            references visit (practice_id, id)
        """,
        retention="medical",
        access={
            "gate": Access("select, update (browser, opened_at)"),
            "patient": Access("select", MINE),
            "clinician": Access("select, insert, update (revoked_at)"),
            "job": Access("select, update (revoked_at)"),
        },
    )
    op.execute("create index ix_visit_guest_visit on visit_guest (practice_id, visit_id)")


def words() -> None:
    table(
        "visit_word",
        HEAD.replace("{name}", "visit_word")
        + """
        visit_id uuid not null,
        patient_id uuid not null,
        words_ct bytea not null,
        said_by uuid not null,
        said_at timestamptz not null,
        constraint fk_visit_word_visit foreign key (practice_id, visit_id)
            references visit (practice_id, id)
        """,
        retention="medical",
        access={
            "patient": Access("select", MINE),
            "clinician": Access("select, insert"),
            # The job that turns keys seals it anew.
            "job": Access("select, update (words_ct)"),
        },
    )
    op.execute("create index ix_visit_word_visit on visit_word (practice_id, visit_id)")


def delays() -> None:
    table(
        "practitioner_delay",
        HEAD.replace("{name}", "practitioner_delay")
        + """
        practitioner_id uuid not null
            constraint fk_practitioner_delay_practitioner_id references practitioner (id),
        minutes integer not null
            constraint ck_practitioner_delay_minutes check (minutes between 0 and 180),
        said_by uuid not null,
        said_at timestamptz not null
        """,
        retention="medical",
        access={
            # A patient who comes later learns how late it will be.
            "patient": Access("select"),
            "front_desk": Access("select"),
            "clinician": Access("select, insert"),
            "job": Access("select"),
        },
    )
    op.execute(
        "create index ix_practitioner_delay_latest"
        " on practitioner_delay (practice_id, practitioner_id, said_at)"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
