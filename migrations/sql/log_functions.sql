-- How the log is written. Each function runs as bedside_audit with a pinned search path.

create function audit.new_id() returns uuid
language sql volatile set search_path = pg_catalog as $$
    -- UUIDv7: 48 bits of milliseconds over a random version-4 value.
    select encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid()) placing substring(
                int8send((extract(epoch from clock_timestamp()) * 1000)::bigint) from 3
            ) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;

create function audit.app_setting(name text) returns text
language sql stable set search_path = pg_catalog as $$
    select nullif(current_setting('app.' || name, true), '')
$$;

create function audit.moment() returns timestamptz
language sql volatile set search_path = pg_catalog as $$
    -- The machine's time; with the sandbox on, shifted by the sandbox's clock.
    select clock_timestamp() + case
        when (select sandbox from audit.setting)
        then make_interval(secs => coalesce(audit.app_setting('clock_offset')::int, 0))
        else interval '0'
    end
$$;

create function audit.payload_hash(salt bytea, body jsonb) returns bytea
language sql immutable set search_path = pg_catalog as $$
    select sha256(salt || convert_to(body::text, 'UTF8'))
$$;

create function audit.event_hash(e audit.event) returns bytea
language sql stable set search_path = pg_catalog set timezone = 'UTC' as $$
    -- SHA-256 over a JSON array of texts (null for absent), in the order of the columns.
    select sha256(convert_to(jsonb_build_array(
        e.id::text, e.practice_id::text, e.act_id::text, e.kind,
        to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        e.actor_kind, e.actor_id::text, e.on_behalf_of::text, e.session_id::text, e.request_id,
        e.db_role, e.reason, e.action, e.target_type, e.target_id::text, e.patient_id::text,
        e.schema_revision, encode(e.payload_hash, 'hex')
    )::text, 'UTF8'))
$$;

create function audit.append(
    p_kind text, p_action text, p_target_type text, p_target_id uuid, p_practice_id uuid,
    p_patient_id uuid, p_body jsonb, p_retention text
) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
    e audit.event;
    salt bytea := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
begin
    e.id := audit.new_id();
    -- One transaction writes for one practice: its own. What has none goes to the platform's chain.
    e.practice_id := coalesce(
        audit.app_setting('practice_id')::uuid, p_practice_id, '00000000-0000-0000-0000-000000000000'
    );
    e.act_id := coalesce(audit.app_setting('act_id')::uuid, e.id);
    e.kind := p_kind;
    e.at := audit.moment();
    e.actor_kind := coalesce(audit.app_setting('actor_kind'), 'unknown');
    e.actor_id := audit.app_setting('actor_id')::uuid;
    e.on_behalf_of := audit.app_setting('on_behalf_of')::uuid;
    e.session_id := audit.app_setting('session_id')::uuid;
    e.request_id := audit.app_setting('request_id');
    e.db_role := case current_setting('role') when 'none' then session_user::text
        else current_setting('role') end;
    e.reason := audit.app_setting('reason');
    e.action := p_action;
    e.target_type := p_target_type;
    e.target_id := p_target_id;
    e.patient_id := p_patient_id;
    select schema_revision into e.schema_revision from audit.setting;
    e.payload_hash := audit.payload_hash(salt, p_body);
    insert into audit.event select e.*;
    insert into audit.payload (event_id, practice_id, patient_id, kind, retention, salt, body)
    values (e.id, e.practice_id, e.patient_id, e.kind, p_retention, salt, p_body);
    return e.id;
end
$$;

create function audit.note(
    p_kind text, p_action text, p_target_type text, p_target_id uuid, p_patient_id uuid,
    p_details jsonb
) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if p_kind not in ('act', 'look') then
        raise exception 'only acts and looks are noted' using errcode = 'BD002';
    end if;
    if audit.app_setting('practice_id') is null and audit.app_setting('actor_kind') is null then
        raise exception 'nobody is asking' using errcode = 'BD003';
    end if;
    return audit.append(
        p_kind, p_action, p_target_type, p_target_id, null, p_patient_id,
        coalesce(p_details, '{}'), 'security'
    );
