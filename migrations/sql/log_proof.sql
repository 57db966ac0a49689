-- What proves the log: signed checkpoints, nightly archives, and the only way to erase a payload.
-- Runs as bedside_audit. Only bedside_job may call these functions, and never from the web's login,
-- which may put on that role too.

alter table audit.checkpoint add column previous_hash bytea;
alter table audit.checkpoint add constraint ck_checkpoint_previous
    check ((previous_hash is null) = (first_seq = 1));

-- The days that lie in the Object-Lock bucket; a day's entries are those after the last archive.
create table audit.archive (
    practice_id uuid not null,
    on_date date not null,
    first_seq bigint not null,
    last_seq bigint not null check (last_seq >= first_seq),
    sha256 bytea not null,
    stored_as text not null,
    made_at timestamptz not null,
    primary key (practice_id, on_date)
);
alter table audit.archive enable row level security;
alter table audit.archive force row level security;
create policy archive_writer on audit.archive to bedside_audit using (true) with check (true);
create trigger append_only before update or delete on audit.archive
for each row execute function audit.refuse_change();
create trigger no_truncate before truncate on audit.archive
for each statement execute function audit.refuse_change();
alter table audit.archive enable always trigger append_only;
alter table audit.archive enable always trigger no_truncate;

-- One line of the export, as JSON; `psql -At` prints what the verifier reads. Order by seq.
create view audit.line with (security_invoker = true) as
select l.practice_id, l.seq, json_build_object(
    'seq', l.seq, 'event_id', l.event_id,
    'event_hash', encode(l.event_hash, 'hex'), 'hash', encode(l.hash, 'hex'),
    'event', case when e.id is not null then json_build_object(
        'id', e.id, 'practice_id', e.practice_id, 'act_id', e.act_id, 'kind', e.kind,
        'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'actor_kind', e.actor_kind, 'actor_id', e.actor_id, 'on_behalf_of', e.on_behalf_of,
        'session_id', e.session_id, 'request_id', e.request_id, 'db_role', e.db_role,
        'reason', e.reason, 'action', e.action, 'target_type', e.target_type,
        'target_id', e.target_id, 'patient_id', e.patient_id,
        'schema_revision', e.schema_revision, 'payload_hash', encode(e.payload_hash, 'hex')
    ) end,
    'payload', case when p.event_id is not null then json_build_object(
        'practice_id', p.practice_id, 'patient_id', p.patient_id, 'kind', p.kind,
        'salt', encode(p.salt, 'hex'), 'body', p.body
    ) end
)::text as line
from audit.link l
left join audit.event e on e.id = l.event_id
left join audit.payload p on p.event_id = l.event_id;

-- Events that no link vouches for: there are none unless somebody meddled.
create view audit.loose with (security_invoker = true) as
select e.practice_id, json_build_object(
    'seq', null, 'event_id', e.id, 'event_hash', encode(audit.event_hash(e), 'hex'),
    'hash', null, 'event', json_build_object('id', e.id, 'action', e.action), 'payload', null
)::text as line
from audit.event e
where not exists (select from audit.link l where l.event_id = e.id);

create function audit.refuse_web() returns void
language plpgsql set search_path = pg_catalog as $$
begin
    if session_user = 'bedside_web' then
        raise exception 'the web does not write proofs of the log' using errcode = 'BD006';
    end if;
    if audit.app_setting('practice_id') is null then
        raise exception 'nobody is asking' using errcode = 'BD003';
    end if;
end
$$;

create function audit.note_checkpoint(
    p_first_seq bigint, p_last_seq bigint, p_merkle_root bytea, p_chain_hash bytea,
    p_previous_hash bytea, p_key_id text, p_signature bytea, p_stored_as text,
    p_made_at timestamptz
) returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
declare
    practice uuid := audit.app_setting('practice_id')::uuid;
begin
    -- False when it was noted before: two processes may have read the same stored object.
    perform audit.refuse_web();
    perform pg_advisory_xact_lock(hashtextextended('audit.checkpoint ' || practice, 0));
    if exists (select from audit.checkpoint c where c.practice_id = practice
        and c.first_seq = p_first_seq and c.last_seq = p_last_seq
        and c.merkle_root = p_merkle_root and c.signature = p_signature) then
        return false;
    end if;
    if p_first_seq <> 1 + coalesce(
        (select max(c.last_seq) from audit.checkpoint c where c.practice_id = practice), 0
    ) then
        raise exception 'a checkpoint begins where the last one ended' using errcode = 'BD007';
    end if;
    if not exists (select from audit.link l where l.practice_id = practice
        and l.seq = p_last_seq and l.hash = p_chain_hash) then
        raise exception 'a checkpoint ends at an entry of the log' using errcode = 'BD007';
    end if;
    insert into audit.checkpoint (practice_id, first_seq, last_seq, merkle_root, chain_hash,
        previous_hash, key_id, signature, stored_as, made_at)
    values (practice, p_first_seq, p_last_seq, p_merkle_root, p_chain_hash,
        p_previous_hash, p_key_id, p_signature, p_stored_as, p_made_at);
    return true;
end
$$;

create function audit.note_archive(
    p_on_date date, p_first_seq bigint, p_last_seq bigint, p_sha256 bytea, p_stored_as text,
    p_made_at timestamptz
) returns boolean
language plpgsql security definer set search_path = pg_catalog as $$
declare
    practice uuid := audit.app_setting('practice_id')::uuid;
