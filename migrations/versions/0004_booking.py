"""What can be booked, when, and the appointments themselves; overlap is refused by constraint."""

from alembic import op

from migrations.tables import EVERY_ROLE, PATIENT, VISITOR, Access, everyone_reads, table

revision = "0004"
down_revision = "0003"

HEAD = """
    practice_id uuid not null constraint fk_{name}_practice_id references practice (id),
    id uuid not null,
    constraint pk_{name} primary key (practice_id, id),
"""
# An appointment in one of these states takes up the practitioner's time.
LIVE = "status in ('pending', 'booked', 'arrived', 'checked-in', 'fulfilled')"
MINE = f"patient_id = {PATIENT}"
CHANGES = "select, insert, update"


def upgrade() -> None:
    rules()
    appointments()
    busy_times()
    expired_holds()


def rules() -> None:
    configured = everyone_reads() | {"manager": Access(CHANGES), "job": Access(CHANGES)}
    table(
        "visit_type",
        HEAD.replace("{name}", "visit_type")
        + """
        slug text not null constraint ck_visit_type_slug check (slug ~ '^[a-z][a-z0-9-]{1,60}$'),
        name text not null,
        summary text not null,
        length_minutes integer not null
            constraint ck_visit_type_length check (length_minutes between 5 and 480),
        buffer_before_minutes integer not null,
        buffer_after_minutes integer not null,
        notice_minutes integer not null,
        horizon_days integer not null
            constraint ck_visit_type_horizon check (horizon_days between 1 and 400),
        step_minutes integer not null
            constraint ck_visit_type_step check (step_minutes between 5 and 240),
        modality text not null constraint ck_visit_type_modality
            check (modality in ('video', 'phone', 'in_person')),
        states text[] not null,
        price_minor bigint not null constraint ck_visit_type_price check (price_minor >= 0),
        currency text not null constraint ck_visit_type_currency check (currency ~ '^[a-z]{3}$'),
        cancel_window_hours integer not null
            constraint ck_visit_type_cancel_window check (cancel_window_hours >= 0),
        position integer not null,
        active boolean not null,
        created_at timestamptz not null,
        constraint uq_visit_type_slug unique (practice_id, slug)
        """,
        retention="configuration",
        access=configured,
    )
    table(
        "weekly_hours",
        HEAD.replace("{name}", "weekly_hours")
        + """
        practitioner_id uuid not null
            constraint fk_weekly_hours_practitioner_id references practitioner (id),
        weekday smallint not null
            constraint ck_weekly_hours_weekday check (weekday between 0 and 6),
        opens time not null,
        closes time not null,
        valid_from date not null,
        valid_until date,
        constraint ck_weekly_hours_order check (closes > opens or closes = time '00:00')
        """,
        retention="configuration",
        access=configured,
    )
    op.execute(
        "create index ix_weekly_hours_practitioner on weekly_hours (practice_id, practitioner_id)"
    )
    table(
        "schedule_exception",
        HEAD.replace("{name}", "schedule_exception")
        + """
        practitioner_id uuid not null
            constraint fk_schedule_exception_practitioner_id references practitioner (id),
        on_date date not null,
        kind text not null
            constraint ck_schedule_exception_kind check (kind in ('closed', 'open')),
        opens time,
        closes time,
        reason text not null,
        created_at timestamptz not null,
        ended_at timestamptz,
        constraint ck_schedule_exception_order check ((opens is null) = (closes is null)
            and (opens is not null or kind = 'closed')
            and (opens is null or closes > opens or closes = time '00:00'))
        """,
        retention="configuration",
        access=configured,
    )
    op.execute(
        "create index ix_schedule_exception_day on schedule_exception"
        " (practice_id, practitioner_id, on_date)"
    )


