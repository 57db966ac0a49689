"""What needs attention, who gets no mail, how payments are set up, changes that wait, cursors."""

from alembic import op

from migrations.tables import Access, table

revision = "0011"
down_revision = "0010"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
DESK = ("front_desk", "clinician", "biller", "manager")


def upgrade() -> None:
    attention_items()
    suppressions()
    payment_settings()
    pending_changes()
    reconciliations()
    dead_letters()


def own(name: str) -> str:
    """The columns every table begins with."""
    return HEAD.replace("{name}", name)


def attention_items() -> None:
    table(
        "attention_item",
        own("attention_item")
        + """
        kind text not null,
        subject_type text not null,
        subject_id uuid not null,
        patient_id uuid,
        code text,
        times integer not null constraint ck_attention_item_times check (times >= 1),
        since timestamptz not null,
        last_at timestamptz not null,
        resolved_at timestamptz,
        resolved_by uuid,
        outcome text,
        constraint ck_attention_item_resolved
            check ((resolved_at is null) = (outcome is null)),
        constraint fk_attention_item_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access={role: Access("select, update (resolved_at, resolved_by, outcome)") for role in DESK}
        | {"job": Access("select, insert, update")},
    )
    op.execute(
        "create unique index uq_attention_item_open on attention_item"
        " (practice_id, kind, subject_type, subject_id) where resolved_at is null"
    )


def suppressions() -> None:
    lift = Access("select, update (lifted_at, lifted_by, lift_reason)")
    table(
        "suppression",
        own("suppression")
        + """
        channel text not null
            constraint ck_suppression_channel check (channel in ('email', 'sms')),
        to_ct bytea not null,
        to_bidx bytea not null,
        reason text not null,
        dispatch_id uuid not null,
        patient_id uuid,
        created_at timestamptz not null,
        lifted_at timestamptz,
        lifted_by uuid,
        lift_reason text,
        constraint ck_suppression_lifted check ((lifted_at is null) = (lift_reason is null)),
        constraint fk_suppression_dispatch foreign key (practice_id, dispatch_id)
            references dispatch (practice_id, id),
        constraint fk_suppression_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="medical",
        access=dict.fromkeys(("front_desk", "clinician", "manager"), lift)
        | {"job": Access("select, insert, update")},
    )
    op.execute(
        "create unique index uq_suppression_open on suppression (practice_id, channel, to_bidx)"
        " where lifted_at is null"
    )


def payment_settings() -> None:
    table(
        "payment_setting",
        own("payment_setting")
        + """
        account_key text not null constraint ck_payment_setting_account_key
            check (account_key in ('practice', 'consulting')),
        product_name text not null constraint ck_payment_setting_product_name
            check (length(product_name) between 1 and 60),
        receipts boolean not null,
        created_at timestamptz not null,
        ended_at timestamptz
        """,
        retention="configuration",
        access={
            "manager": Access("select, insert, update (ended_at)"),
            "job": Access("select, insert, update (ended_at)"),
            # Whoever opens a payment page needs to know which account takes the money.
            "patient": Access("select"),
            "front_desk": Access("select"),
            "clinician": Access("select"),
        },
    )
    # The page keeps what the setting said, so that repeating its request repeats it exactly.
    op.execute(
        "alter table checkout_session add column product_name text, add column receipts boolean"
    )
    op.execute(
        "create unique index uq_payment_setting_open on payment_setting (practice_id)"
        " where ended_at is null"
    )


def pending_changes() -> None:
    """The two-person rule is a constraint: nobody confirms their own, nothing comes too early."""
    table(
        "pending_change",
        own("pending_change")
        + """
        kind text not null constraint ck_pending_change_kind
            check (kind in ('message_sender', 'payment_setting')),
        proposal jsonb not null,
        proposed_by uuid not null,
        proposed_at timestamptz not null,
        effective_at timestamptz,
        confirmed_by uuid,
        confirmed_at timestamptz,
        applied_at timestamptz,
        withdrawn_by uuid,
        withdrawn_at timestamptz,
        constraint ck_pending_change_delay
            check (effective_at >= proposed_at + interval '24 hours'),
        constraint ck_pending_change_second_person
            check (confirmed_by is distinct from proposed_by),
        constraint ck_pending_change_confirmed
            check ((confirmed_by is null) = (confirmed_at is null)),
        constraint ck_pending_change_applied check (applied_at is null
            or confirmed_at is not null or applied_at >= effective_at),
        constraint ck_pending_change_one_end check (applied_at is null or withdrawn_at is null)
        """,
        retention="configuration",
        access={
            "manager": Access(
                "select, insert, update (confirmed_by, confirmed_at, applied_at, withdrawn_by,"
                " withdrawn_at)"
            ),
            "job": Access("select, update (applied_at)"),
        },
    )
    op.execute(
        "create unique index uq_pending_change_open on pending_change (practice_id, kind)"
        " where applied_at is null and withdrawn_at is null"
    )


def reconciliations() -> None:
    """How far a vendor's own list was compared with what arrived: a cursor, moved by a job."""
    table(
        "reconciliation",
        own("reconciliation")
        + """
        source text not null,
        checked_until timestamptz not null,
        constraint uq_reconciliation_source unique (practice_id, source)
        """,
        retention="transient",
        access={"job": Access("select, insert, update")},
        logged=False,
    )


def dead_letters() -> None:
    """An owner may hand a dead letter back to the job that applies it."""
    op.execute("alter table inbox add column retried_at timestamptz, add column retried_by uuid")
    op.execute(
        "grant update (status, last_error, applied_at, retried_at, retried_by) on inbox"
        " to bedside_manager"
    )
    op.execute(
        "create index ix_inbox_dead on inbox (practice_id, received_at) where status = 'dead'"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
