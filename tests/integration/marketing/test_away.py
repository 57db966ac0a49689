"""The database is away: the site stays, its live parts say so, the portal tells to come back."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from psycopg import sql

from shared.config import Settings
from shared.db import db
from tests.conftest import make_app
from tests.integration.marketing.reading import HOSTS, Reader
from tests.people import Cast
from tools import postgres

NOWHERE = "postgresql://nobody@127.0.0.1:9/nothing?connect_timeout=1"


@pytest.fixture
def stop_database(server: postgres.Server, database: str) -> Callable[[], None]:
    """Nobody gets in any more, and who was in is out."""

    def stop() -> None:
        name = sql.Identifier(database)
        with psycopg.connect(server.dsn_for(), autocommit=True) as admin:
            admin.execute(sql.SQL("alter database {} allow_connections false").format(name))
            admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s",
                (database,),
            )

    return stop


def test_every_page_answers_when_the_database_stops(
    app: Flask, cast: Cast, stop_database: Callable[[], None]
) -> None:
    paths = {host: Reader(app, host).map() for host in HOSTS.values()}
    stop_database()
    app.extensions["hosts"].clear()
    for host, known in paths.items():
        for path in (*known, "/sitemap.xml", "/articles/feed.xml"):
            answer = Reader(app, host).get(path)
            assert answer.status_code == 200, path
            assert "Set-Cookie" not in answer.headers
    home = Reader(app).get("/").text
    assert "We cannot show open times right now" in home
    assert "(561) 555-0132" in home
    assert "$150.00" in home
    assert Reader(app).get("/nothing-here").status_code == 404
    assert Reader(app).get("/portal/book/first-visit").status_code == 503


def test_new_process_knows_what_was_last_known(settings: Settings, app: Flask, cast: Cast) -> None:
    Reader(app).get("/")
    db.engine.dispose()
    with make_app(replace(settings, web_dsn=NOWHERE)).app_context() as context:
        answer = Reader(context.app).get("/about")
        assert answer.status_code == 200
        assert "Maya Ellison" in answer.text


@pytest.mark.parametrize(("slug", "price"), [("seagrape", "$150.00"), ("ironbound", "$180.00")])
def test_server_that_never_met_its_database_reads_the_texts(
    settings: Settings, tmp_path: Path, slug: str, price: str
) -> None:
    alone = replace(settings, web_dsn=NOWHERE, data=str(tmp_path / "empty"))
    with make_app(alone).app_context() as context:
        reader = Reader(context.app, HOSTS[slug])
        for path in ("/", "/visits", "/pricing", "/about", "/faq", "/privacy", "/articles"):
            assert reader.get(path).status_code == 200, path
        assert price in reader.get("/pricing").text
        assert reader.get("/nothing-here").status_code == 404
        assert Reader(context.app, "elsewhere.example").get("/").status_code == 421


def test_a_fact_is_kept_even_where_the_disk_refuses(settings: Settings, app: Flask) -> None:
    folder = settings.data_path / "public"
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    assert Reader(app).get("/").status_code == 200
