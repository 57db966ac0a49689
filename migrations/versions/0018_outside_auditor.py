"""An auditor from outside connects as bedside_auditor itself: it reads the log and changes nothing.

The same role is worn by the program for an auditor who signed in. What only that one needs (one's
own sign-in, names beside entries, the keys of repeated requests) is kept from the login by policies
that ask who is connected.
"""

from alembic import op

revision = "0018"
down_revision = "0017"

SECRETS = "web_session, recovery_code, staff_invitation, passkey"
# Records, beyond what the log tells of them.
RECORDS = (
    *("patient", "patient_access", "payment", "refund", "checkout_session", "ledger_entry"),
    *("break_glass", "idempotency_key"),
)
STAFF_ONLY = """
    session_user <> 'bedside_auditor' or exists (select from role_grant g
        where g.practice_id = account.practice_id and g.account_id = account.id)
"""


def upgrade() -> None:
    op.execute(f"revoke all on {SECRETS} from bedside_auditor")
    op.execute("drop policy web_session_auditor on web_session")
    op.execute("drop policy recovery_code_auditor on recovery_code")
    op.execute("drop policy staff_invitation_auditor on staff_invitation")
    op.execute("drop policy passkey_auditor on passkey")
    for name in RECORDS:
        op.execute(
            f"create policy {name}_outside on {name} as restrictive to bedside_auditor"
            " using (session_user <> 'bedside_auditor')"
        )
    op.execute(
        "create policy account_outside on account as restrictive to bedside_auditor"
        f" using ({STAFF_ONLY})"
    )
    op.execute("grant select on retention to bedside_auditor")
    op.execute("""
        create or replace function jobs.defer(
            p_task text, p_args jsonb, p_run_at timestamptz, p_lock text, p_queueing_lock text
        ) returns void
        language plpgsql security definer set search_path = jobs, pg_catalog as $$
        begin
            if session_user = 'bedside_auditor' then
                raise exception 'an auditor from outside reads' using errcode = 'BD009';
            end if;
            if p_args ->> 'practice_id' is distinct from
                nullif(current_setting('app.practice_id', true), '') then
                raise exception 'work is asked for in the name of one practice'
                    using errcode = 'BD005';
            end if;
            insert into procrastinate_jobs
                (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
            values ('default', p_task, 0, p_lock, p_queueing_lock, p_args, p_run_at)
            on conflict do nothing;
        end
        $$""")
    op.execute("set local role bedside_audit")
    op.execute(NOTE)
    op.execute("reset role")


NOTE = """
create or replace function audit.note(
    p_kind text, p_action text, p_target_type text, p_target_id uuid, p_patient_id uuid,
    p_details jsonb
) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if session_user = 'bedside_auditor' then
        raise exception 'an auditor from outside reads' using errcode = 'BD009';
    end if;
    if p_kind not in ('act', 'look') then
        raise exception 'only acts and looks are noted' using errcode = 'BD002';
    end if;
    if p_action in ('log.restored', 'payload.erased') then
        raise exception 'what excuses a gap of the log is not noted by hand'
            using errcode = 'BD008';
    end if;
    if audit.app_setting('practice_id') is null and audit.app_setting('actor_kind') is null then
        raise exception 'nobody is asking' using errcode = 'BD003';
    end if;
    return audit.append(
        p_kind, p_action, p_target_type, p_target_id, null, p_patient_id,
        coalesce(p_details, '{}'), 'security'
    );
end
$$
"""


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
