"""Breaking the glass, closing accounts: rows for the first, rights of the doorkeeper for both.

The story of a patient is the clinicians' part of the event log. Who reads it is checked here as
well as in the program: an acting physician, or somebody with an open emergency grant for exactly
that patient (see docs/adr on breaking the glass).
"""

from alembic import op

from migrations.tables import ACTOR, PRACTICE, Access, table

revision = "0010"
down_revision = "0009"

LOG = f"practice_id = {PRACTICE} and patient_id is not null"
# Uncorrelated, so each is answered once a statement, by one index look-up.
PHYSICIAN = f"""exists (
    select from public.role_grant held
    where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
        and held.role = 'physician' and held.ended_at is null)"""
OPENED = f"""patient_id in (
    select glass.patient_id from public.break_glass glass
    where glass.practice_id = {PRACTICE} and glass.account_id = {ACTOR}
        and glass.ended_at is null and glass.expires_at > now())"""


def upgrade() -> None:
    break_glass()
    own_grants()
    story()
    # Closing an account ends its roles; the doorkeeper does it, who alone may end passkeys.
    op.execute("grant update (ended_by, ended_at) on role_grant to bedside_gate")


def break_glass() -> None:
    table(
        "break_glass",
        """
        practice_id uuid not null constraint fk_break_glass_practice_id references practice (id),
        id uuid not null,
        account_id uuid not null,
        patient_id uuid not null,
        patient_reference text not null,
        reason text not null constraint ck_break_glass_reason_known check (reason in
            ('emergency', 'safety', 'on_call', 'patient_asked', 'legal', 'other')),
        words_ct bytea not null,
        opened_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        reviewed_by uuid,
        reviewed_at timestamptz,
        outcome text constraint ck_break_glass_outcome_known
            check (outcome in ('justified', 'not_justified')),
        constraint pk_break_glass primary key (practice_id, id),
        constraint fk_break_glass_account foreign key (practice_id, account_id)
            references account (practice_id, id),
        constraint fk_break_glass_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id),
        constraint fk_break_glass_reviewer foreign key (practice_id, reviewed_by)
            references account (practice_id, id),
        constraint ck_break_glass_an_hour check
            (expires_at > opened_at and expires_at <= opened_at + interval '60 minutes'),
        constraint ck_break_glass_by_another check (reviewed_by is distinct from account_id),
        constraint ck_break_glass_reviewed check ((reviewed_by is null) = (reviewed_at is null)
            and (reviewed_by is null) = (outcome is null))
        """,
        retention="security",
        access={
            "gate": Access("select, insert, update (ended_at)"),
            "clinician": Access(
                "select (practice_id, id, account_id, patient_id, expires_at, ended_at)",
                f"account_id = {ACTOR}",
            ),
            "manager": Access(
                "select, update (reviewed_by, reviewed_at, outcome)",
                new_rows=f"reviewed_by = {ACTOR} and account_id <> {ACTOR}",
            ),
            "auditor": Access("select"),
            "job": Access("select"),
        },
    )
    op.execute(
        "create unique index uq_break_glass_open on break_glass (practice_id, account_id)"
        " where ended_at is null"
    )
    op.execute(
        "create index ix_break_glass_unreviewed on break_glass (practice_id, opened_at)"
        " where reviewed_at is null"
    )


def own_grants() -> None:
    """A clinician's transaction sees which roles the acting account holds, and no other's."""
    op.execute(
        "grant select (practice_id, account_id, role, ended_at) on role_grant to bedside_clinician"
    )
    op.execute(
        "create policy role_grant_clinician on role_grant for select to bedside_clinician"
        f" using (practice_id = {PRACTICE} and account_id = {ACTOR})"
    )


def story() -> None:
    op.execute("set local role bedside_audit")
    for name, more in (("event", ""), ("payload", " and kind <> 'write'")):
        op.execute(
            f"alter policy {name}_clinician on audit.{name}"
            f" using ({LOG}{more} and ({PHYSICIAN} or {OPENED}))"
        )
    op.execute("reset role")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
