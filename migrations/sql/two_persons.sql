-- Who mail comes from and which account takes the money: changed by two owners, or after a day.
-- The program says so too; these triggers hold for a program that was made to say otherwise. They
-- take the person from the transaction's context, as the log does, and the time from the machine.
-- Migrations and the database's owner are outside of it.

create function public.practice_moment() returns timestamptz
language sql volatile set search_path = pg_catalog as $$
    select clock_timestamp() + case
        when (select sandbox from audit.setting)
        then make_interval(secs => coalesce(
            nullif(current_setting('app.clock_offset', true), '')::int, 0))
        else interval '0'
    end
$$;

create function public.guard_pending_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    actor uuid := nullif(current_setting('app.actor_id', true), '')::uuid;
    present timestamptz := practice_moment();
begin
    if session_user = 'bedside_owner' or current_setting('is_superuser') = 'on' then
        return new;
    end if;
    if tg_op = 'INSERT' then
        if new.confirmed_by is not null or new.applied_at is not null
            or new.withdrawn_at is not null
        then
            raise exception 'a change begins as a wish' using errcode = 'BD010';
        end if;
        if new.proposed_by is distinct from actor or not is_owner(new.practice_id, actor, 'infinity')
        then
            raise exception 'an owner proposes in their own name' using errcode = 'BD010';
        end if;
        if new.proposed_at > present + interval '1 minute'
            or new.proposed_at < present - interval '10 minutes'
        then
            raise exception 'a change is proposed now' using errcode = 'BD010';
        end if;
        return new;
    end if;
    if new.confirmed_by is distinct from old.confirmed_by and (
        old.confirmed_by is not null or new.confirmed_by is distinct from actor
        or new.confirmed_at > present + interval '1 minute'
        or not is_owner(new.practice_id, actor, new.confirmed_at - interval '24 hours')
    ) then
        raise exception 'a second owner confirms in their own name' using errcode = 'BD010';
    end if;
    if new.applied_at is not null and old.applied_at is null
        and new.confirmed_by is null
        and (new.effective_at is null or new.effective_at > present)
    then
        raise exception 'neither confirmed nor due' using errcode = 'BD010';
    end if;
    if old.applied_at is not null and new.applied_at is distinct from old.applied_at then
        raise exception 'what is in force stays so' using errcode = 'BD010';
    end if;
    return new;
end
$$;

create function public.is_owner(p_practice uuid, p_account uuid, p_since timestamptz)
returns boolean
language sql stable security definer set search_path = pg_catalog, public as $$
    select exists (select from role_grant g join account a
        on a.practice_id = g.practice_id and a.id = g.account_id
        where g.practice_id = p_practice and g.account_id = p_account and g.role = 'owner'
            and g.ended_at is null and g.granted_at <= p_since and a.closed_at is null)
$$;

create function public.demand_change() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
    used uuid;
begin
    if session_user = 'bedside_owner' or current_setting('is_superuser') = 'on' then
        return new;
    end if;
    -- The first row of a practice, made together with it; there is nothing yet to turn away.
    if tg_table_name = 'message_sender' and not exists (
        select from message_sender s where s.practice_id = new.practice_id
    ) or tg_table_name = 'payment_setting' and not exists (
        select from payment_setting s where s.practice_id = new.practice_id
    ) then
        if exists (select from practice p where p.id = new.practice_id
            and p.created_at > practice_moment() - interval '1 hour')
        then
            return new;
        end if;
    end if;
    -- Each change makes one row, with the values that were agreed to.
    update pending_change set used_for = new.id
    where practice_id = new.practice_id and id = (
        select c.id from pending_change c
        where c.practice_id = new.practice_id and c.kind = tg_table_name
            and c.applied_at is not null and c.withdrawn_at is null and c.used_for is null
            and to_jsonb(new) @> c.proposal
        order by c.applied_at limit 1)
    returning id into used;
    if used is null then
        raise exception 'no change that was agreed to says so' using errcode = 'BD010';
    end if;
    return new;
end
$$;

create function public.demand_successor() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
    -- Ended by what follows it, in the same transaction; never just taken away.
    if session_user = 'bedside_owner' or current_setting('is_superuser') = 'on' then
        return null;
    end if;
    if new.ended_at is not null and old.ended_at is null and (
        tg_table_name = 'message_sender' and not exists (
            select from message_sender s where s.practice_id = new.practice_id
                and s.id <> new.id and s.ended_at is null)
        or tg_table_name = 'payment_setting' and not exists (
            select from payment_setting s where s.practice_id = new.practice_id
                and s.id <> new.id and s.ended_at is null)
    ) then
        raise exception 'what is in force ends by what follows it' using errcode = 'BD010';
    end if;
    return null;
end
$$;

revoke all on function public.practice_moment(), public.guard_pending_change(),
    public.is_owner(uuid, uuid, timestamptz), public.demand_change(), public.demand_successor()
from public;

create trigger guard_pending_change before insert or update on pending_change
for each row execute function public.guard_pending_change();
create trigger demand_change before insert on message_sender
for each row execute function public.demand_change();
create trigger demand_change before insert on payment_setting
for each row execute function public.demand_change();
create constraint trigger demand_successor after update on message_sender
deferrable initially deferred for each row execute function public.demand_successor();
create constraint trigger demand_successor after update on payment_setting
deferrable initially deferred for each row execute function public.demand_successor();
