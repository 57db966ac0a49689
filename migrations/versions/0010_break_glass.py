"""Breaking the glass, closing accounts, and roles that the database itself looks up.

A transaction of the desk may call itself a clinician's; what it reads of patients, it reads only
when the acting account holds such a role at this moment. The story of a patient wants a physician,
or an open emergency grant of the acting account for exactly that patient (see docs/adr).
"""

from alembic import op

from migrations.tables import ACTOR, PRACTICE, Access, table

revision = "0010"
down_revision = "0009"

# Which roles of people a desk transaction's role stands for.
HELD = {
    "front_desk": ("receptionist",),
    "clinician": ("physician", "nurse"),
    "biller": ("biller",),
    "manager": ("owner",),
}
OF_PATIENTS = (
    *("patient", "appointment", "appointment_cancellation", "payment", "checkout_session"),
    *("refund", "dispatch"),
)
LOG = f"practice_id = {PRACTICE} and patient_id is not null"


# The conditions below are uncorrelated: each is answered once a statement, by one index look-up.
def holds(*roles: str) -> str:
    """The acting account holds one of these roles now."""
    names = ", ".join(f"'{role}'" for role in roles)
    return f"""exists (
        select from public.role_grant held
        where held.practice_id = {PRACTICE} and held.account_id = {ACTOR}
            and held.role in ({names}) and held.ended_at is null)"""


OPENED = f"""{{patient}} in (
    select glass.patient_id from public.break_glass glass
    where glass.practice_id = {PRACTICE} and glass.account_id = {ACTOR}
        and glass.ended_at is null and glass.expires_at > now())"""


def upgrade() -> None:
    break_glass()
    own_grants()
    held_roles()
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
    """A desk transaction sees which roles the acting account holds, and nobody else's."""
    for role in ("front_desk", "clinician", "biller"):
        op.execute(
            "grant select (practice_id, account_id, role, ended_at) on role_grant"
            f" to bedside_{role}"
        )
        op.execute(
            f"create policy role_grant_{role} on role_grant for select to bedside_{role}"
            f" using (practice_id = {PRACTICE} and account_id = {ACTOR})"
        )


def held_roles() -> None:
    """A desk role without the person's role behind it reads and writes nobody's record."""
    for name in OF_PATIENTS:
        for role, people in HELD.items():
            if name == "patient" and role == "manager":
                continue
            held = seen = holds(*people)
            if name == "patient" and role == "clinician":
                seen = f"{held} or {OPENED.format(patient='id')}"
            op.execute(
                f"create policy {name}_{role}_held on {name} as restrictive"
                f" to bedside_{role} using ({seen}) with check ({held})"
            )


def story() -> None:
    op.execute("set local role bedside_audit")
    for name, more in (("event", ""), ("payload", " and kind <> 'write'")):
        op.execute(
            f"alter policy {name}_clinician on audit.{name}"
            f" using ({LOG}{more}"
            f" and ({holds('physician')} or {OPENED.format(patient='patient_id')}))"
        )
    op.execute("reset role")


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
