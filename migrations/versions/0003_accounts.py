"""Accounts, what they may do, how they prove who they are, and the sessions that follow."""

from alembic import op

from migrations.tables import ACTOR, EVERY_ROLE, PATIENT, Access, table

revision = "0003"
down_revision = "0002"

OF_ACCOUNT = "foreign key (practice_id, account_id) references account (practice_id, id)"

# Sign-in is the only part of the program that reads secrets' hashes; its role reads little else.
GATE = Access("select, insert, update")
JOB = Access("select, insert, update")


def own(name: str) -> str:
    """The two columns every row of a practice begins with, and its key."""
    return (
        f"practice_id uuid not null constraint fk_{name}_practice_id references practice (id),"
        f" id uuid not null, constraint pk_{name} primary key (practice_id, id)"
    )


def upgrade() -> None:
    accounts()
    patient_access()
    role_grants()
    invitations()
    passkeys()
    attempts()
    sessions()
    counters()
    repeats()


def accounts() -> None:
    table(
        "account",
        f"""{own("account")},
        email_ct bytea not null,
        email_bidx bytea not null,
        name text constraint ck_account_name check (length(name) between 1 and 200),
        user_handle bytea not null constraint ck_account_user_handle
            check (length(user_handle) between 16 and 64),
        created_at timestamptz not null,
        closed_at timestamptz,
        constraint uq_account_email unique (practice_id, email_bidx)""",
        retention="security",
        access={
            "gate": GATE,
            "manager": Access("select"),
            "auditor": Access("select"),
            "job": JOB,
            "front_desk": Access("select (practice_id, id, name)"),
            "clinician": Access("select (practice_id, id, name)"),
            "biller": Access("select (practice_id, id, name)"),
            "patient": Access("select", rows=f"id = {ACTOR}"),
        },
    )


def patient_access() -> None:
    table(
        "patient_access",
        f"""{own("patient_access")},
        account_id uuid not null,
        patient_id uuid not null,
        relationship text not null,
        scopes text[] not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        constraint fk_patient_access_account {OF_ACCOUNT},
        constraint fk_patient_access_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id),
        constraint ck_patient_access_relationship_known check
            (relationship in ('self', 'family', 'parent', 'guardian', 'proxy'))""",
        retention="security",
        access={
            "gate": GATE,
            "patient": Access("select", rows=f"account_id = {ACTOR} or patient_id = {PATIENT}"),
            "front_desk": Access("select"),
            "manager": Access("select"),
            "auditor": Access("select"),
            "job": JOB,
        },
    )
    op.execute(
        "create unique index uq_patient_access_open on patient_access"
        " (practice_id, account_id, patient_id) where ended_at is null"
    )
    op.execute("create index ix_patient_access_patient on patient_access (practice_id, patient_id)")


def role_grants() -> None:
    table(
        "role_grant",
        f"""{own("role_grant")},
        account_id uuid not null,
        role text not null,
        granted_by uuid,
        granted_at timestamptz not null,
        ended_by uuid,
        ended_at timestamptz,
        constraint fk_role_grant_account {OF_ACCOUNT},
        constraint ck_role_grant_role_known check (role in
            ('receptionist', 'nurse', 'physician', 'biller', 'owner', 'auditor')),
        constraint ck_role_grant_not_to_oneself check (granted_by is distinct from account_id)""",
        retention="security",
        access={
            "gate": Access("select, insert"),
            "manager": Access("select, insert, update (ended_by, ended_at)"),
            "auditor": Access("select"),
            "job": JOB,
        },
    )
    op.execute(
        "create unique index uq_role_grant_open on role_grant"
        " (practice_id, account_id, role) where ended_at is null"
    )


def invitations() -> None:
    table(
        "staff_invitation",
        f"""{own("staff_invitation")},
        email_ct bytea not null,
        email_bidx bytea not null,
        name text not null constraint ck_staff_invitation_name
            check (length(name) between 1 and 200),
        roles text[] not null,
        token_hash bytea not null,
        code_hash bytea not null,
        code_tries integer not null,
        invited_by uuid,
        invited_at timestamptz not null,
        expires_at timestamptz not null,
        accepted_at timestamptz,
        account_id uuid,
        ended_at timestamptz,
        constraint uq_staff_invitation_token unique (token_hash),
        constraint ck_staff_invitation_roles_named check (cardinality(roles) > 0),
        constraint ck_staff_invitation_code_tries_bounded check (code_tries between 0 and 5)""",
        retention="security",
        access={
            "gate": Access("select, update (code_tries, accepted_at, account_id)"),
            "manager": Access("select, insert, update (ended_at)"),
            "auditor": Access("select"),
            "job": JOB,
        },
    )
    op.execute(
        "create unique index uq_staff_invitation_open on staff_invitation (practice_id, email_bidx)"
        " where accepted_at is null and ended_at is null"
    )


