-- Run once by an administrator of the server, connected to Bedside's own database.
-- Makes the roles; gives the schema to bedside_owner. Safe to run again.
-- Passwords, where the server wants them, are set beside this file (see `flask db bootstrap`).

do $$
declare
    name text;
begin
    foreach name in array array['bedside_owner', 'bedside_web', 'bedside_worker'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', name);
        end if;
    end loop;
    foreach name in array array[
        'bedside_audit', 'bedside_public', 'bedside_gate', 'bedside_patient', 'bedside_front_desk',
        'bedside_clinician', 'bedside_biller', 'bedside_manager', 'bedside_job', 'bedside_auditor'
    ] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I nologin nosuperuser nobypassrls', name);
        end if;
    end loop;
    -- The administrator of a managed server is no superuser: for the length of this script it is one
    -- of the owners. Making the roles is what gave it the right to say so.
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant bedside_owner to %I with inherit true, set true', current_user);
    end if;
    -- An outside auditor connects as the role itself; it reads the log and nothing else. Without a
    -- password (`flask db auditor`) a server that asks for one lets nobody in.
    alter role bedside_auditor login connection limit 5;
    alter role bedside_auditor set search_path = audit, public;
    alter role bedside_auditor set default_transaction_read_only = on;
    alter role bedside_auditor set statement_timeout = '10min';
    alter role bedside_auditor set idle_in_transaction_session_timeout = '10min';
    -- A login may put on a group role for one transaction; it never has its rights by itself.
    foreach name in array array[
        'bedside_public', 'bedside_gate', 'bedside_patient', 'bedside_front_desk',
        'bedside_clinician', 'bedside_biller', 'bedside_manager', 'bedside_job', 'bedside_auditor'
    ] loop
        execute format('grant %I to bedside_web with inherit false, set true', name);
        execute format('grant %I to bedside_worker with inherit false, set true', name);
    end loop;
    -- Migrations make the log's objects in its owner's name, and then step out of it again.
    grant bedside_audit to bedside_owner with inherit false, set true;
    execute format('alter database %I owner to bedside_owner', current_database());
    execute format('revoke all on database %I from public', current_database());
    execute format(
        'grant connect on database %I to bedside_web, bedside_worker, bedside_auditor',
        current_database()
    );
    if not (select rolsuper from pg_roles where rolname = current_user) then
        -- Nobody connects who is not named, and this script may be run again.
        execute format('grant connect on database %I to %I', current_database(), current_user);
    end if;
end
$$;

alter schema public owner to bedside_owner;
revoke all on schema public from public;
create extension if not exists btree_gist with schema public;

do $$
begin
    if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('revoke bedside_owner from %I', current_user);
    end if;
end
$$;
