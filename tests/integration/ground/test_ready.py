"""Readiness during a deploy: a later schema carries this program, an earlier one does not."""

import psycopg
import pytest
from flask import Flask

from tools import postgres


@pytest.mark.parametrize(
    ("revision", "fits"), [("9999", True), ("0001", False), ("0024", False), (None, False)]
)
def test_a_later_schema_is_ready_and_an_earlier_one_is_not(
    app: Flask, server: postgres.Server, database: str, revision: str | None, fits: bool
) -> None:
    with psycopg.connect(server.dsn_for(dbname=database)) as admin:
        if revision is None:
            admin.execute("delete from alembic_version")
        else:
            admin.execute("update alembic_version set version_num = %s", (revision,))
    answer = app.test_client().get("/readyz").get_json()
    assert answer["schema"] is fits
