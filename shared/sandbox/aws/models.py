"""botocore's service models, loaded once, and which operation a request means."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

import botocore.session
from botocore.model import OperationModel, ServiceModel

# botocore has one class a kind of shape; which members exist follows from `type_name`.
Shape: TypeAlias = Any
MODEL_OF_SIGNING_NAME = {"ses": "sesv2", "kms": "kms", "s3": "s3", "sns": "sns"}


@dataclass(frozen=True, slots=True)
class Route:
    """One REST operation: method, path pattern and the query its model spells out."""

    operation: OperationModel
    method: str
    path: re.Pattern[str]
    query: dict[str, str]
    required: tuple[tuple[str, str], ...]

    def weight(self) -> int:
        return len(self.query) * 10 + len(self.required)


@functools.cache
def service_model(signing_name: str) -> ServiceModel | None:
    """The model behind a credential scope's service, None for services not played here."""
    name = MODEL_OF_SIGNING_NAME.get(signing_name)
    return botocore.session.get_session().get_service_model(name) if name else None


def _pattern(path: str) -> re.Pattern[str]:
    parts = re.split(r"(\{\w+\+?\})", path.rstrip("/") or "/")
    built = ""
    for part in parts:
        name = re.fullmatch(r"\{(\w+)(\+?)\}", part)
        if name:
            built += f"(?P<{name[1]}>{'.+' if name[2] else '[^/]+'})"
        else:
            built += re.escape(part)
    return re.compile(f"{built}/?")


def _route(operation: OperationModel) -> Route:
    path, _, query = operation.http["requestUri"].partition("?")
    wanted = dict(item.partition("=")[::2] for item in query.split("&") if item)
    required = []
    shape: Shape = operation.input_shape
    for member in shape.required_members if shape else ():
        place = shape.members[member].serialization
        if place.get("location") in {"header", "querystring"}:
            required.append((place["location"], place.get("name", member)))
    return Route(operation, operation.http["method"], _pattern(path), wanted, tuple(required))


@functools.cache
def _routes(signing_name: str) -> tuple[Route, ...]:
    model = service_model(signing_name)
    if model is None:
        return ()
    found = [_route(model.operation_model(name)) for name in model.operation_names]
    return tuple(sorted(found, key=Route.weight, reverse=True))


def _fits(route: Route, query: Mapping[str, str], headers: Mapping[str, str]) -> bool:
    for name, value in route.query.items():
        if name not in query or (value and query[name] != value):
            return False
    places: dict[str, Mapping[str, str]] = {"header": headers, "querystring": query}
    return all(name in places[place] for place, name in route.required)


def find_operation(
    signing_name: str, method: str, path: str, query: Mapping[str, str], headers: Mapping[str, str]
) -> tuple[OperationModel, dict[str, str]] | None:
    """The REST operation and its path parameters; `path` still percent-encoded."""
    for route in _routes(signing_name):
        match = route.path.fullmatch(path)
        if route.method == method and match and _fits(route, query, headers):
            return route.operation, {k: unquote(v) for k, v in match.groupdict().items()}
    return None
