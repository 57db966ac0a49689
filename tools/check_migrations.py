"""Runs the migrations on an empty server, compares the result with the models, lints their SQL."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tools import postgres
from tools.environment import Place, environment_for
from tools.verdict import Verdict

# Rules for tables that hold data and traffic; everything up to the first release is created empty.
UNWANTED = (
    "ban-drop-database",
    "prefer-robust-stmts",  # every migration runs in one transaction
    "require-timeout-settings",  # env.py sets lock_timeout and statement_timeout
    "require-concurrent-index-creation",
    "prefer-bigint-over-int",  # minutes, counts and positions; ids are UUIDs
    "prefer-bigint-over-smallint",
)


def run() -> Verdict:
    """Fails when a migration fails, when models and tables differ, or when squawk objects."""
    with tempfile.TemporaryDirectory(prefix="bedside-check-") as folder:
        place = Place(Path(folder), port=1)
        server = postgres.start(place.data / "postgres", options={"fsync": "off"})
        try:
            environ = environment_for(place, server.dsn_for())
            for step in ("bootstrap", "upgrade", "check"):
                done = _flask(environ, step)
                if done.returncode != 0:
                    text = done.stdout + done.stderr
                    return Verdict(False, f"flask db {step} failed:\n{text}")
            return _squawk(environ, place.data / "migrations.sql")
        finally:
            server.stop()


def _squawk(environ: dict[str, str], rendered: Path) -> Verdict:
    sql = _flask(environ, "upgrade", "--sql")
    if sql.returncode != 0:
        return Verdict(False, f"flask db upgrade --sql failed:\n{sql.stderr}")
    rendered.write_text(_ours(sql.stdout))
    program = str(Path(sys.executable).parent / "squawk")
    done = subprocess.run(
        [
            *(program, "--assume-in-transaction", "--reporter", "gcc"),
            *(f"--exclude={rule}" for rule in UNWANTED),
            str(rendered),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    return Verdict(done.returncode == 0, done.stdout + done.stderr)


def _ours(sql: str) -> str:
    """Without what others wrote (the queue's own schema) and without alembic's transaction."""
    for vendored in Path("migrations/sql").glob("procrastinate_*.sql"):
        as_rendered = vendored.read_text().strip().replace("\t", " " * 4).replace("%", "%%")
        sql = sql.replace(as_rendered, "")
    sql = re.sub(r"CREATE TABLE alembic_version .*?;", "", sql, flags=re.DOTALL)
    return re.sub(r"^(BEGIN|COMMIT);$", "", sql, flags=re.MULTILINE)


def _flask(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flask", "db", *arguments],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