def appointments() -> None:
    table(
        "appointment",
        HEAD.replace("{name}", "appointment")
        + f"""
        reference text not null,
        status text not null constraint ck_appointment_status check (status in
            ('proposed', 'pending', 'booked', 'arrived', 'checked-in', 'fulfilled', 'cancelled',
             'noshow', 'waitlist', 'entered-in-error')),
        patient_id uuid,
        practitioner_id uuid not null
            constraint fk_appointment_practitioner_id references practitioner (id),
        visit_type_id uuid not null,
        during tstzrange not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        occupied tstzrange not null,
        time_zone text not null,
        -- squawk-ignore prefer-timestamp-tz
        wall_clock timestamp not null,
        patient_time_zone text not null,
        state text,
        modality text not null,
        price_minor bigint not null,
        currency text not null,
        visitor_key bytea constraint ck_appointment_visitor_key check (length(visitor_key) = 32),
        hold_expires_at timestamptz,
        booked_at timestamptz,
        override_reason text,
        sequence integer not null,
        created_at timestamptz not null,
        constraint uq_appointment_reference unique (practice_id, reference),
        constraint fk_appointment_patient foreign key (practice_id, patient_id)
            references patient (practice_id, id),
        constraint fk_appointment_visit_type foreign key (practice_id, visit_type_id)
            references visit_type (practice_id, id),
        constraint ck_appointment_during check (not isempty(during) and lower_inc(during)
            and not upper_inc(during) and starts_at = lower(during) and ends_at = upper(during)
            and occupied @> during and lower_inc(occupied) and not upper_inc(occupied)),
        constraint ck_appointment_hold check (status <> 'pending' or hold_expires_at is not null),
        constraint ck_appointment_known check (
            status not in ('booked', 'arrived', 'checked-in', 'fulfilled')
            or patient_id is not null),
        constraint ex_appointment_practitioner exclude using gist
            (practitioner_id with =, occupied with &&) where ({LIVE}),
        constraint ex_appointment_patient exclude using gist
            (practice_id with =, patient_id with =, during with &&)
            where ({LIVE} and patient_id is not null)
        """,
        retention="medical",
        access={
            "public": Access(CHANGES, f"patient_id is null and visitor_key = {VISITOR}"),
            "gate": Access(
                "select, update (patient_id, patient_time_zone, state, visitor_key)",
                "status = 'pending'",
            ),
            "patient": Access(CHANGES, MINE),
            "front_desk": Access(CHANGES),
            "clinician": Access(CHANGES),
            "biller": Access("select"),
            "manager": Access("select"),
            "job": Access(CHANGES),
        },
    )
    op.execute("create index ix_appointment_starts_at on appointment (practice_id, starts_at)")
    op.execute(
        "create index ix_appointment_patient on appointment (practice_id, patient_id, starts_at)"
    )
    op.execute(
        "create index ix_appointment_holds on appointment (practice_id, hold_expires_at)"
        " where status = 'pending'"
    )
    table(
        "appointment_cancellation",
        HEAD.replace("{name}", "appointment_cancellation")
        + """
        appointment_id uuid not null,
        patient_id uuid,
        cancelled_by uuid,
        by_kind text not null,
        reason text not null constraint ck_appointment_cancellation_reason check (reason in
            ('patient_request', 'practice_request', 'hold_expired', 'hold_released',
             'hold_replaced', 'not_paid', 'slot_gone')),
        within_policy boolean not null,
        refund_due_minor bigint not null,
        created_at timestamptz not null,
        constraint uq_appointment_cancellation_appointment unique (practice_id, appointment_id),
        constraint fk_appointment_cancellation_appointment
            foreign key (practice_id, appointment_id) references appointment (practice_id, id)
        """,
        retention="medical",
        access={
            "public": Access("select, insert", "patient_id is null"),
            "patient": Access("select, insert", MINE),
            "front_desk": Access("select, insert"),
            "clinician": Access("select, insert"),
            "biller": Access("select"),
            "manager": Access("select"),
            "job": Access("select, insert"),
        },
    )


