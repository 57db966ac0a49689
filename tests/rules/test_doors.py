"""No door without questions: what nobody asks, nobody would miss."""

import ast
import re

from tests.integration.attack.doors import GROUPS
from tests.rules.tree import ROOT, named, product, syntax
from tools.mutants import mutants_of
from tools.mutate import MODULES, WITHOUT_CONDITIONS, modules

QUESTIONS = ROOT / "tests/integration/attack/questions"


def doors() -> dict[str, str]:
    """Public functions of shared/access that read from the database: name -> module."""
    return {
        node.name: path.stem
        for path in product(".py")
        if named(path).startswith("shared/access/")
        for node in syntax(path).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and node.args.args
        and node.args.args[0].arg == "session"
        and ast.unparse(node.returns or ast.Constant(None)) != "None"
    }


def test_every_door_is_asked() -> None:
    asked = "\n".join(path.read_text() for path in QUESTIONS.glob("*.py"))
    unasked = [
        f"{module}.{name}"
        for name, module in doors().items()
        if not re.search(rf"\b{name}\b", asked)
    ]
    assert unasked == []


def test_every_module_of_the_doors_is_changed_by_make_mutants() -> None:
    assert modules() == set(MODULES) | WITHOUT_CONDITIONS
    assert {group for groups in MODULES.values() for group in groups.split()} <= set(GROUPS)
    for name in WITHOUT_CONDITIONS:
        assert list(mutants_of(ROOT / f"shared/access/{name}.py")) == []
