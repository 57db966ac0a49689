-- A name that leads to the practice is added and ended, never rewritten: the main one by another
-- name, or on another face, would be another main address that nobody agreed to.

create or replace function public.demand_main_address() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    used uuid;
begin
    if session_user = 'bedside_owner' or current_setting('is_superuser') = 'on' then
        return new;
    end if;
    if tg_op = 'UPDATE' and (new.practice_id, new.id, new.host, new.face)
        is distinct from (old.practice_id, old.id, old.host, old.face)
    then
        raise exception 'a name is ended and another added' using errcode = 'BD010';
    end if;
    if not new.canonical or tg_op = 'UPDATE' and old.canonical then
        return new;
    end if;
    if exists (select from practice p where p.id = new.practice_id and p.opened_at is null) then
        return new;
    end if;
    update pending_change set used_for = new.id
    where practice_id = new.practice_id and id = (
        select c.id from pending_change c
        where c.practice_id = new.practice_id and c.kind = 'practice_host'
            and c.applied_at is not null and c.withdrawn_at is null and c.used_for is null
            and c.proposal ->> 'host_id' = new.id::text
        order by c.applied_at limit 1)
    returning id into used;
    if used is null then
        raise exception 'no change that was agreed to says so' using errcode = 'BD010';
    end if;
    return new;
end
$$;

-- Before a practice is opened its main address changes at once: so nothing closes it again.
create function public.stay_open() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    if session_user = 'bedside_owner' or current_setting('is_superuser') = 'on' then
        return new;
    end if;
    raise exception 'an open practice stays open' using errcode = 'BD010';
end
$$;

revoke all on function public.stay_open() from public;

create trigger stay_open before update on practice
for each row when (old.opened_at is not null and new.opened_at is distinct from old.opened_at)
execute function public.stay_open();
