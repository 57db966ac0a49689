"""The database's own account of who may do what, compared with a file that a reviewer has read.

When a migration changes it on purpose: `pytest tests/integration/test_catalogue.py --accept`, and
read the difference before committing it.
"""

from pathlib import Path

import psycopg
import pytest

from shared.events import UNLOGGED
from tools import postgres

GOLDEN = Path(__file__).parent / "catalogue.txt"

TABLES = """
    select format('table %s.%s rls=%s forced=%s owner=%s', n.nspname, c.relname,
        c.relrowsecurity, c.relforcerowsecurity, pg_get_userbyid(c.relowner))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and n.nspname in ('public', 'audit') order by 1
"""
POLICIES = """
    select format('policy %s.%s %s %s to %s for %s using %s check %s', schemaname, tablename,
        policyname, lower(permissive), array_to_string(roles, ','), cmd, coalesce(qual, '-'),
        coalesce(with_check, '-'))
    from pg_policies where schemaname in ('public', 'audit') order by 1
"""
GRANTS = """
    select format('grant %s on %s.%s to %s', string_agg(distinct privilege_type, ', '
        order by privilege_type), table_schema, table_name, grantee)
    from information_schema.role_table_grants
    where table_schema in ('public', 'audit') and grantee like 'bedside%%'
        and grantee not in ('bedside_owner', 'bedside_audit')
    group by table_schema, table_name, grantee order by 1
"""
COLUMN_GRANTS = """
    select format('grant %s (%s) on %s.%s to %s', privilege_type,
        string_agg(column_name, ', ' order by column_name), table_schema, table_name, grantee)
    from information_schema.role_column_grants g
    where table_schema in ('public', 'audit') and grantee like 'bedside%%'
        and grantee not in ('bedside_owner', 'bedside_audit')
        and not exists (select from information_schema.role_table_grants t
            where t.table_schema = g.table_schema and t.table_name = g.table_name
                and t.grantee = g.grantee and t.privilege_type = g.privilege_type)
    group by privilege_type, table_schema, table_name, grantee order by 1
"""
FUNCTIONS = """
    select format('function %s.%s definer=%s owner=%s path=%s for %s', n.nspname, p.proname,
        p.prosecdef, pg_get_userbyid(p.proowner), coalesce(array_to_string(p.proconfig, ';'), '-'),
        coalesce((select string_agg(distinct grantee, ',' order by grantee)
            from information_schema.role_routine_grants r
            where r.specific_name = p.proname || '_' || p.oid and grantee like 'bedside%%'), '-'))
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
RETENTION = "select format('retention %s %s', table_name, class) from retention order by 1"
# Tables whose rows come and go too fast to be a record; everything else is logged.
EXEMPT = {"alembic_version", "retention"} | UNLOGGED
# Tables that belong to no practice: the directory, the hosts, and housekeeping.
WITHOUT_PRACTICE = {
    "alembic_version", "retention", "practice", "practice_host", "practitioner", "busy_time",
    "worker_heartbeat", "schedule_tick", "mail_count",
}  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(server: postgres.Server, template: str) -> list[str]:
    """The lines of the account."""
    lines: list[str] = []
    with psycopg.connect(server.dsn_for(dbname=template)) as admin:
        for query in (TABLES, POLICIES, GRANTS, COLUMN_GRANTS, FUNCTIONS, TRIGGERS, RETENTION):
            lines += [str(row[0]) for row in admin.execute(query.replace("%%", "%").encode())]
    return lines


def test_the_catalogue_is_as_reviewed(catalogue: list[str], request: pytest.FixtureRequest) -> None:
    found = "\n".join(catalogue) + "\n"
    if request.config.getoption("--accept"):
        GOLDEN.write_text(found)
    assert found == GOLDEN.read_text()


def test_every_table_is_forced_under_row_security(catalogue: list[str]) -> None:
    bare = [
        line
        for line in catalogue
        if line.startswith("table ")
        and "rls=t forced=t" not in line
        and not any(name in line for name in ("alembic_version", "retention", "audit.setting"))
    ]
    assert bare == []


def test_every_record_is_logged(catalogue: list[str]) -> None:
    tables = {
        line.split()[1].removeprefix("public.")
        for line in catalogue
        if line.startswith("table public.")
    }
    logged = {
        line.split()[3].removeprefix("public.")
        for line in catalogue
        if line.startswith("trigger log_writes") and "enabled=A" in line
    }
    assert tables - logged == EXEMPT & tables
    assert not EXEMPT & logged


def test_nobody_may_delete_a_record(catalogue: list[str]) -> None:
    for line in catalogue:
        if line.startswith("grant ") and "DELETE" in line:
            name = line.split(" on public.")[1].split()[0]
            assert name in EXEMPT, line


def test_every_practice_row_is_fenced_by_its_practice(catalogue: list[str]) -> None:
    for line in catalogue:
        if not line.startswith("policy public.") or "to bedside_owner" in line:
            continue
        # A restrictive policy only takes away from what the fenced ones give.
        if " restrictive " in line:
            continue
        name = line.split()[1].removeprefix("public.")
        if name not in WITHOUT_PRACTICE:
            assert "practice_id = (NULLIF(current_setting('app.practice_id'" in line, line
