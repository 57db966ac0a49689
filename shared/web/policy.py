"""Every view names the capability it needs; the program does not start while one names none."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

from shared.access.policy import CAPABILITIES

View = TypeVar("View", bound=Callable[..., object])
ATTRIBUTE = "__capability__"
BODY_LIMIT = "__body_limit__"
KEEPS_TEXT = "__keeps_text__"


class RouteWithoutPolicy(Exception):
    """A route that says nothing about who may use it. A defect."""


def requires(capability: str) -> Callable[[View], View]:
    """Declare the capability a view needs (see shared.access.policy)."""
    if capability not in CAPABILITIES:
        raise RouteWithoutPolicy(f"no such capability: {capability}")

    def mark(view: View) -> View:
        setattr(view, ATTRIBUTE, capability)
        return view

    return mark


def takes_files(up_to: int) -> Callable[[View], View]:
    """Let a view be sent more bytes than a form has; its address has no changing parts."""

    def mark(view: View) -> View:
        setattr(view, BODY_LIMIT, up_to)
        return view

    return mark


def keeps_text(view: View) -> View:
    """Mark a view that long texts are sent to: a session that ended loses none of them."""
    setattr(view, KEEPS_TEXT, True)
    return view


def is_keeping_text(app: Flask, endpoint: str) -> bool:
    """True for a view that is marked so."""
    return getattr(app.view_functions[endpoint], KEEPS_TEXT, False)


def body_limit_of(app: Flask, endpoint: str) -> int | None:
    """How many bytes a view may be sent."""
    usual: int | None = app.config["MAX_CONTENT_LENGTH"]
    limit: int | None = getattr(app.view_functions[endpoint], BODY_LIMIT, usual)
    return limit


def file_routes(app: Flask) -> dict[str, int]:
    """The addresses that may be sent files, and how many bytes."""
    return {
        rule.rule: getattr(app.view_functions[rule.endpoint], BODY_LIMIT)
        for rule in app.url_map.iter_rules()
        if hasattr(app.view_functions[rule.endpoint], BODY_LIMIT)
    }


def capability_of(app: Flask, endpoint: str) -> str | None:
    """The capability of a route; None when its view names none."""
    return getattr(app.view_functions[endpoint], ATTRIBUTE, None)


def check_routes(app: Flask) -> None:
    """Raise RouteWithoutPolicy when any route names no capability."""
    missing = sorted(
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if capability_of(app, rule.endpoint) is None
    )
    if missing:
        raise RouteWithoutPolicy(f"no capability is named by: {', '.join(missing)}")
