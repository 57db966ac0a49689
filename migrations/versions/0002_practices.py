"""Practices, the hosts they answer to, their data keys, practitioners and patients."""

from alembic import op

from migrations.tables import PATIENT, PRACTICE, Access, everyone_reads, table

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    practices()
    directory()
    patients()


def practices() -> None:
    table(
        "practice",
        """
        id uuid primary key,
        slug text not null constraint uq_practice_slug unique
            constraint ck_practice_slug check (slug ~ '^[a-z][a-z0-9-]{1,40}$'),
        name text not null,
        legal_name text not null,
        tagline text not null,
        time_zone text not null,
        phone text not null,
        email text not null,
        address jsonb not null,
        brand jsonb not null,
        created_at timestamptz not null
        """,
        retention="configuration",
        practice_column="id",
        access=everyone_reads()
        | {
            "manager": Access("select, update"),
            "job": Access("select, insert, update"),
            "auditor": Access("select"),
        },
    )
    # Which practice a host is, is asked before any practice is known; it is public knowledge.
    table(
        "practice_host",
        """
        host text not null constraint ck_practice_host_lower check (host = lower(host)),
        face text not null constraint ck_practice_host_face
            check (face in ('marketing', 'portal', 'admin')),
        practice_id uuid not null constraint fk_practice_host_practice_id references practice (id),
        id uuid not null,
        canonical boolean not null,
        constraint pk_practice_host primary key (host, face)
        """,
        retention="configuration",
        practice_column=None,
        access=everyone_reads()
        | {
            "job": Access("select, insert, update", f"practice_id = {PRACTICE}"),
        },
    )
    op.execute(
        "create unique index uq_practice_host_canonical on practice_host (practice_id, face)"
        " where canonical"
    )
    table(
        "data_key",
        """
        practice_id uuid not null constraint fk_data_key_practice_id references practice (id),
        id uuid not null,
        purpose text not null constraint ck_data_key_purpose check (purpose in ('field', 'index')),
        version integer not null constraint ck_data_key_version check (version > 0),
        wrapped bytea not null,
        kms_key_id text not null,
        created_at timestamptz not null,
        retired_at timestamptz,
        constraint pk_data_key primary key (practice_id, id),
        constraint uq_data_key_version unique (practice_id, purpose, version)
        """,
        retention="configuration",
        access=everyone_reads() | {"job": Access("select, insert, update (wrapped, retired_at)")},
    )


def directory() -> None:
    # A physician is one person in every practice: the busy time is theirs.
    table(
        "practitioner",
        """
        id uuid constraint pk_practitioner primary key,
        given_name text not null,
        family_name text not null,
        credentials text not null,
        npi text constraint uq_practitioner_npi unique
            constraint ck_practitioner_npi check (npi ~ '^[0-9]{10}$'),
        biography text not null,
        created_at timestamptz not null
        """,
        retention="configuration",
        practice_column=None,
        access=everyone_reads() | {"job": Access("select, insert, update")},
    )
    table(
        "practitioner_role",
        """
        practice_id uuid not null
            constraint fk_practitioner_role_practice_id references practice (id),
        id uuid not null,
        practitioner_id uuid not null
            constraint fk_practitioner_role_practitioner_id references practitioner (id),
        account_id uuid,
        specialty text not null,
        time_zone text not null,
        active boolean not null,
        created_at timestamptz not null,
        constraint pk_practitioner_role primary key (practice_id, id),
        constraint uq_practitioner_role_practitioner unique (practice_id, practitioner_id)
        """,
        retention="configuration",
        access=everyone_reads()
        | {
            "manager": Access("select, insert, update"),
            "job": Access("select, insert, update"),
            "gate": Access("select, update (account_id)"),
        },
    )


def patients() -> None:
    table(
        "patient",
        """
        practice_id uuid not null constraint fk_patient_practice_id references practice (id),
        id uuid not null,
        reference text not null,
        given_name text not null
            constraint ck_patient_given_name check (length(given_name) between 1 and 100),
        family_name text not null
            constraint ck_patient_family_name check (length(family_name) between 1 and 100),
        name_key text collate "C" not null,
        birth_date date not null,
        email_ct bytea,
        email_bidx bytea,
        phone_ct bytea,
        phone_bidx bytea,
        state text not null constraint ck_patient_state check (state ~ '^[A-Z]{2}$'),
        time_zone text not null,
        created_at timestamptz not null,
        constraint pk_patient primary key (practice_id, id),
        constraint uq_patient_reference unique (practice_id, reference)
        """,
        retention="medical",
        access={
            "gate": Access("select, insert, update"),
            "patient": Access(
                "select, update (given_name, family_name, name_key, email_ct, email_bidx, phone_ct,"
                " phone_bidx, state, time_zone)",
                f"id = {PATIENT}",
            ),
            "front_desk": Access("select, insert, update"),
            "clinician": Access("select, insert, update"),
            "biller": Access("select"),
            "job": Access("select, insert, update"),
        },
    )
    op.execute("create index ix_patient_name_key on patient (practice_id, name_key)")
    op.execute("create index ix_patient_email_bidx on patient (practice_id, email_bidx)")
    op.execute("create index ix_patient_phone_bidx on patient (practice_id, phone_bidx)")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
