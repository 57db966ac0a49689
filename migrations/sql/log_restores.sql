-- A database that was set back to an earlier moment: declared by an operator, written into the log
-- for good. Runs as bedside_audit. What the entry says is what the verifiers take as explained, so
-- nobody may note such an entry in the ordinary way.

create table audit.fork (
    practice_id uuid not null,
    fork integer not null check (fork between 1 and 9999),
    event_id uuid not null,
    last_kept bigint not null check (last_kept >= 0),
    declared_at timestamptz not null,
    primary key (practice_id, fork)
);
alter table audit.fork enable row level security;
alter table audit.fork force row level security;
create policy fork_writer on audit.fork to bedside_audit using (true) with check (true);
create trigger append_only before update or delete on audit.fork
for each row execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.fork
for each statement execute function audit.refuse_change();
alter table audit.fork enable always trigger append_only;
alter table audit.fork enable always trigger no_truncate;

create function audit.note_restore(p_fork integer, p_last_kept bigint, p_details jsonb)
returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
declare
    practice uuid := audit.app_setting('practice_id')::uuid;
    noted uuid;
begin
    perform audit.refuse_web();
    perform pg_advisory_xact_lock(hashtextextended('audit.checkpoint ' || practice, 0));
    if p_fork <= coalesce(
        (select max(f.fork) from audit.fork f where f.practice_id = practice), 0
    ) then
        raise exception 'this fork was declared before' using errcode = 'BD007';
    end if;
    if p_last_kept < coalesce(
        (select max(c.last_seq) from audit.checkpoint c where c.practice_id = practice), 0
    ) or p_last_kept > coalesce(
        (select max(l.seq) from audit.link l where l.practice_id = practice), 0
    ) then
        raise exception 'a fork begins behind what is sealed' using errcode = 'BD007';
    end if;
    -- Kept as long as the practice exists: what it explains is asked about for as long.
    noted := audit.append(
        'act', 'log.restored', 'log', null, practice, null, p_details, 'configuration'
    );
    insert into audit.fork (practice_id, fork, event_id, last_kept, declared_at)
    values (practice, p_fork, noted, p_last_kept, audit.moment());
    return noted;
end
$$;

create or replace function audit.note(
    p_kind text, p_action text, p_target_type text, p_target_id uuid, p_patient_id uuid,
    p_details jsonb
) returns uuid
language plpgsql security definer set search_path = pg_catalog as $$
begin
    if p_kind not in ('act', 'look') then
        raise exception 'only acts and looks are noted' using errcode = 'BD002';
    end if;
    if p_action in ('log.restored', 'payload.erased') then
        raise exception 'what excuses a gap of the log is not noted by hand' using errcode = 'BD008';
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

do $$
declare
    practice constant text := 'practice_id = nullif(current_setting(''app.practice_id'', true), '''')::uuid';
    reader text;
begin
    foreach reader in array array['auditor', 'manager', 'job'] loop
        execute format('create policy fork_%s on audit.fork for select to bedside_%s using (%s)',
            reader, reader, practice);
        execute format('grant select on audit.fork to bedside_%s', reader);
    end loop;
end
$$;
revoke all on function audit.note_restore(integer, bigint, jsonb) from public;
grant execute on function audit.note_restore(integer, bigint, jsonb) to bedside_job;