def passkeys() -> None:
    table(
        "passkey",
        f"""{own("passkey")},
        account_id uuid not null,
        label text not null constraint ck_passkey_label check (length(label) between 1 and 100),
        rp_id text not null,
        credential_id bytea not null,
        public_key bytea not null,
        sign_count bigint not null,
        transports text[] not null,
        aaguid text not null,
        backed_up boolean not null,
        created_at timestamptz not null,
        last_used_at timestamptz,
        ended_at timestamptz,
        constraint fk_passkey_account {OF_ACCOUNT},
        constraint uq_passkey_credential unique (practice_id, credential_id)""",
        retention="security",
        access={
            "gate": GATE,
            "job": JOB,
            "manager": Access("select (practice_id, id, account_id, label, created_at, ended_at)"),
            "auditor": Access("select"),
        },
    )
    op.execute("create index ix_passkey_account on passkey (practice_id, account_id)")
    table(
        "recovery_code",
        f"""{own("recovery_code")},
        account_id uuid not null,
        code_hash bytea not null,
        created_at timestamptz not null,
        used_at timestamptz,
        ended_at timestamptz,
        constraint fk_recovery_code_account {OF_ACCOUNT},
        constraint uq_recovery_code_hash unique (practice_id, account_id, code_hash)""",
        retention="security",
        access={"gate": GATE, "job": JOB, "auditor": Access("select")},
    )


def attempts() -> None:
    table(
        "sign_in_attempt",
        f"""{own("sign_in_attempt")},
        email_ct bytea not null,
        email_bidx bytea not null,
        token_hash bytea not null,
        code_hash bytea not null,
        code_tries integer not null,
        browser_hash bytea not null,
        hold_id uuid,
        details_ct bytea,
        return_to text,
        created_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        destination text,
        constraint uq_sign_in_attempt_token unique (token_hash),
        constraint ck_sign_in_attempt_code_tries_bounded check (code_tries between 0 and 5)""",
        retention="transient",
        access={"gate": GATE, "job": Access("select, delete")},
        logged=False,
    )
    op.execute(
        "create index ix_sign_in_attempt_expires_at on sign_in_attempt (practice_id, expires_at)"
    )
    table(
        "webauthn_challenge",
        f"""{own("webauthn_challenge")},
        ceremony text not null,
        challenge bytea not null,
        browser_hash bytea not null,
        account_id uuid,
        expires_at timestamptz not null,
        used_at timestamptz,
        constraint ck_webauthn_challenge_ceremony_known check (ceremony in ('create', 'get'))""",
        retention="transient",
        access={"gate": GATE, "job": Access("select, delete")},
        logged=False,
    )
    op.execute(
        "create index ix_webauthn_challenge_expires_at on webauthn_challenge"
        " (practice_id, expires_at)"
    )


def sessions() -> None:
    table(
        "web_session",
        f"""{own("web_session")},
        face text not null,
        account_id uuid not null,
        patient_id uuid,
        token_hash bytea not null,
        factor text not null,
        device text not null,
        created_at timestamptz not null,
        last_seen_at timestamptz not null,
        fresh_at timestamptz not null,
        expires_at timestamptz not null,
        ended_at timestamptz,
        end_reason text,
        constraint fk_web_session_account {OF_ACCOUNT},
        constraint uq_web_session_token unique (token_hash),
        constraint ck_web_session_face_known check (face in ('portal', 'admin')),
        constraint ck_web_session_factor_known check (factor in
            ('link', 'code', 'passkey', 'recovery_code', 'invitation'))""",
        retention="transient",
        access={"gate": GATE, "job": Access("select, delete"), "auditor": Access("select")},
        logged=False,
    )
    op.execute("create index ix_web_session_account on web_session (practice_id, account_id)")


def counters() -> None:
    table(
        "rate_limit",
        """practice_id uuid not null constraint fk_rate_limit_practice_id references practice (id),
        bucket text not null,
        key bytea not null,
        window_start timestamptz not null,
        hits integer not null,
        constraint pk_rate_limit primary key (practice_id, bucket, key, window_start)""",
        retention="transient",
        access={"gate": GATE, "job": Access("select, delete")},
        logged=False,
    )


def repeats() -> None:
    """Forms that succeeded, so that the same form again is the same act."""
    write = Access("select, insert")
    table(
        "idempotency_key",
        """practice_id uuid not null,
        key_hash bytea not null,
        body_hash bytea not null,
        location text not null,
        created_at timestamptz not null,
        constraint pk_idempotency_key primary key (practice_id, key_hash, body_hash)""",
        retention="transient",
        access=dict.fromkeys(EVERY_ROLE, write) | {"job": Access("select, insert, delete")},
        logged=False,
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
