-- Sign-in mails lead to the main address of a face: whoever names it could collect every link.
-- Before a practice is opened there is nobody to lead astray, and its names are still being found.

create function public.demand_main_address() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    used uuid;
begin
    if session_user = 'bedside_owner' or current_setting('is_superuser') = 'on' then
        return new;
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

revoke all on function public.demand_main_address() from public;

create trigger demand_main_address before insert or update on practice_host
for each row execute function public.demand_main_address();
