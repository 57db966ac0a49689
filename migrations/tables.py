"""The one way to make a table: columns, row-level security, grants, log trigger, retention class.

`table("appointment", columns, retention="medical", access={"patient": Access(...)})` makes all
of it in one call. Policies are one per role (an OR in a policy costs 6 to 9 times a plain WHERE),
and always in the inline form whose index use was measured.
"""

from dataclasses import dataclass
from pathlib import Path

from alembic import op

SQL_FOLDER = Path(__file__).parent / "sql"
PRACTICE = "nullif(current_setting('app.practice_id', true), '')::uuid"
PATIENT = "nullif(current_setting('app.patient_id', true), '')::uuid"
ACTOR = "nullif(current_setting('app.actor_id', true), '')::uuid"
VISITOR = "decode(current_setting('app.visitor', true), 'hex')"

# Why a row is kept and for how long; the retention job (its own role) reads these.
RETENTION = {
    "medical": "7 years from the last contact (Florida 64B8-10.002, New Jersey 13:35-6.5)",
    "financial": "7 years from the transaction",
    "security": "6 years (45 CFR 164.316(b)(2)(i))",
    "configuration": "as long as the practice exists, plus 6 years",
    "transient": "removed by the housekeeping job once it has expired",
}

EVERY_ROLE = "public gate patient front_desk clinician biller manager job auditor".split()


@dataclass(frozen=True, slots=True)
class Access:
    """What one role may do: verbs as in GRANT ("select, insert, update (status)"), which rows."""

    verbs: str
    rows: str = "true"
    new_rows: str | None = None


def everyone_reads(*, rows: str = "true") -> dict[str, Access]:
    """Every application role but the auditor may select."""
    return {role: Access("select", rows) for role in EVERY_ROLE if role != "auditor"}


def table(
    name: str,
    columns: str,
    *,
    retention: str,
    access: dict[str, Access],
    practice_column: str | None = "practice_id",
    logged: bool = True,
    unlogged: bool = False,
) -> None:
    """Make a table of the application with everything that keeps its promises.

    `practice_column=None` is for the few tables that belong to no practice (directory, busy times).
    `logged=False` exempts a table from the event log: sessions, attempts, limits, keys of retries.
    """
    if retention not in RETENTION:
        raise ValueError(f"unknown retention class {retention}")
    op.execute(f"create {'unlogged ' if unlogged else ''}table {name} ({columns})")
    op.execute(f"insert into retention (table_name, class) values ('{name}', '{retention}')")
    secure(name, access=access, practice_column=practice_column)
    if logged:
        log_writes(name, retention=retention)


def secure(name: str, *, access: dict[str, Access], practice_column: str | None) -> None:
    """Row-level security, forced, with one policy and one set of grants a role."""
    op.execute(f"alter table {name} enable row level security")
    op.execute(f"alter table {name} force row level security")
    op.execute(f"revoke all on {name} from public")
    op.execute(
        f"create policy {name}_owner on {name} to bedside_owner using (true) with check (true)"
    )
    ours = f"{practice_column} = {PRACTICE}" if practice_column else "true"
    for role, allowed in access.items():
        rows = f"{ours} and ({allowed.rows})" if allowed.rows != "true" else ours
        checked = allowed.rows if allowed.new_rows is None else allowed.new_rows
        new_rows = f"{ours} and ({checked})" if checked != "true" else ours
        op.execute(f"grant {allowed.verbs} on {name} to bedside_{role}")
        op.execute(
            f"create policy {name}_{role} on {name} to bedside_{role} "
            f"using ({rows}) with check ({new_rows})"
        )


def log_writes(name: str, *, retention: str) -> None:
    """Record every insert, update and delete in the event log, with old and new images."""
    op.execute(
        f"create trigger log_writes after insert or update or delete on {name} "
        f"for each row execute function audit.record_write('{retention}')"
    )
    op.execute(f"alter table {name} enable always trigger log_writes")


def run_file(name: str) -> None:
    """Run migrations/sql/<name>.sql: many statements, which only the plain protocol takes."""
    text = (SQL_FOLDER / f"{name}.sql").read_text()
    migration = op.get_context()
    if migration.as_sql or migration.connection is None:
        op.execute(text.replace(":", r"\:"))
        return
    driver = migration.connection.connection.dbapi_connection
    if driver is None:
        raise RuntimeError("the migration has no database connection")
    driver.cursor().execute(text)
