"""What goes out (dispatch) and what comes in (inbox)."""

from alembic import op

from migrations.tables import PATIENT, Access, table

revision = "0006"
down_revision = "0005"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""


def upgrade() -> None:
    send = Access("select, insert")
    table(
        "dispatch",
        HEAD.replace("{name}", "dispatch")
        + """
        channel text not null constraint ck_dispatch_channel check (channel in ('email', 'sms')),
        template text not null,
        to_ct bytea,
        to_bidx bytea,
        context_ct bytea,
        patient_id uuid,
        account_id uuid,
        about_type text,
        about_id uuid,
        status text not null constraint ck_dispatch_status check (status in
            ('queued', 'sending', 'sent', 'delivered', 'deferred', 'bounced', 'complained',
             'suppressed', 'failed', 'cancelled', 'unknown', 'skipped')),
        reason text,
        provider text,
        provider_message_id text,
        sender text,
        sender_source text constraint ck_dispatch_sender_source
            check (sender_source in ('row', 'fallback')),
        attempts integer not null,
        dedupe_key text,
        created_at timestamptz not null,
        claimed_at timestamptz,
        sent_at timestamptz,
        settled_at timestamptz,
        constraint uq_dispatch_dedupe unique (practice_id, dedupe_key),
        constraint fk_dispatch_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={
            "gate": Access("select, insert"),
            "patient": Access("select, insert", f"patient_id = {PATIENT}"),
            "front_desk": send,
            "clinician": send,
            "biller": send,
            "manager": send,
            "job": Access("select, insert, update"),
        },
    )
    op.execute("create index ix_dispatch_to on dispatch (practice_id, to_bidx, created_at)")
    op.execute("create index ix_dispatch_patient on dispatch (practice_id, patient_id, created_at)")
    op.execute(
        "create index ix_dispatch_provider on dispatch (practice_id, provider_message_id)"
        " where provider_message_id is not null"
    )
    op.execute(
        "create index ix_dispatch_unsettled on dispatch (practice_id, created_at)"
        " where status in ('queued', 'sending', 'unknown')"
    )
    table(
        "message_sender",
        HEAD.replace("{name}", "message_sender")
        + """
        channel text not null
            constraint ck_message_sender_channel check (channel in ('email', 'sms')),
        name text not null
            constraint ck_message_sender_name check (length(name) between 1 and 60),
        address text not null,
        reply_to text,
        created_at timestamptz not null,
        ended_at timestamptz
        """,
        retention="configuration",
        access={
            "manager": Access("select, insert, update (ended_at)"),
            "job": Access("select, insert, update (ended_at)"),
            # An invitation names its organizer when the appointment changes hands, at the desk or
            # by the patient; the address is on every mail, so it is no secret.
            "patient": Access("select"),
            "front_desk": Access("select"),
            "clinician": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_message_sender_open on message_sender (practice_id, channel)"
        " where ended_at is null"
    )
    table(
        "inbox",
        HEAD.replace("{name}", "inbox")
        + """
        source text not null constraint ck_inbox_source
            check (source in ('stripe:practice', 'stripe:consulting', 'ses')),
        vendor_event_id text not null,
        kind text not null,
        body_ct bytea not null,
        status text not null constraint ck_inbox_status
            check (status in ('received', 'applied', 'ignored', 'dead')),
        attempts integer not null,
        last_error text,
        received_at timestamptz not null,
        applied_at timestamptz,
        constraint uq_inbox_event unique (practice_id, source, vendor_event_id)
        """,
        retention="financial",
        access={
            "job": Access("select, insert, update"),
            "manager": Access("select"),
        },
    )
    op.execute(
        "create index ix_inbox_waiting on inbox (practice_id, received_at)"
        " where status = 'received'"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
