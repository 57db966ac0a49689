"""Tokens for the database: signed for one host, one login, a quarter of an hour."""

import os
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from sqlalchemy import create_engine

from shared.adapters.database import iam
from shared.config import SettingsError
from shared.connections import GIVE_UP_AFTER, PASSWORD_FROM

HOST = "cell.cluster-abc.us-east-2.rds.amazonaws.com"
DSN = f"postgresql://bedside_web@{HOST}:5432/bedside?sslmode=verify-full&sslrootcert=system"


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-2"
    database_auth: str = "iam"


@pytest.fixture(autouse=True)
def role(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials as a role's: with a session token."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "ASIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "for-tests")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "for-tests")
    iam.client.cache_clear()


def test_a_token_names_host_login_region_and_a_short_life() -> None:
    token = iam.password_arguments(Settings(), DSN)["password"]
    address = urlsplit(f"https://{token}")
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (address.hostname, address.port) == (HOST, 5432)
    assert (asked["Action"], asked["DBUser"]) == ("connect", "bedside_web")
    assert asked["X-Amz-Expires"] == "900"
    assert "/us-east-2/rds-db/aws4_request" in asked["X-Amz-Credential"]


def test_a_server_nobody_checked_gets_no_token() -> None:
    for weaker in ("require", "verify-ca"):
        with pytest.raises(SettingsError, match="verify-full"):
            iam.password_for(Settings(), DSN.replace("verify-full", weaker))


def test_an_address_with_its_own_password_asks_for_none() -> None:
    assert iam.password_for(Settings(database_auth="password"), DSN) is None
    assert iam.password_arguments(Settings(database_auth="password"), DSN) == {}


def test_without_a_role_the_database_is_away_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    iam.client.cache_clear()
    sign = iam.password_for(Settings(), DSN)
    assert sign is not None
    with pytest.raises(psycopg.OperationalError, match="no token for the database"):
        sign()


def test_every_connection_of_the_pool_gets_a_token_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given: list[object] = []

    def connect(*_arguments: object, **options: object) -> None:
        given.append(options.get("password"))
        raise psycopg.OperationalError("far enough")

    monkeypatch.setattr("shared.connections.ImpatientConnection.connect", connect)
    made = iter(["first", "second"])
    engine = create_engine(
        "postgresql+psycopg://bedside_web@localhost/bedside",
        connect_args={GIVE_UP_AFTER: 1.0, PASSWORD_FROM: lambda: next(made)},
    )
    for _ in range(2):
        with pytest.raises(Exception, match="far enough"):
            engine.connect()
    assert given == ["first", "second"]
