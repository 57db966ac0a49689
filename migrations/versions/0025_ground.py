"""The ground: vendors, what preflight found and who explained it, opening, downtime sheets."""

from alembic import op

from migrations.tables import ACTOR, PRACTICE, Access, table

revision = "0025"
down_revision = "0024"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
OWNER = f"""exists (
    select from public.role_grant held
    where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
        and held.role = 'owner' and held.ended_at is null)"""
OWNED = ("vendor", "readiness_answer", "sheet_key", "mail_warmup")


def upgrade() -> None:
    practices()
    vendors()
    readiness()
    sheets()
    warmups()
    for name in OWNED:
        op.execute(
            f"create policy {name}_manager_adds on {name} as restrictive for insert"
            f" to bedside_manager with check ({OWNER})"
        )
        op.execute(
            f"create policy {name}_manager_changes on {name} as restrictive for update"
            f" to bedside_manager using ({OWNER}) with check ({OWNER})"
        )


def own(name: str) -> str:
    """The columns every table begins with."""
    return HEAD.replace("{name}", name)


def practices() -> None:
    # A practice of before the gate has seen patients: it counts as open. A new one says itself
    # that it is closed, so the default is met by old rows and old images only.
    op.execute(
        "alter table practice add column opened_at timestamptz default '2026-11-20 00:00:00+00'"
    )
    op.execute("alter table practice add column escalation_phone text not null default ''")


def vendors() -> None:
    table(
        "vendor",
        own("vendor")
        + """
        name text not null constraint ck_vendor_name check (length(name) between 1 and 80),
        purpose text not null
            constraint ck_vendor_purpose check (length(purpose) between 1 and 200),
        handles_phi boolean not null,
        region text not null constraint ck_vendor_region check (length(region) between 1 and 60),
        agreed_on date,
        renews_on date,
        exempt_because text not null
            constraint ck_vendor_exempt_because check (length(exempt_because) <= 300),
        changed_at timestamptz not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        constraint ck_vendor_renewal check (renews_on is null or agreed_on is not null),
        constraint ck_vendor_order check (renews_on is null or renews_on > agreed_on)
        """,
        retention="configuration",
        access={
            "manager": Access("select, insert, update"),
            "job": Access("select, insert"),
            "auditor": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_vendor_open on vendor (practice_id, lower(name))"
        " where ended_at is null"
    )


def readiness() -> None:
    """What was found when it was last looked at, and what an owner signed for."""
    table(
        "readiness_finding",
        own("readiness_finding")
        + """
        line text not null,
        good boolean not null,
        code text not null,
        seen jsonb not null,
        checked_at timestamptz not null,
        constraint uq_readiness_finding_line unique (practice_id, line)
        """,
        retention="configuration",
        access={
            "manager": Access("select"),
            "job": Access("select, insert, update (good, code, seen, checked_at)"),
        },
    )
    table(
        "readiness_answer",
        own("readiness_answer")
        + """
        line text not null,
        kind text not null constraint ck_readiness_answer_kind
            check (kind in ('confirmed', 'explained')),
        reason text not null
            constraint ck_readiness_answer_reason check (length(reason) between 10 and 1000),
        signed_by uuid not null,
        signed_at timestamptz not null,
        expires_on date not null,
        ended_at timestamptz,
        constraint ck_readiness_answer_expires check (expires_on > signed_at::date)
        """.replace("signed_at::date", "(signed_at at time zone 'UTC')::date"),
        retention="security",
        access={
            "manager": Access("select, insert, update (ended_at)"),
            "job": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_readiness_answer_open on readiness_answer (practice_id, line)"
        " where ended_at is null"
    )


def sheets() -> None:
    """Tomorrow's schedule, sealed for a key that only the owner has, in the archive's bucket."""
    table(
        "sheet_key",
        own("sheet_key")
        + """
        certificate text not null,
        fingerprint text not null,
        made_by uuid not null,
        made_at timestamptz not null,
        ended_at timestamptz
        """,
        retention="security",
        access={
            "manager": Access("select, insert, update (ended_at)"),
            "job": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_sheet_key_open on sheet_key (practice_id) where ended_at is null"
    )
    table(
        "downtime_sheet",
        own("downtime_sheet")
        + """
        on_date date not null,
        visits integer not null constraint ck_downtime_sheet_visits check (visits >= 0),
        sha256 bytea not null
            constraint ck_downtime_sheet_sha256 check (length(sha256) = 32),
        stored_as text not null,
        fingerprint text not null,
        made_at timestamptz not null,
        constraint uq_downtime_sheet_date unique (practice_id, on_date)
        """,
        retention="configuration",
        access={
            "manager": Access("select"),
            "front_desk": Access("select"),
            "clinician": Access("select"),
            "job": Access("select, insert"),
        },
    )


def warmups() -> None:
    table(
        "mail_warmup",
        own("mail_warmup")
        + """
        started_on date not null,
        ended_at timestamptz
        """,
        retention="configuration",
        access={
            "manager": Access("select, insert, update (ended_at)"),
            "job": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_mail_warmup_open on mail_warmup (practice_id)"
        " where ended_at is null"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
