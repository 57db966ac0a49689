"""A file for a spreadsheet holds text, whatever somebody called themselves."""

import csv
import io

import pytest

from shared.web.spreadsheets import guard, write_csv


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", '=HYPERLINK("http://x")']
)
def test_no_cell_is_a_formula(text: str) -> None:
    assert guard(text) == f"'{text}"
    table = write_csv([text], [[text]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table, newline="")))[1] == [f"'{text}"]


def test_no_cell_is_cut_where_semicolons_part_cells() -> None:
    table = write_csv(["Name"], [["a;=1+1"]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table), delimiter=";"))[1] == ["a;=1+1"]


def test_other_cells_stay_as_they_are() -> None:
    table = write_csv(["Name", "Times"], [['José, "Pepe"', 3], [None, 0]]).decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table))) == [
        ["Name", "Times"],
        ['José, "Pepe"', "3"],
        ["", "0"],
    ]