def busy_times() -> None:
    """Ranges only, for every practice of a practitioner; kept by a trigger, read by everyone."""
    table(
        "busy_time",
        """
        appointment_id uuid constraint pk_busy_time primary key,
        practitioner_id uuid not null,
        starts_at timestamptz not null,
        ends_at timestamptz not null,
        until timestamptz
        """,
        retention="transient",
        practice_column=None,
        logged=False,
        access={
            role: Access("select (practitioner_id, starts_at, ends_at, until)")
            for role in EVERY_ROLE
            if role != "auditor"
        },
    )
    op.execute(
        "create index ix_busy_time_practitioner on busy_time (practitioner_id, starts_at, ends_at)"
    )
    op.execute(f"""
        create function keep_busy_time() returns trigger
        language plpgsql security definer set search_path = pg_catalog, public as $$
        begin
            if new.{LIVE} then
                insert into busy_time (appointment_id, practitioner_id, starts_at, ends_at, until)
                values (new.id, new.practitioner_id, lower(new.occupied), upper(new.occupied),
                    case when new.status = 'pending' then new.hold_expires_at end)
                on conflict (appointment_id) do update set
                    practitioner_id = excluded.practitioner_id, starts_at = excluded.starts_at,
                    ends_at = excluded.ends_at, until = excluded.until;
            else
                delete from busy_time where appointment_id = new.id;
            end if;
            return null;
        end
        $$""")
    op.execute("revoke all on function keep_busy_time() from public")
    op.execute(
        "create trigger keep_busy_time after insert or update on appointment"
        " for each row execute function keep_busy_time()"
    )


def expired_holds() -> None:
    """Void the practitioner's holds that ran out, whoever's they were, each in its own practice.

    Definer's rights, because a visitor may not see, let alone end, somebody else's hold; the time
    compared with is the database's own, so nobody can end one early. The caller has the
    practitioner's advisory lock, so two sweeps never write two practices' logs in two orders.
    """
    op.execute("set local role bedside_audit")
    op.execute(
        "grant execute on function audit.note(text, text, text, uuid, uuid, jsonb),"
        " audit.new_id(), audit.moment(), audit.app_setting(text) to bedside_owner"
    )
    op.execute("set local role bedside_owner")
    op.execute("""
        create function void_expired_holds(p_practitioner uuid) returns integer
        language plpgsql security definer set search_path = pg_catalog, public as $$
        declare
            held record;
            ended integer := 0;
            home text := current_setting('app.practice_id', true);
            kind text := current_setting('app.actor_kind', true);
            actor text := current_setting('app.actor_id', true);
            sitting text := current_setting('app.session_id', true);
            asked text := current_setting('app.request_id', true);
            behalf text := current_setting('app.on_behalf_of', true);
            doing text := current_setting('app.action', true);
        begin
            for held in
                select practice_id, id, patient_id from appointment
                where practitioner_id = p_practitioner and status = 'pending'
                    and hold_expires_at <= audit.moment()
                order by practice_id, id for update
            loop
                -- Time ended it, not the person whose request happened to notice.
                perform set_config('app.practice_id', held.practice_id::text, true),
                    set_config('app.actor_kind', 'system', true),
                    set_config('app.actor_id', '', true), set_config('app.session_id', '', true),
                    set_config('app.request_id', '', true),
                    set_config('app.on_behalf_of', '', true),
                    set_config('app.action', 'appointment.hold_expired', true);
                perform audit.note('act', 'appointment.hold_expired', 'appointment', held.id,
                    held.patient_id, '{}');
                update appointment set status = 'cancelled'
                where practice_id = held.practice_id and id = held.id;
                insert into appointment_cancellation (practice_id, id, appointment_id, patient_id,
                    by_kind, reason, within_policy, refund_due_minor, created_at)
                values (held.practice_id, audit.new_id(), held.id, held.patient_id, 'system',
                    'hold_expired', true, 0, audit.moment());
                ended := ended + 1;
            end loop;
            perform set_config('app.practice_id', coalesce(home, ''), true),
                set_config('app.actor_kind', coalesce(kind, ''), true),
                set_config('app.actor_id', coalesce(actor, ''), true),
                set_config('app.session_id', coalesce(sitting, ''), true),
                set_config('app.request_id', coalesce(asked, ''), true),
                set_config('app.on_behalf_of', coalesce(behalf, ''), true),
                set_config('app.action', coalesce(doing, ''), true);
            return ended;
        end
        $$""")
    op.execute("revoke all on function void_expired_holds(uuid) from public")
    op.execute(
        "grant execute on function void_expired_holds(uuid) to bedside_public, bedside_patient,"
        " bedside_front_desk, bedside_clinician, bedside_job"
    )


def downgrade() -> None:
    raise NotImplementedError("restore from a backup, or write the next migration forward")
