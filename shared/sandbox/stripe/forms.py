"""Stripe's form encoding: `line_items[0][price_data][currency]=usd` as nested values."""

import itertools
import re
from typing import Any
from urllib.parse import parse_qsl

from shared.sandbox.stripe.errors import invalid

MAX_DEPTH = 8
_PARTS = re.compile(r"\[([^\[\]]*)\]")


def _path(name: str) -> list[str]:
    head, bracket, _ = name.partition("[")
    rest = name[len(head) :]
    parts = _PARTS.findall(rest)
    if not head or (bracket and "".join(f"[{p}]" for p in parts) != rest):
        raise invalid(f"Invalid parameter name: {name}")
    if len(parts) > MAX_DEPTH:
        raise invalid(f"Parameter nested too deeply: {name}")
    return [head, *parts]


def _place(tree: dict[str, Any], path: list[str], value: str) -> None:
    node = tree
    for part, following in itertools.pairwise(path):
        key = str(len(node)) if part == "" else part
        child = node.setdefault(key, {})
        if not isinstance(child, dict):
            raise invalid(f"Invalid parameter: {part}{following}")
        node = child
    last = str(len(node)) if path[-1] == "" else path[-1]
    if isinstance(node.get(last), dict):
        raise invalid(f"Invalid parameter: {path[-1]}")
    node[last] = value


def _listed(node: Any) -> Any:
    """A map whose keys count from zero was a list."""
    if not isinstance(node, dict):
        return node
    inner = {key: _listed(value) for key, value in node.items()}
    if inner and sorted(inner) == sorted(str(i) for i in range(len(inner))):
        return [inner[str(i)] for i in range(len(inner))]
    return inner


def decode_form(text: str) -> dict[str, Any]:
    """The parameters of a body or query. Raises StripeError for names that make no sense."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True, max_num_fields=2000):
        _place(tree, _path(name), value)
    return {key: _listed(value) for key, value in tree.items()}
