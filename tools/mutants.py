"""Small changes that would be holes: made one at a time to the doors and the policy table."""

import ast
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FLIPPED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
# A condition of plain SQL: "e.practice_id = :practice_id", "r.active", "e.kind = 'look'".
# It follows one of these words, or begins a string.
CONDITION = re.compile(
    r"(?:\A|(?<=where )|(?<=\band )|(?<=\bon ))(?:"
    r"[a-z_.]+(?: (?:=|<>|<=|>=|<|>) (?:(?:any|all)\(:\w+\)|:\w+|'[\w.-]*'|[a-z_.]+)"
    r"| is (?:not )?null| like (?::\w+|'[^']*')| (?:not )?in \('[^)]*\))"
    r"|[a-z]\.[a-z_]+(?=\)|\s*\Z|\n|\s+(?:and|or|order|group|limit)\b))"
)
METHODS = {"is_": "is_not", "is_not": "is_", "in_": "not_in", "not_in": "in_"}
ADDED = ("ANONYMOUS", "PATIENT", "RECEPTIONIST", "AUDITOR")


@dataclass(frozen=True)
class Mutant:
    """One change: where, in words, and the whole module with it."""

    path: Path
    line: int
    words: str
    tree: ast.Module


def mutants_of(path: Path) -> Iterator[Mutant]:
    """Every mutant of one file."""
    tree = ast.parse(path.read_text())
    spoken = _spoken(tree)
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in spoken:
            continue
        for words, change in _changes(node):
            changed = copy.deepcopy(tree)
            twin = next(one for at, one in enumerate(ast.walk(changed)) if at == number)
            change(twin)
            ast.fix_missing_locations(changed)
            yield Mutant(path, getattr(node, "lineno", 0), words, changed)


def _spoken(tree: ast.Module) -> set[int]:
    """What says types and not what is done."""
    types: set[int] = set()
    for node in ast.walk(tree):
        said = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for one in said:
            if isinstance(one, ast.AST):
                types |= {id(part) for part in ast.walk(one)}
    return types


def _changes(node: ast.AST) -> Iterator[tuple[str, "_Edit"]]:
    if isinstance(node, ast.expr):
        yield from _of_expression(node)
    elif isinstance(node, ast.If):
        said = ast.unparse(node.test)[:60]
        yield f"negate if {said}", _Edit("test", ast.UnaryOp(ast.Not(), node.test))
        if any(isinstance(one, ast.Raise) for one in node.body):
            yield f"no refusal if {said}", _Edit("body", [ast.Pass()])
    elif isinstance(node, ast.Return) and isinstance(node.value, ast.Tuple):
        yield from _fewer(node.value, "value")
    elif isinstance(node, ast.Expr) and _calls(node.value, "look"):
        yield "forget the look", _Edit("value", ast.Constant(None))


def _of_expression(node: ast.expr) -> Iterator[tuple[str, "_Edit"]]:
    said = ast.unparse(node)[:60]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        yield from _of_call(node, node.func)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        other = FLIPPED.get(type(node.ops[0]))
        if other:
            yield f"flip {said}", _Edit("ops", [other()])
    elif isinstance(node, ast.BoolOp):
        flipped = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield f"and/or in {said}", _Edit("op", flipped)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitAnd | ast.BitOr):
        if _is_condition(node):
            bits = ast.BitOr() if isinstance(node.op, ast.BitAnd) else ast.BitAnd()
            yield f"&/| in {said}", _Edit("op", bits)
    elif isinstance(node, ast.Dict):
        yield from _of_table(node)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _of_text(node.value)


class _Edit:
    """Sets one field of the twin of a node."""

    def __init__(self, field: str, value: object) -> None:
        self.field, self.value = field, value

    def __call__(self, node: ast.AST) -> None:
        setattr(node, self.field, copy.deepcopy(self.value))


def _of_call(node: ast.Call, func: ast.Attribute) -> Iterator[tuple[str, _Edit]]:
    if func.attr == "where":
        for at, condition in enumerate(node.args):
            left = [one for number, one in enumerate(node.args) if number != at]
            yield f"without {ast.unparse(condition)[:70]}", _Edit("args", left)
    if func.attr in METHODS:
        turned = ast.Attribute(func.value, METHODS[func.attr], ast.Load())
        yield f"turn {ast.unparse(node)[:60]}", _Edit("func", turned)


def _of_text(said: str) -> Iterator[tuple[str, _Edit]]:
    """A condition less in plain SQL; a condition that stands alone is always true."""
    for found in CONDITION.finditer(said):
        left = f"{said[: found.start()]}true{said[found.end() :]}"
        yield f"without {found[0]}", _Edit("value", left)


def _fewer(found: ast.Tuple, field: str) -> Iterator[tuple[str, _Edit]]:
    for at, one in enumerate(found.elts):
        left = [part for number, part in enumerate(found.elts) if number != at]
        yield (
            f"without {ast.unparse(one)[:70]}",
            _Edit(field, ast.Tuple(left, ast.Load())),
        )


def _of_table(node: ast.Dict) -> Iterator[tuple[str, _Edit]]:
    """A capability loses a role, or is given one more."""
    for at, (key, value) in enumerate(zip(node.keys, node.values, strict=True)):
        if not (isinstance(key, ast.Constant) and _is_roles(value)):
            continue
        named = value.elts if isinstance(value, ast.Tuple) else []
        for gone in range(len(named)):
            left = [one for number, one in enumerate(named) if number != gone]
            values = [*node.values]
            values[at] = ast.Tuple(left, ast.Load())
            words = f"{key.value!s} loses {ast.unparse(named[gone])}"
            yield words, _Edit("values", values)
        said = ast.unparse(value)
        for role in ADDED:
            if (
                f"Role.{role}" in said
                or "ANYONE" in said
                or (role == "PATIENT" and "PATIENTS" in said)
            ):
                continue
            if "STAFF" in said and role not in ("ANONYMOUS", "PATIENT"):
                continue
            more = ast.Attribute(ast.Name("Role", ast.Load()), role, ast.Load())
            values = [*node.values]
            values[at] = ast.Tuple([ast.Starred(value, ast.Load()), more], ast.Load())
            yield f"{key.value!s} is given {role}", _Edit("values", values)


def _is_roles(value: ast.expr) -> bool:
    said = ast.unparse(value)
    return "Role." in said or said in {"ANYONE", "PATIENTS", "STAFF"}


def _is_condition(node: ast.BinOp) -> bool:
    """True for conditions of SQL; types and sets are joined by the same signs."""
    return any(
        isinstance(side, ast.Compare) or _calls_method(side) for side in (node.left, node.right)
    )


def _calls_method(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)


def _calls(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
