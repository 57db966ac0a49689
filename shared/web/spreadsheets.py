"""Tables for a spreadsheet: CSV whose cells no program takes for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

from shared.web.answers import file_answer

CSV = "text/csv; charset=utf-8"
# A spreadsheet takes a cell that begins so for a formula, whoever wrote it.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def guard(value: object) -> str:
    """A cell's text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def write_csv(columns: Sequence[object], rows: Iterable[Sequence[object]]) -> bytes:
    """The table as bytes; the mark at its head tells spreadsheets that the text is UTF-8."""
    out = io.StringIO()
    # Quoted throughout: where semicolons part cells, one inside a text must not.
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow([guard(column) for column in columns])
    writer.writerows([guard(value) for value in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def csv_answer(name: str, columns: Sequence[object], rows: Iterable[Sequence[object]]) -> Response:
    """The table to download as `name`.csv."""
    return file_answer(write_csv(columns, rows), media_type=CSV, filename=f"{name}.csv")
