"""The queue, in a schema of its own, and the one door through which work is asked for."""

from alembic import op

from migrations.tables import EVERY_ROLE, Access, run_file, table

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    everyone = ", ".join(f"bedside_{role}" for role in EVERY_ROLE)
    op.execute("create schema jobs")
    op.execute("set local search_path = jobs, public")
    run_file("procrastinate_3_10_0")
    op.execute("set local search_path = public")
    op.execute(f"grant usage on schema jobs to bedside_worker, {everyone}")
    op.execute("revoke all on all functions in schema jobs from public")
    op.execute(
        "grant select, insert, update, delete on all tables in schema jobs to bedside_worker"
    )
    op.execute("grant usage, select on all sequences in schema jobs to bedside_worker")
    op.execute("grant execute on all functions in schema jobs to bedside_worker")
    op.execute("""
        create function jobs.defer(
            p_task text, p_args jsonb, p_run_at timestamptz, p_lock text, p_queueing_lock text
        ) returns void
        language plpgsql security definer set search_path = jobs, pg_catalog as $$
        begin
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
    op.execute(
        "revoke all on function jobs.defer(text, jsonb, timestamptz, text, text) from public"
    )
    op.execute(
        f"grant execute on function jobs.defer(text, jsonb, timestamptz, text, text) to {everyone}"
    )
    table(
        "worker_heartbeat",
        """
        worker text constraint pk_worker_heartbeat primary key,
        task text not null,
        seen_at timestamptz not null
        """,
        retention="transient",
        practice_column=None,
        logged=False,
        access={
            "job": Access("select, insert, update, delete"),
            "public": Access("select"),
            "manager": Access("select"),
        },
    )
    table(
        "schedule_tick",
        """
        name text constraint pk_schedule_tick primary key,
        ticked_at timestamptz not null
        """,
        retention="transient",
        practice_column=None,
        logged=False,
        access={"job": Access("select, insert, update")},
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