begin
    perform audit.refuse_web();
    perform pg_advisory_xact_lock(hashtextextended('audit.archive ' || practice, 0));
    if exists (select from audit.archive a where a.practice_id = practice
        and a.on_date = p_on_date and a.last_seq = p_last_seq and a.sha256 = p_sha256) then
        return false;
    end if;
    if p_first_seq <> 1 + coalesce(
        (select max(a.last_seq) from audit.archive a where a.practice_id = practice), 0
    ) then
        raise exception 'an archive begins where the last one ended' using errcode = 'BD007';
    end if;
    insert into audit.archive (practice_id, on_date, first_seq, last_seq, sha256, stored_as, made_at)
    values (practice, p_on_date, p_first_seq, p_last_seq, p_sha256, p_stored_as, p_made_at);
    return true;
end
$$;

create function audit.kept_for(p_class text) returns interval
language sql immutable set search_path = pg_catalog as $$
    -- Null: as long as the practice exists. See RETENTION in migrations/tables.py.
    select case p_class
        when 'medical' then interval '7 years'
        when 'financial' then interval '7 years'
        when 'security' then interval '6 years'
    end
$$;

create function audit.refuse_payload_change() returns trigger
language plpgsql set search_path = pg_catalog as $$
begin
    -- audit.erase_payload alone gets through, and not even it before the shortest period is over.
    if tg_op = 'DELETE' and current_user = 'bedside_audit'
        and current_setting('audit.erasing', true) = 'yes'
        and exists (select from audit.event e where e.id = old.event_id
            and e.at < audit.moment() - audit.kept_for('security'))
    then
        return old;
    end if;
    raise exception 'the event log is append-only' using errcode = 'BD004';
end
$$;
drop trigger append_only on audit.payload;
create trigger append_only before update or delete on audit.payload
for each row execute function audit.refuse_payload_change();
alter table audit.payload enable always trigger append_only;

create function audit.erase_payload(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog as $$
declare
    practice uuid := audit.app_setting('practice_id')::uuid;
    present timestamptz := audit.moment();
    ids uuid[];
    seqs bigint[];
    entries text;
begin
    -- A medical entry is kept until the patient was not heard of for its whole period; the newest
    -- image of a row stays as long as the row does, or replay could not make the row again.
    -- The class is taken from the table's own, so that changing the payload's alone opens nothing.
    perform audit.refuse_web();
    select array_agg(due.event_id), array_agg(due.seq) into ids, seqs from (
        select l.seq, e.id as event_id
        from audit.event e
        join audit.link l on l.event_id = e.id
        join audit.payload p on p.event_id = e.id
        left join public.retention r on r.table_name = e.target_type and e.kind = 'write'
        where e.practice_id = practice
            and e.at < present - audit.kept_for('security')
            and e.at < present - audit.kept_for(p.retention)
            and e.at < present - audit.kept_for(
                case when e.kind = 'write' then r.class else 'security' end)
            and (r.class is distinct from 'medical' or e.patient_id is null or not exists (
                select from audit.event n where n.practice_id = practice
                    and n.patient_id = e.patient_id
                    and n.at >= present - audit.kept_for('medical')))
            and (e.kind <> 'write' or p.body ->> 'op' = 'DELETE' or exists (
                select from audit.event n join audit.link m on m.event_id = n.id
                where n.practice_id = practice and n.kind = 'write'
                    and n.target_type = e.target_type and n.target_id = e.target_id
                    and m.seq > l.seq))
        order by l.seq limit p_limit
    ) as due;
    if ids is null then
        return 0;
    end if;
    select string_agg(case when a = b then a::text else a || '-' || b end, ',' order by a)
    into entries from (
        select min(seq) as a, max(seq) as b from (
            select seq, seq - row_number() over (order by seq) as island from unnest(seqs) as seq
        ) as numbered group by island
    ) as ranges;
    perform set_config('audit.erasing', 'yes', true);
    delete from audit.payload where event_id = any (ids);
    perform set_config('audit.erasing', '', true);
    perform audit.append(
        'act', 'payload.erased', 'payload', null, practice, null,
        jsonb_build_object('count', cardinality(ids), 'entries', entries), 'configuration'
    );
    return cardinality(ids);
end
$$;

do $$
declare
    practice constant text := 'practice_id = nullif(current_setting(''app.practice_id'', true), '''')::uuid';
    reader text;
begin
    foreach reader in array array['auditor', 'manager', 'job'] loop
        execute format('create policy archive_%s on audit.archive for select to bedside_%s using (%s)',
            reader, reader, practice);
        execute format(
            'grant select on audit.archive, audit.line, audit.loose to bedside_%s', reader);
        execute format('grant execute on function audit.event_hash(audit.event) to bedside_%s', reader);
    end loop;
end
$$;
revoke all on function audit.refuse_web(), audit.kept_for(text), audit.refuse_payload_change()
from public;
revoke all on function audit.note_checkpoint(
    bigint, bigint, bytea, bytea, bytea, text, bytea, text, timestamptz
) from public;
revoke all on function audit.note_archive(date, bigint, bigint, bytea, text, timestamptz) from public;
revoke all on function audit.erase_payload(integer) from public;
grant execute on function audit.note_checkpoint(
    bigint, bigint, bytea, bytea, bytea, text, bytea, text, timestamptz
) to bedside_job;
grant execute on function audit.note_archive(date, bigint, bigint, bytea, text, timestamptz)
to bedside_job;
grant execute on function audit.erase_payload(integer) to bedside_job;
