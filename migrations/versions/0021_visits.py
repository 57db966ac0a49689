"""Visits, their rooms, who is there, licences by state, consents."""

from alembic import op

from migrations.tables import PATIENT, Access, everyone_reads, table

revision = "0021"
down_revision = "0020"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
MINE = f"patient_id = {PATIENT}"
CHANGES = "select, insert, update"


def upgrade() -> None:
    licences()
    consents()
    visits()
    presences()
    rooms()
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nalter table inbox drop constraint ck_inbox_source"
    )
    # The inbox is swept, so it is small enough to be looked through while nobody writes.
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "alter table inbox add constraint ck_inbox_source check"
        " (source in ('stripe:practice', 'stripe:consulting', 'ses', 'whereby'))"
    )


def own(name: str) -> str:
    """The columns every table begins with."""
    return HEAD.replace("{name}", name)


def licences() -> None:
    table(
        "licence",
        own("licence")
        + """
        practitioner_id uuid not null
            constraint fk_licence_practitioner_id references practitioner (id),
        state text not null constraint ck_licence_state check (state ~ '^[A-Z]{2}$'),
        number text not null constraint ck_licence_number check (length(number) between 1 and 40),
        starts_on date not null,
        ends_on date not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        constraint ck_licence_order check (ends_on >= starts_on)
        """,
        retention="configuration",
        access=everyone_reads()
        | {"manager": Access("select, insert, update (ended_at)"), "job": Access("select, insert")},
    )
    op.execute(
        "create index ix_licence_practitioner on licence (practice_id, practitioner_id, state)"
    )


def consents() -> None:
    table(
        "consent",
        own("consent")
        + """
        patient_id uuid not null,
        kind text not null constraint ck_consent_kind check (kind in ('telehealth', 'phone')),
        version text not null,
        text_sha256 bytea not null
            constraint ck_consent_text_sha256 check (length(text_sha256) = 32),
        signed_at timestamptz not null,
        signed_by uuid,
        revoked_at timestamptz,
        constraint fk_consent_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={
            "patient": Access("select, insert, update (revoked_at)", MINE),
            "front_desk": Access("select"),
            "clinician": Access("select"),
            "job": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_consent_standing on consent (practice_id, patient_id, kind)"
        " where revoked_at is null"
    )


def visits() -> None:
    table(
        "visit",
        own("visit")
        + """
        appointment_id uuid not null,
        patient_id uuid not null,
        practitioner_id uuid not null
            constraint fk_visit_practitioner_id references practitioner (id),
        status text not null constraint ck_visit_status check (status in
            ('scheduled', 'room_ready', 'patient_checked_in', 'practitioner_joined',
             'in_progress', 'dropped', 'converted_to_phone', 'ended', 'torn_down', 'no_show',
             'cancelled')),
        modality text not null
            constraint ck_visit_modality check (modality in ('video', 'phone', 'in_person')),
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        location_state text,
        conversion_reason text,
        phone_ct bytea,
        late_minutes integer not null,
        checked_in_at timestamptz,
        practitioner_joined_at timestamptz,
        began_at timestamptz,
        dropped_at timestamptz,
        drops integer not null,
        ended_at timestamptz,
        torn_down_at timestamptz,
        created_at timestamptz not null,
        constraint uq_visit_appointment unique (practice_id, appointment_id),
        constraint fk_visit_appointment foreign key (practice_id, appointment_id)
            references appointment (practice_id, id),
        constraint fk_visit_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={
            "patient": Access(
                "select, insert, update (status, modality, location_state, conversion_reason,"
                " phone_ct, checked_in_at, began_at, dropped_at, drops, ended_at, torn_down_at)",
                MINE,
            ),
            "front_desk": Access(CHANGES),
            "clinician": Access(CHANGES),
            "biller": Access("select"),
            "manager": Access("select"),
            "job": Access(CHANGES),
        },
    )
    op.execute(
        "create index ix_visit_open on visit (practice_id, starts_at) where torn_down_at is null"
    )
    op.execute("create index ix_visit_patient on visit (practice_id, patient_id, starts_at)")
    table(
        "licence_override",
        own("licence_override")
        + """
        visit_id uuid not null,
        patient_id uuid not null,
        reason text not null constraint ck_licence_override_reason check (length(reason) >= 10),
        made_by uuid not null,
        created_at timestamptz not null,
        constraint uq_licence_override_visit unique (practice_id, visit_id),
        constraint fk_licence_override_visit foreign key (practice_id, visit_id)
            references visit (practice_id, id)
        """,
        retention="medical",
        access={
            # A patient never lets a visit go on without a licence.
            "patient": Access("select", MINE),
            "front_desk": Access("select"),
            "clinician": Access("select, insert"),
            "job": Access("select"),
        },
    )


def presences() -> None:
    table(
        "visit_presence",
        own("visit_presence")
        + """
        visit_id uuid not null,
        patient_id uuid not null,
        side text not null
            constraint ck_visit_presence_side check (side in ('patient', 'practitioner')),
        place text not null
            constraint ck_visit_presence_place check (place in ('waiting', 'call')),
        seen_at timestamptz not null,
        constraint uq_visit_presence_side unique (practice_id, visit_id, side),
        constraint fk_visit_presence_visit foreign key (practice_id, visit_id)
            references visit (practice_id, id)
        """,
        retention="transient",
        logged=False,
        access={
            "patient": Access(
                "select, insert, update (place, seen_at)", MINE, f"{MINE} and side = 'patient'"
            ),
            "front_desk": Access("select"),
            "clinician": Access("select, insert, update (place, seen_at)"),
            # What the vendor tells about the room counts as well.
            "job": Access("select, insert, update (place, seen_at), delete"),
        },
    )


def rooms() -> None:
    table(
        "video_room",
        own("video_room")
        + """
        visit_id uuid not null,
        patient_id uuid not null,
        status text not null constraint ck_video_room_status check (status in
            ('wanted', 'making', 'unknown', 'ready', 'closing', 'gone', 'failed')),
        key text not null constraint ck_video_room_key check (key ~ '^[a-z0-9-]{1,39}$'),
        meeting_id text,
        name text,
        guest_url_ct bytea,
        attempts integer not null,
        tried_at timestamptz,
        last_error text,
        ready_at timestamptz,
        deleted_at timestamptz,
        gone_at timestamptz,
        created_at timestamptz not null,
        constraint uq_video_room_key unique (practice_id, key),
        constraint fk_video_room_visit foreign key (practice_id, visit_id)
            references visit (practice_id, id)
        """,
        retention="medical",
        access={
            # Asking for a room, or for its end, is part of the patient's own steps.
            "patient": Access("select, insert, update (status, gone_at)", MINE),
            "front_desk": Access("select, insert, update (status, gone_at)"),
            "clinician": Access("select, insert, update (status, gone_at)"),
            "job": Access(CHANGES),
        },
    )
    op.execute(
        "create unique index uq_video_room_open on video_room (practice_id, visit_id)"
        " where status not in ('gone', 'failed')"
    )
    op.execute("create index ix_video_room_meeting on video_room (practice_id, meeting_id)")
    table(
        "video_room_host",
        own("video_room_host")
        + """
        room_id uuid not null,
        url_ct bytea not null,
        constraint uq_video_room_host_room unique (practice_id, room_id),
        constraint fk_video_room_host_room foreign key (practice_id, room_id)
            references video_room (practice_id, id)
        """,
        retention="medical",
        access={"clinician": Access("select"), "job": Access("select, insert")},
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
