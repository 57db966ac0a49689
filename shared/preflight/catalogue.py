"""The database's own account of who may do what, beside the one a reviewer has read.

The questions read what everybody may read (`pg_catalog`), so they have the same answer whoever
asks: a test as the administrator, the worker in production. `catalogue.txt` is the reviewed answer.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

GOLDEN = Path(__file__).parent / "catalogue.txt"

TABLES = """
    select format('table %s.%s rls=%s forced=%s owner=%s', n.nspname, c.relname,
        c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'audit') order by 1
"""
POLICIES = """
    select format('policy %s.%s %s %s to %s for %s using %s check %s', schemaname, tablename,
        policyname, lower(permissive), array_to_string(roles, ','), cmd,
        regexp_replace(coalesce(qual, '-'), '\\s+', ' ', 'g'),
        regexp_replace(coalesce(with_check, '-'), '\\s+', ' ', 'g'))
    from pg_policies where schemaname in ('public', 'audit') order by 1
"""
GRANTS = """
    select format('grant %s on %s.%s to %s', string_agg(distinct a.privilege_type, ', '
        order by a.privilege_type), n.nspname, c.relname, r.rolname)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
    where c.relkind in ('r', 'p', 'v') and n.nspname in ('public', 'audit')
        and r.rolname like 'bedside%' and r.rolname not in ('bedside_owner', 'bedside_audit')
    group by n.nspname, c.relname, r.rolname order by 1
"""
COLUMN_GRANTS = """
    select format('grant %s (%s) on %s.%s to %s', a.privilege_type,
        string_agg(t.attname, ', ' order by t.attname), n.nspname, c.relname, r.rolname)
    from pg_attribute t join pg_class c on c.oid = t.attrelid
    join pg_namespace n on n.oid = c.relnamespace
    cross join lateral aclexplode(t.attacl) a join pg_roles r on r.oid = a.grantee
    where n.nspname in ('public', 'audit') and t.attnum > 0 and not t.attisdropped
        and r.rolname like 'bedside%' and r.rolname not in ('bedside_owner', 'bedside_audit')
    group by a.privilege_type, n.nspname, c.relname, r.rolname order by 1
"""
FUNCTIONS = """
    select format('function %s.%s definer=%s owner=%s path=%s for %s', n.nspname, p.proname,
        p.prosecdef, pg_get_userbyid(p.proowner), coalesce(array_to_string(p.proconfig, ';'), '-'),
        coalesce((select string_agg(distinct coalesce(r.rolname, 'everybody'), ','
                order by coalesce(r.rolname, 'everybody'))
            from aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) a
            left join pg_roles r on r.oid = a.grantee
            where a.grantee = 0 or r.rolname like 'bedside%'), '-'))
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where (n.nspname in ('public', 'audit') or (n.nspname = 'jobs' and p.proname = 'defer'))
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by 1
"""
TRIGGERS = """
    select format('trigger %s on %s.%s enabled=%s', t.tgname, n.nspname, c.relname, t.tgenabled)
    from pg_trigger t join pg_class c on c.oid = t.tgrelid
    join pg_namespace n on n.oid = c.relnamespace
    where not t.tgisinternal and n.nspname in ('public', 'audit') order by 1
"""
# Nobody but the owner may make anything, anywhere.
SCHEMAS = """
    select format('schema %s owner=%s %s for %s', n.nspname, pg_get_userbyid(n.nspowner),
        string_agg(distinct lower(a.privilege_type), ',' order by lower(a.privilege_type)),
        coalesce(r.rolname, 'everybody'))
    from pg_namespace n cross join lateral aclexplode(n.nspacl) a
    left join pg_roles r on r.oid = a.grantee
    where n.nspname in ('public', 'audit', 'jobs') and (a.grantee = 0 or r.rolname like 'bedside%')
    group by n.nspname, n.nspowner, r.rolname order by 1
"""
ROLES = """
    select format('role %s login=%s super=%s createdb=%s createrole=%s bypassrls=%s replication=%s',
        rolname, rolcanlogin, rolsuper, rolcreatedb, rolcreaterole, rolbypassrls, rolreplication)
    from pg_roles where rolname like 'bedside%' order by 1
"""
MEMBERS = """
    select format('member %s of %s inherit=%s set=%s', m.rolname, r.rolname,
        bool_or(a.inherit_option), bool_or(a.set_option))
    from pg_auth_members a join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member
    where r.rolname like 'bedside%' and m.rolname like 'bedside%'
    group by m.rolname, r.rolname order by 1
"""
RETENTION = "select format('retention %s %s', table_name, class) from retention order by 1"

QUESTIONS = (
    *(TABLES, POLICIES, GRANTS, COLUMN_GRANTS, FUNCTIONS, TRIGGERS),
    *(SCHEMAS, ROLES, MEMBERS, RETENTION),
)

Ask = Callable[[str], Iterable[tuple[Any, ...]]]


def read_catalogue(ask: Ask) -> list[str]:
    """The lines of the account, as this database gives it."""
    return [str(row[0]) for question in QUESTIONS for row in ask(question)]


def differences(found: list[str]) -> list[str]:
    """What is not as it was reviewed: "+ " for what nobody reviewed, "- " for what is gone."""
    reviewed = GOLDEN.read_text().splitlines()
    more = [f"+ {line}" for line in found if line not in set(reviewed)]
    less = [f"- {line}" for line in reviewed if line not in set(found)]
    return more + less
