"""The control table is complete and true: every row answered, every proof there."""

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest
from click.testing import CliRunner

from shared.cli.controls import Table, TableUnsound, list_missing, read_table
from tests.rules.tree import ROOT

# The package has a command of the same name.
compliance = import_module("shared.cli.compliance")
HIPAA = {
    *("164.312(a)(1)", "164.312(a)(2)(i)", "164.312(a)(2)(ii)", "164.312(a)(2)(iii)"),
    *("164.312(a)(2)(iv)", "164.312(b)", "164.312(c)(1)", "164.312(c)(2)", "164.312(d)"),
    *("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    *("164.308(a)(1)(i)", "164.308(a)(1)(ii)(A)", "164.308(a)(1)(ii)(B)"),
    *("164.308(a)(1)(ii)(C)", "164.308(a)(1)(ii)(D)", "164.308(a)(2)", "164.308(a)(3)(i)"),
    *("164.308(a)(3)(ii)(A)", "164.308(a)(3)(ii)(B)", "164.308(a)(3)(ii)(C)"),
    *("164.308(a)(4)(i)", "164.308(a)(4)(ii)(A)", "164.308(a)(4)(ii)(B)"),
    *("164.308(a)(4)(ii)(C)", "164.308(a)(5)(i)", "164.308(a)(5)(ii)(A)"),
    *("164.308(a)(5)(ii)(B)", "164.308(a)(5)(ii)(C)", "164.308(a)(5)(ii)(D)"),
    *("164.308(a)(6)(i)", "164.308(a)(6)(ii)", "164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)"),
    *("164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)", "164.308(a)(7)(ii)(D)"),
    *("164.308(a)(7)(ii)(E)", "164.308(a)(8)", "164.308(b)(1)", "164.308(b)(3)"),
}
# Section -> how many requirements of levels 1 and 2 it has; they are its first ones (5.0.0).
ASVS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1,
    "3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4,
    "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5,
    "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2,
    "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4,
    "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2,
    "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1,
    "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3,
}  # fmt: skip
WHOLE_CHAPTERS = {"V10", "V17"}
# What `make test` runs, and the marks by which it leaves a test out.
RUN = {"rules", "unit", "contract", "integration", "e2e"}
LEFT_OUT = re.compile(r"(pytestmark = .*)?pytest\.mark\.(slow|skip|skipif|xfail)\b")


@pytest.fixture(scope="module")
def table() -> Table:
    return read_table()


def answered(table: Table, standard: str) -> set[str]:
    """Every id that has a row or a reason not to have one."""
    outside = {one for out in table.outside if out.standard == standard for one in out.ids}
    return outside | {row.id for row in table.controls if row.standard == standard}


def test_what_rows_name_exists(table: Table) -> None:
    assert list_missing(table) == []


def test_proofs_are_run_by_make_test(table: Table) -> None:
    """A proof that nobody runs proves nothing: no slow, skipped or expected failures."""
    named_tests = {node for row in table.controls for node in row.tests}
    left_out = sorted(node for node in named_tests if not runs_with_make_test(node))
    assert left_out == []


def runs_with_make_test(node: str) -> bool:
    path, _, name = node.partition("::")
    text = (ROOT / path).read_text()
    marks = [
        ast.unparse(mark)
        for function in ast.parse(text).body
        if isinstance(function, ast.FunctionDef) and function.name == name
        for mark in function.decorator_list
    ]
    marks += re.findall(r"^pytestmark = .*$", text, re.MULTILINE)
    return path.split("/")[1] in RUN and not any(LEFT_OUT.match(mark) for mark in marks)


def test_every_hipaa_row_is_answered(table: Table) -> None:
    assert answered(table, "hipaa") == HIPAA


def test_every_asvs_row_is_answered(table: Table) -> None:
    asked = {f"V{part}.{number}" for part, many in ASVS.items() for number in range(1, many + 1)}
    assert answered(table, "asvs") == asked | WHOLE_CHAPTERS


def test_levels_are_known(table: Table) -> None:
    levels = {(row.standard, row.level) for row in table.controls}
    assert levels <= {("hipaa", "R"), ("hipaa", "A"), ("asvs", "1"), ("asvs", "2")}


def test_report_names_every_row_and_its_proof(tmp_path: Path, table: Table) -> None:
    for name in ("controls.md", "controls.html"):
        made = CliRunner().invoke(compliance.report, ["--out", str(tmp_path / name)])
        assert made.exit_code == 0, made.output
        text = (tmp_path / name).read_text()
        for row in table.controls:
            assert row.id in text
            assert all(node in text for node in row.tests)
    page = (tmp_path / "controls.html").read_text()
    assert not re.search(r"(src|href)=", page), "a page that needs nothing else"


def test_report_fails_when_a_proof_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(
        compliance, "list_missing", lambda _: ["V1.1.1: no test tests/x.py::test_y"]
    )
    made = CliRunner().invoke(compliance.report, ["--out", str(tmp_path / "controls.md")])
    assert made.exit_code == 1
    assert "V1.1.1: no test tests/x.py::test_y" in made.output
    assert not (tmp_path / "controls.md").exists()


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ('state = "met"\ncode = ["wsgi.py"]', "says met and has no tests"),
        ('state = "part"\ncode = ["wsgi.py"]\ntests = ["x"]', "says part and has no left"),
        ('state = "later"', "says later and has no left"),
        ('state = "fine"', "unknown state fine"),
        ('state = "later"\nleft = "x"\nowner = "y"', "owner"),
    ],
)
def test_table_is_refused_when_a_row_says_too_little(
    tmp_path: Path, row: str, problem: str
) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/controls.toml").write_text(
        '[standards]\nasvs = "ASVS"\n[[control]]\nstandard = "asvs"\nid = "V1.1.1"\nlevel = "2"\n'
        f'asks = "a"\nhow = "b"\n{row}\n[[outside]]\nstandard = "asvs"\nids = ["V10"]\nwhy = "c"\n'
    )
    with pytest.raises(TableUnsound, match=re.escape(problem)):
        read_table(tmp_path)


def test_a_test_that_is_not_there_is_missed(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/test_a.py").write_text("def test_one():\n    pass\n")
    (tmp_path / "docs/controls.toml").write_text(
        '[standards]\nasvs = "ASVS"\n[[control]]\nstandard = "asvs"\nid = "V1.1.1"\nlevel = "2"\n'
        'asks = "a"\nhow = "b"\nstate = "met"\ncode = ["wsgi.py"]\n'
        'tests = ["tests/test_a.py::test_one", "tests/test_a.py::test_two"]\n'
        '[[outside]]\nstandard = "asvs"\nids = ["V10"]\nwhy = "c"\n'
    )
    assert list_missing(read_table(tmp_path), tmp_path) == [
        "V1.1.1: no wsgi.py",
        "V1.1.1: no test tests/test_a.py::test_two",
    ]


def test_page_is_where_readers_look() -> None:
    assert "controls.toml" in (ROOT / "docs/threat-model.md").read_text()
