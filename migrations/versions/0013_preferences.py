"""What patients choose for themselves: their messages, a new address, how they are called."""

from alembic import op

from migrations.tables import PATIENT, Access, table

revision = "0013"
down_revision = "0012"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
MINE = f"patient_id = {PATIENT}"


def upgrade() -> None:
    preferences()
    email_changes()
    contact_data()
    own_suppressions()
    # A passkey made with a mailbox alone must never open the desk.
    op.execute(
        "alter table passkey add column face text not null default 'admin'"
        " constraint ck_passkey_face_known check (face in ('portal', 'admin'))"
    )


def preferences() -> None:
    chosen = "select, insert, update (wanted, quiet_from, quiet_until, language, changed_at)"
    table(
        "preference",
        HEAD.replace("{name}", "preference")
        + """
        patient_id uuid not null,
        wanted text[] not null constraint ck_preference_wanted check
            (wanted <@ array['email:reminder', 'email:receipt', 'email:news']),
        quiet_from time,
        quiet_until time,
        language text constraint ck_preference_language check (length(language) between 2 and 12),
        changed_at timestamptz not null,
        constraint uq_preference_patient unique (practice_id, patient_id),
        constraint ck_preference_quiet check ((quiet_from is null) = (quiet_until is null)
            and quiet_from is distinct from quiet_until or quiet_from is null),
        constraint fk_preference_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={
            "patient": Access(chosen, MINE),
            "job": Access("select"),
        },
    )


def email_changes() -> None:
    table(
        "email_change",
        HEAD.replace("{name}", "email_change")
        + """
        account_id uuid not null,
        patient_id uuid not null,
        old_email_ct bytea not null,
        old_email_bidx bytea not null,
        new_email_ct bytea not null,
        new_email_bidx bytea not null,
        code_hash bytea not null,
        code_tries integer not null
            constraint ck_email_change_code_tries_bounded check (code_tries between 0 and 5),
        undo_hash bytea constraint uq_email_change_undo unique,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        confirmed_at timestamptz,
        undo_until timestamptz,
        undone_at timestamptz,
        ended_at timestamptz,
        constraint ck_email_change_undo check ((undo_hash is null) = (undo_until is null)
            and (undo_hash is null or confirmed_at is not null)),
        constraint fk_email_change_account foreign key (practice_id, account_id)
            references account (practice_id, id),
        constraint fk_email_change_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="security",
        access={"gate": Access("select, insert, update"), "job": Access("select")},
    )
    op.execute(
        "create unique index uq_email_change_open on email_change (practice_id, account_id)"
        " where confirmed_at is null and ended_at is null"
    )


def contact_data() -> None:
    """Some people have one name only. The legal name is the practice's to change."""
    op.execute(
        "alter table patient add column preferred_name text constraint ck_patient_preferred_name"
        " check (length(preferred_name) between 1 and 100), add column address_ct bytea"
    )
    op.execute(
        "-- squawk-ignore ban-drop-constraint\n"
        "alter table patient drop constraint ck_patient_family_name"
    )
    op.execute(
        "alter table patient add constraint ck_patient_family_name"
        " check (length(family_name) between 0 and 100) not valid"
    )
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        "alter table patient validate constraint ck_patient_family_name"
    )
    op.execute(
        "revoke update (given_name, family_name, name_key, email_ct, email_bidx) on patient"
        " from bedside_patient"
    )
    op.execute("grant update (preferred_name, address_ct) on patient to bedside_patient")


def own_suppressions() -> None:
    """A patient may know that mail to them comes back."""
    op.execute(
        "grant select (practice_id, id, patient_id, channel, to_bidx, reason, created_at,"
        " lifted_at) on suppression to bedside_patient"
    )
    op.execute(
        "create policy suppression_patient on suppression for select to bedside_patient"
        f" using (practice_id = nullif(current_setting('app.practice_id', true), '')::uuid"
        f" and {MINE})"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
