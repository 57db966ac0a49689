"""Database connections that do not wait for ever.

The server's own limits (`statement_timeout`) help only while it is heard. A connection whose other
end has silently gone keeps its reader waiting until somebody else gives up; here we do.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import Dialect

Value = TypeVar("Value")
# The part of the connection's arguments that is ours, in seconds.
GIVE_UP_AFTER = "give_up_after"
# A function that makes the password when a connection is opened, where it is good for minutes only.
PASSWORD_FROM = "ask_for_password"  # noqa: S105 - the name of an option
# Lets the kernel notice a lost peer by itself, where there is a network in between.
NETWORK = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class ImpatientConnection(psycopg.Connection[Any]):
    """Closes itself when an answer takes longer than `give_up_after` seconds."""

    give_up_after: float | None = None

    def wait(self, gen: PQGen[Value], interval: float = 0.1, timeout: float | None = None) -> Value:
        """As psycopg's, with a limit. Raises OperationalError, the connection then is closed."""
        try:
            return super().wait(gen, interval, timeout or self.give_up_after)
        except _WaitTimeout as error:
            self.pgconn.finish()
            raise psycopg.OperationalError("the database does not answer") from error


@event.listens_for(Engine, "do_connect")
def _connect(
    _dialect: Dialect, _record: object, arguments: Sequence[Any], options: Mapping[str, Any]
) -> psycopg.Connection[Any] | None:
    """Make the connection, for engines that say how long an answer may take."""
    if GIVE_UP_AFTER not in options:
        return None
    kept = dict(options)
    patience = kept.pop(GIVE_UP_AFTER)
    password: Callable[[], str] | None = kept.pop(PASSWORD_FROM, None)
    if password is not None:
        kept["password"] = password()
    connection = ImpatientConnection.connect(*arguments, **kept)
    connection.give_up_after = patience
    return connection
