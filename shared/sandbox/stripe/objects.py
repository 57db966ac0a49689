"""Stripe objects: shaped after the official examples, kept per account, listed and expanded."""

import copy
import functools
import json
from pathlib import Path
from typing import Any

from shared.sandbox.ids import stripe_id
from shared.sandbox.store import pack, unpack
from shared.sandbox.stripe.errors import invalid, missing
from shared.sandbox.world import Sandbox

Json = dict[str, Any]
PREFIX = {
    "checkout.session": "cs",
    "payment_intent": "pi",
    "charge": "ch",
    "refund": "re",
    "customer": "cus",
    "event": "evt",
    "payment_method": "pm",
    "item": "li",
}
TEMPLATES = Path(__file__).parent / "templates"
FILES = {kind: kind.replace(".", "_") for kind in PREFIX} | {"item": "line_item"}
PAGING = {"limit", "starting_after", "ending_before", "expand"}


@functools.cache
def _template(kind: str) -> str:
    return (TEMPLATES / f"{FILES[kind]}.json").read_text()


def blank(world: Sandbox, kind: str) -> Json:
    """A new object of its kind: id, time and every field the real one has."""
    made: Json = json.loads(_template(kind))
    made["id"] = stripe_id(PREFIX[kind])
    if "created" in made:
        made["created"] = int(world.clock.timestamp())
    return made


def save(world: Sandbox, account: str, body: Json, extra: Json | None = None) -> Json:
    """Insert or update. `extra` is what the sandbox knows and the API does not show."""
    with world.store.transaction() as store:
        row = store.one("select extra, seq from stripe_object where id = ?", body["id"])
        last = store.one("select coalesce(max(seq), 0) + 1 as seq from stripe_object")
        kept = unpack(row["extra"]) if row else {}
        store.run(
            "insert or replace into stripe_object (id, account, kind, seq, body, extra)"
            " values (?, ?, ?, ?, ?, ?)",
            body["id"],
            account,
            body["object"],
            row["seq"] if row else (last["seq"] if last else 1),
            pack(body),
            pack(kept | (extra or {})),
        )
    return body


def find(world: Sandbox, account: str, object_id: str) -> Json | None:
    sql = "select body from stripe_object where id = ? and account = ?"
    row = world.store.one(sql, object_id, account)
    return None if row is None else dict(unpack(row["body"]))


def get(world: Sandbox, account: str, kind: str, object_id: str, param: str = "id") -> Json:
    """The object, or 404: also when it is another account's or another kind."""
    found = find(world, account, object_id)
    if found is None or found["object"] != kind:
        raise missing(kind.replace("checkout.session", "checkout.session"), object_id, param)
    return found


def extra_of(world: Sandbox, object_id: str) -> Json:
    row = world.store.one("select extra from stripe_object where id = ?", object_id)
    return {} if row is None else dict(unpack(row["extra"]))


def _matches(body: Json, name: str, wanted: Any) -> bool:
    if name == "created" and isinstance(wanted, dict):
        checks = {
            "gt": lambda a, b: a > b,
            "gte": lambda a, b: a >= b,
            "lt": lambda a, b: a < b,
            "lte": lambda a, b: a <= b,
        }
        return all(checks[op](body["created"], int(value)) for op, value in wanted.items())
    if name == "types":
        return body.get("type") in wanted
    if isinstance(wanted, dict):
        inner = body.get(name) or {}
        return all(inner.get(key) == value for key, value in wanted.items())
    return bool(body.get(name) == wanted)


def list_page(world: Sandbox, account: str, kind: str, params: Json, url: str) -> Json:
    """Newest first, 1 to 100 a page, filtered by whatever the call's parameters allow."""
    limit = params.get("limit", 10)
    if not 1 <= limit <= 100:
        raise invalid("Invalid integer: limit must be between 1 and 100", "limit")
    sql = "select body from stripe_object where account = ? and kind = ? order by seq desc"
    found = [unpack(row["body"]) for row in world.store.all(sql, account, kind)]
    filters = {k: v for k, v in params.items() if k not in PAGING}
    found = [b for b in found if all(_matches(b, k, v) for k, v in filters.items())]
    page, more = cut_page(found, params, limit)
    answer = {"object": "list", "data": page, "has_more": more, "url": url}
    return expand(world, account, answer, params.get("expand", []))


def cut_page(found: list[Json], params: Json, limit: int) -> tuple[list[Json], bool]:
    """One page after or before a cursor."""
    for cursor, param in ((params.get(p), p) for p in ("starting_after", "ending_before")):
        if cursor is None:
            continue
        places = [i for i, body in enumerate(found) if body["id"] == cursor]
        if not places:
            raise invalid(f"No such object: '{cursor}'", param, "resource_missing")
        if param == "starting_after":
            found = found[places[0] + 1 :]
        else:
            found = found[max(0, places[0] - limit) : places[0]]
    return found[:limit], len(found) > limit


def _expand_path(world: Sandbox, account: str, node: Any, path: list[str], whole: str) -> None:
    if isinstance(node, list):
        for one in node:
            _expand_path(world, account, one, path, whole)
        return
    key, rest = path[0], path[1:]
    if not isinstance(node, dict) or key not in node:
        message = f"This property cannot be expanded ({whole})."
        raise invalid(message, "expand")
    if isinstance(node[key], str):
        node[key] = find(world, account, node[key]) or node[key]
    if rest and node[key] is not None:
        _expand_path(world, account, node[key], rest, whole)


def expand(world: Sandbox, account: str, body: Json, paths: list[str]) -> Json:
    """A copy with the named references replaced by their objects."""
    made = copy.deepcopy(body)
    for path in paths:
        parts = path.split(".")
        if len(parts) > 5:
            raise invalid("You cannot expand more than 4 levels of a property", "expand")
        _expand_path(world, account, made, parts, path)
    return made