end
$$;

create function audit.record_write() returns trigger
language plpgsql security definer
set search_path = pg_catalog set timezone = 'UTC' set intervalstyle = 'postgres'
set datestyle = 'ISO' set bytea_output = 'hex' set extra_float_digits = 1 as $$
declare
    old_image jsonb := case when tg_op <> 'INSERT' then to_jsonb(old) end;
    new_image jsonb := case when tg_op <> 'DELETE' then to_jsonb(new) end;
    image jsonb := coalesce(new_image, old_image);
begin
    if old_image is not distinct from new_image then
        return null;
    end if;
    if audit.app_setting('action') is null then
        raise exception 'a change of % outside any act', tg_table_name using errcode = 'BD001';
    end if;
    perform audit.append(
        'write', audit.app_setting('action'), tg_table_name, (image ->> 'id')::uuid,
        coalesce(
            image ->> 'practice_id', case when tg_table_name = 'practice' then image ->> 'id' end
        )::uuid,
        coalesce(
            image ->> 'patient_id', case when tg_table_name = 'patient' then image ->> 'id' end
        )::uuid,
        case tg_op
            when 'INSERT' then jsonb_build_object('op', tg_op, 'new', new_image)
            when 'DELETE' then jsonb_build_object('op', tg_op, 'old', old_image)
            else jsonb_build_object('op', tg_op, 'old', old_image, 'new', new_image)
        end,
        tg_argv[0]
    );
    return null;
end
$$;

create function audit.link_event() returns trigger
language plpgsql security definer set search_path = pg_catalog as $$
declare
    last_seq bigint;
    last_hash bytea;
    this_hash bytea := audit.event_hash(new);
begin
    perform pg_advisory_xact_lock(hashtextextended('audit.link ' || new.practice_id, 0));
    select seq, hash into last_seq, last_hash from audit.link
    where practice_id = new.practice_id order by seq desc limit 1;
    last_seq := coalesce(last_seq, 0) + 1;
    last_hash := coalesce(last_hash, sha256(uuid_send(new.practice_id)));
    insert into audit.link (practice_id, seq, event_id, event_hash, hash)
    values (
        new.practice_id, last_seq, new.id, this_hash,
        sha256(last_hash || int8send(last_seq) || this_hash)
    );
    return null;
end
$$;

create constraint trigger link_event after insert on audit.event
deferrable initially deferred for each row execute function audit.link_event();

create function audit.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    raise exception 'the event log is append-only' using errcode = 'BD004';
end
$$;

create trigger append_only before update or delete on audit.event
for each row execute function audit.refuse_change();
create trigger append_only before update or delete on audit.link
for each row execute function audit.refuse_change();
create trigger append_only before update or delete on audit.checkpoint
for each row execute function audit.refuse_change();
create trigger append_only before update or delete on audit.payload
for each row execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.event
for each statement execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.link
for each statement execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.payload
for each statement execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.checkpoint
for each statement execute function audit.refuse_change();
alter table audit.event enable always trigger append_only;
alter table audit.event enable always trigger no_truncate;
alter table audit.event enable always trigger link_event;
alter table audit.link enable always trigger append_only;
alter table audit.link enable always trigger no_truncate;
alter table audit.payload enable always trigger append_only;
alter table audit.payload enable always trigger no_truncate;
alter table audit.checkpoint enable always trigger append_only;
alter table audit.checkpoint enable always trigger no_truncate;

create function audit.note_revision() returns void
language sql security definer set search_path = pg_catalog as $$
    update audit.setting
    set schema_revision = (select version_num from public.alembic_version)
$$;

create function audit.believe_sandbox_clock(yes boolean) returns void
language sql security definer set search_path = pg_catalog as $$
    update audit.setting set sandbox = yes
$$;
