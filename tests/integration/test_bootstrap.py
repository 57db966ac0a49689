"""`flask db bootstrap`: a server that cannot carry Bedside is refused in one sentence."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from shared.cli.database import (
    ServerUnfit,
    believe_sandbox_clock,
    bootstrap_server,
    check_server,
    set_password,
    with_database,
)
from shared.config import Settings
from shared.preflight.catalogue import differences, read_catalogue
from tests.conftest import make_app, make_settings, upgrade
from tools import postgres


class OtherServer:
    """A server as its answers make it: its version, and whether it offers btree_gist."""

    def __init__(self, version: int, offers: bool = True) -> None:
        self.info = SimpleNamespace(server_version=version)
        self.offers = offers

    def execute(self, _query: str) -> Any:
        return SimpleNamespace(fetchone=lambda: (1,) if self.offers else None)


def test_an_old_server_is_refused_in_one_sentence() -> None:
    with pytest.raises(ServerUnfit) as refusal:
        check_server(OtherServer(150018))  # type: ignore[arg-type]  # a server in name
    assert (
        refusal.value.message == "The database server is PostgreSQL 15; Bedside needs 16 or newer."
    )


def test_a_server_without_btree_gist_is_refused_in_one_sentence() -> None:
    with pytest.raises(ServerUnfit, match="lacks the extension btree_gist"):
        check_server(OtherServer(160004, offers=False))  # type: ignore[arg-type]  # a server in name


def test_a_server_that_is_away_is_said_in_one_sentence(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql://postgres@127.0.0.1:1/postgres")
    with pytest.raises(ServerUnfit) as refusal:
        bootstrap_server(away)
    assert "does not let us in" in refusal.value.message
    assert "\n" not in refusal.value.message


def test_an_administrator_s_address_is_needed(settings: Settings) -> None:
    with pytest.raises(ServerUnfit, match="DATABASE_URL is not set"):
        bootstrap_server(replace(settings, database_url=""))


def test_an_empty_server_becomes_a_migrated_one_and_again_changes_nothing(
    server: postgres.Server, tmp_path: Any
) -> None:
    name = "bedside_from_nothing"
    app = make_app(make_settings(server, name, tmp_path))
    for _ in range(2):
        result = app.test_cli_runner().invoke(args=["db", "bootstrap", "--upgrade"])
        assert result.exit_code == 0, result.output
    with psycopg.connect(server.dsn_for("bedside_owner", name)) as owner:
        row = owner.execute("select version_num from alembic_version").fetchone()
    assert row == (app.config["SCHEMA_HEAD"],)


def test_a_login_gets_the_password_of_its_address(
    server: postgres.Server, settings: Settings
) -> None:
    with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
        set_password(admin, f"postgresql://bedside_web:{quote('s@fe')}@host/bedside")
        stored = admin.execute(
            "select rolpassword from pg_authid where rolname = 'bedside_web'"
        ).fetchone()
        admin.execute("alter role bedside_web password null")
    assert stored is not None
    assert str(stored[0]).startswith("SCRAM-SHA-256")
    assert settings.web_dsn


def test_another_database_of_the_same_server() -> None:
    url = "postgresql://postgres@/postgres?host=/tmp/x"
    assert with_database(url, "bedside") == "postgresql://postgres@/bedside?host=/tmp/x"


@pytest.mark.parametrize("changes", [{"env": "production"}, {"sandbox_url": ""}])
def test_the_log_s_clock_is_moved_for_the_sandbox_only(
    settings: Settings, changes: dict[str, str]
) -> None:
    with pytest.raises(ServerUnfit, match="Only a program that runs on the sandbox"):
        believe_sandbox_clock(replace(settings, **changes))


def test_the_administrator_of_a_managed_server_needs_no_superuser(tmp_path: Any) -> None:
    """As on Aurora: rights to make roles and databases, and `rds_iam` to hand on; no more."""
    managed = postgres.start(tmp_path / "managed", options={"fsync": "off"})
    try:
        with psycopg.connect(managed.dsn_for(), autocommit=True) as root:
            root.execute("create role cluster_admin login createrole createdb")
            root.execute("create role rds_iam nologin")
            root.execute("grant rds_iam to cluster_admin with admin option")
        settings = replace(
            make_settings(managed, "bedside", tmp_path),
            database_url=managed.dsn_for("cluster_admin"),
            database_auth="iam",
        )
        for _ in range(2):
            bootstrap_server(settings)
        with psycopg.connect(managed.dsn_for()) as root:
            members = root.execute(
                "select r.rolname, m.rolname from pg_auth_members a"
                " join pg_roles r on r.oid = a.roleid join pg_roles m on m.oid = a.member"
                " where r.rolname = 'rds_iam' or (r.rolname = 'bedside_owner' and a.set_option)"
            ).fetchall()
            owner = root.execute(
                "select pg_get_userbyid(datdba) from pg_database where datname = 'bedside'"
            ).fetchone()
        assert owner == ("bedside_owner",)
        assert sorted(members) == [
            ("rds_iam", "bedside_owner"),
            ("rds_iam", "bedside_web"),
            ("rds_iam", "bedside_worker"),
            ("rds_iam", "cluster_admin"),
        ]
        upgrade(managed.dsn_for("bedside_owner", "bedside"))
        with psycopg.connect(managed.dsn_for(dbname="bedside")) as root:
            # Tables, grants, roles: as reviewed, though nobody was superuser.
            assert differences(read_catalogue(lambda asked: root.execute(asked).fetchall())) == []
    finally:
        managed.stop()
