"""Millions of rows: ids in rising order, and COPY by the thousand lines."""

import contextlib
from collections.abc import Iterator
from typing import LiteralString
from uuid import UUID

import psycopg

from tools.bench.bare_tables import Admin

ROWS_AT_ONCE = 2000


class Ids:
    """UUIDv7-like ids in rising order, as their real makers would have made them over the years."""

    def __init__(self, stream: int) -> None:
        self._high = (0x018A0000_0000 | stream) << 80 | 7 << 76 | 2 << 62

    def at(self, number: int) -> UUID:
        """The id of a row by its number."""
        return UUID(int=self._high + number)

    def words(self, number: int) -> str:
        """The same for COPY: a UUID object for each of millions of rows costs more than its row."""
        return f"{self._high + number:032x}"


class Bulk:
    """The rows of one COPY, handed over by the thousand."""

    def __init__(self, copy: psycopg.Copy) -> None:
        self._copy = copy
        self._rows: list[str] = []

    def write(self, row: str) -> None:
        """One line of COPY's text format."""
        self._rows.append(row)
        if len(self._rows) == ROWS_AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Hand over what has gathered."""
        self._copy.write("".join(self._rows))
        self._rows.clear()


@contextlib.contextmanager
def in_bulk(admin: Admin, statement: LiteralString) -> Iterator[Bulk]:
    """COPY into a table until the end of the block."""
    with admin.cursor().copy(statement) as copy:
        rows = Bulk(copy)
        yield rows
        rows.flush()
