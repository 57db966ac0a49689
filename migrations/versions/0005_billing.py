"""Money: payments, their pages at Stripe, refunds, and the ledger that is only ever added to."""

from alembic import op

from migrations.tables import PATIENT, Access, table

revision = "0005"
down_revision = "0004"

OWN = f"patient_id = {PATIENT}"
STAFF_READS = {
    "front_desk": Access("select"),
    "clinician": Access("select"),
    "auditor": Access("select"),
}


def upgrade() -> None:
    payments()
    checkout_sessions()
    refunds()
    ledger()


def payments() -> None:
    table(
        "payment",
        """
        practice_id uuid not null constraint fk_payment_practice_id references practice (id),
        id uuid not null,
        appointment_id uuid not null,
        patient_id uuid not null,
        account_key text not null constraint ck_payment_account_key_known
            check (account_key in ('practice', 'consulting')),
        account_source text not null constraint ck_payment_account_source_known
            check (account_source in ('practice', 'default')),
        amount_minor integer not null constraint ck_payment_amount_positive
            check (amount_minor > 0),
        currency text not null constraint ck_payment_currency_code
            check (currency ~ '^[a-z]{3}$'),
        status text not null constraint ck_payment_status_known
            check (status in ('open', 'succeeded', 'canceled', 'refunded')),
        created_at timestamptz not null,
        paid_at timestamptz,
        ended_at timestamptz,
        constraint pk_payment primary key (practice_id, id),
        constraint uq_payment_appointment unique (practice_id, appointment_id),
        constraint fk_payment_appointment foreign key (practice_id, appointment_id)
            references appointment (practice_id, id),
        constraint fk_payment_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="financial",
        access=STAFF_READS
        | {
            "patient": Access("select, insert, update (status, ended_at)", OWN),
            "biller": Access("select"),
            "manager": Access("select"),
            "job": Access("select, insert, update (status, paid_at, ended_at)"),
        },
    )
    op.execute("create index ix_payment_patient on payment (practice_id, patient_id, created_at)")


def checkout_sessions() -> None:
    table(
        "checkout_session",
        """
        practice_id uuid not null
            constraint fk_checkout_session_practice_id references practice (id),
        id uuid not null,
        payment_id uuid not null,
        patient_id uuid not null,
        status text not null constraint ck_checkout_session_status_known check (status in (
            'queued', 'creating', 'unknown', 'open', 'complete', 'expired', 'failed')),
        vendor_id text,
        payment_intent text,
        url text,
        success_url text not null,
        cancel_url text not null,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        claimed_at timestamptz,
        opened_at timestamptz,
        ended_at timestamptz,
        attempts integer not null constraint ck_checkout_session_attempts_counted
            check (attempts >= 0),
        captured_minor integer constraint ck_checkout_session_captured_positive
            check (captured_minor > 0),
        last_error text,
        constraint pk_checkout_session primary key (practice_id, id),
        constraint fk_checkout_session_payment foreign key (practice_id, payment_id)
            references payment (practice_id, id),
        constraint fk_checkout_session_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="financial",
        access={
            "patient": Access("select, insert, update (status, ended_at)", OWN),
            # The desk cancels: that closes the page.
            "front_desk": Access("select, update (status, ended_at)"),
            "clinician": Access("select, update (status, ended_at)"),
            "biller": Access("select"),
            "manager": Access("select"),
            "auditor": Access("select"),
            "job": Access(
                "select, update (status, vendor_id, payment_intent, url, claimed_at, opened_at,"
                " ended_at, attempts, captured_minor, last_error)"
            ),
        },
    )
    op.execute(
        "create unique index uq_checkout_session_live on checkout_session (practice_id, payment_id)"
        " where status in ('queued', 'creating', 'unknown', 'open')"
    )
    op.execute(
        "create unique index uq_checkout_session_vendor_id on checkout_session"
        " (practice_id, vendor_id) where vendor_id is not null"
    )
    op.execute(
        "create index ix_checkout_session_payment on checkout_session (practice_id, payment_id)"
    )
    op.execute(
        "create index ix_checkout_session_expires_at on checkout_session (practice_id, expires_at)"
        " where status in ('queued', 'creating', 'unknown', 'open')"
    )


