"""Aurora's IAM sign-in: a token of the process's own role stands for the password.

A token is signed here, without a call, and opens connections for a quarter of an hour; one that is
open stays open. So there is no password to keep, to leak or to turn. It travels as a password does,
which is why the address must insist on a server whose certificate was checked.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, Protocol

import boto3
import psycopg
from botocore.exceptions import BotoCoreError
from psycopg import OperationalError
from psycopg.conninfo import conninfo_to_dict

from shared.config import SettingsError

USUAL_PORT = "5432"


class DatabaseSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def database_auth(self) -> str: ...


def password_for(settings: DatabaseSettings, dsn: str) -> Callable[[], str] | None:
    """What makes the password of this address; None where the address carries its own.

    Raises SettingsError for an address that would hand the token to a server nobody checked.
    """
    if settings.database_auth != "iam":
        return None
    parts = conninfo_to_dict(dsn.replace("postgresql+psycopg://", "postgresql://", 1))
    if parts.get("sslmode") != "verify-full":
        raise SettingsError(
            "BEDSIDE_DATABASE_AUTH is iam: database addresses must say sslmode=verify-full."
        )
    region = settings.aws_region
    host, user = str(parts.get("host", "")), str(parts.get("user", ""))
    port = int(parts.get("port") or USUAL_PORT)

    def sign() -> str:
        try:
            token: str = client(region).generate_db_auth_token(
                DBHostname=host, Port=port, DBUsername=user, Region=region
            )
        except BotoCoreError as error:
            raise OperationalError(f"no token for the database: {type(error).__name__}") from error
        return token

    return sign


def password_arguments(settings: DatabaseSettings, dsn: str) -> dict[str, str]:
    """The same for one connection made at once: {"password": …}, or nothing to add."""
    password = password_for(settings, dsn)
    return {"password": password()} if password else {}


def connect_once(settings: DatabaseSettings, dsn: str) -> psycopg.Connection[tuple[Any, ...]]:
    """One connection, opened now; with a token where tokens are used."""
    password = password_for(settings, dsn)
    return psycopg.connect(dsn, password=password()) if password else psycopg.connect(dsn)


@cache
def client(region: str) -> Any:
    """The signer; it looks up the role's credentials and keeps them fresh."""
    return boto3.Session().client("rds", region_name=region)