def refunds() -> None:
    table(
        "refund",
        """
        practice_id uuid not null constraint fk_refund_practice_id references practice (id),
        id uuid not null,
        payment_id uuid not null,
        checkout_session_id uuid not null,
        patient_id uuid not null,
        amount_minor integer not null constraint ck_refund_amount_positive
            check (amount_minor > 0),
        currency text not null constraint ck_refund_currency_code
            check (currency ~ '^[a-z]{3}$'),
        reason text not null constraint ck_refund_reason_known check (reason in (
            'cancelled_in_time', 'slot_gone', 'paid_twice', 'by_practice')),
        status text not null constraint ck_refund_status_known check (status in (
            'queued', 'submitting', 'unknown', 'pending', 'requires_action', 'succeeded',
            'failed', 'canceled')),
        vendor_id text,
        created_at timestamptz not null,
        claimed_at timestamptz,
        ended_at timestamptz,
        attempts integer not null constraint ck_refund_attempts_counted check (attempts >= 0),
        last_error text,
        constraint pk_refund primary key (practice_id, id),
        constraint fk_refund_payment foreign key (practice_id, payment_id)
            references payment (practice_id, id),
        constraint fk_refund_checkout_session foreign key (practice_id, checkout_session_id)
            references checkout_session (practice_id, id),
        constraint fk_refund_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id)
        """,
        retention="financial",
        access={
            "patient": Access("select, insert", OWN),
            "front_desk": Access("select, insert"),
            "clinician": Access("select, insert"),
            "biller": Access("select, insert"),
            "manager": Access("select, insert"),
            "auditor": Access("select"),
            "job": Access(
                "select, insert, update (status, vendor_id, claimed_at, ended_at, attempts,"
                " last_error)"
            ),
        },
    )
    op.execute(
        "create unique index uq_refund_living on refund (practice_id, checkout_session_id)"
        " where status not in ('failed', 'canceled')"
    )
    op.execute(
        "create unique index uq_refund_vendor_id on refund (practice_id, vendor_id)"
        " where vendor_id is not null"
    )
    op.execute("create index ix_refund_payment on refund (practice_id, payment_id)")
    op.execute(
        "create index ix_refund_checkout_session on refund (practice_id, checkout_session_id)"
    )


def ledger() -> None:
    table(
        "ledger_entry",
        """
        practice_id uuid not null constraint fk_ledger_entry_practice_id references practice (id),
        id uuid not null,
        payment_id uuid not null,
        checkout_session_id uuid not null,
        refund_id uuid,
        kind text not null constraint ck_ledger_entry_kind_known
            check (kind in ('capture', 'refund', 'refund_reversal')),
        debit_account text not null,
        credit_account text not null,
        amount_minor integer not null constraint ck_ledger_entry_amount_positive
            check (amount_minor > 0),
        currency text not null constraint ck_ledger_entry_currency_code
            check (currency ~ '^[a-z]{3}$'),
        recorded_at timestamptz not null,
        constraint pk_ledger_entry primary key (practice_id, id),
        constraint ck_ledger_entry_refund_named check ((kind = 'capture') = (refund_id is null)),
        constraint ck_ledger_entry_two_sides check (debit_account <> credit_account),
        constraint fk_ledger_entry_payment foreign key (practice_id, payment_id)
            references payment (practice_id, id),
        constraint fk_ledger_entry_checkout_session foreign key (practice_id, checkout_session_id)
            references checkout_session (practice_id, id),
        constraint fk_ledger_entry_refund foreign key (practice_id, refund_id)
            references refund (practice_id, id)
        """,
        retention="financial",
        access={
            "biller": Access("select"),
            "manager": Access("select"),
            "auditor": Access("select"),
            "job": Access("select, insert"),
        },
    )
    op.execute(
        "create unique index uq_ledger_entry_capture on ledger_entry"
        " (practice_id, checkout_session_id) where kind = 'capture'"
    )
    op.execute(
        "create unique index uq_ledger_entry_refund on ledger_entry"
        " (practice_id, refund_id, kind) where refund_id is not null"
    )
    op.execute("create index ix_ledger_entry_payment on ledger_entry (practice_id, payment_id)")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
