"""Input and output checked against botocore's shapes: types, required, enums, patterns, bounds."""

import functools
import re
from typing import Any

from botocore.validate import ParamValidator

from shared.sandbox.aws.models import Shape


@functools.cache
def _regex(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        # Some models write Java's dialect (\p{L}); what cannot be read cannot be held against.
        return None


def _bounds(shape: Shape, size: float, where: str) -> list[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        return [f"{where}: below the minimum of {least}"]
    if most is not None and size > most:
        return [f"{where}: above the maximum of {most}"]
    return []


def _text(shape: Shape, value: str, where: str) -> list[str]:
    found = _bounds(shape, len(value), where)
    enum = shape.metadata.get("enum")
    if enum and value not in enum:
        found.append(f"{where}: {value!r} is not one of {', '.join(enum)}")
    pattern = shape.metadata.get("pattern")
    regex = _regex(pattern) if pattern else None
    if regex and not regex.fullmatch(value):
        found.append(f"{where}: does not match {pattern}")
    return found


def constraint_errors(shape: Shape, value: Any, where: str = "") -> list[str]:
    """What the model's constraints say against `value`; the SDK itself does not look."""
    kind = shape.type_name
    if kind == "structure":
        return [
            line
            for key, inner in value.items()
            if key in shape.members
            for line in constraint_errors(shape.members[key], inner, f"{where}.{key}".lstrip("."))
        ]
    if kind == "list":
        found = _bounds(shape, len(value), where)
        for number, inner in enumerate(value):
            found += constraint_errors(shape.member, inner, f"{where}[{number}]")
        return found
    if kind == "map":
        found = _bounds(shape, len(value), where)
        for key, inner in value.items():
            found += constraint_errors(shape.key, key, f"{where} key")
            found += constraint_errors(shape.value, inner, f"{where}[{key}]")
        return found
    if kind == "string":
        return _text(shape, str(value), where)
    if kind in {"integer", "long", "float", "double"}:
        return _bounds(shape, value, where)
    if kind == "blob" and isinstance(value, bytes):
        return _bounds(shape, len(value), where)
    return []


def input_errors(shape: Shape | None, params: dict[str, Any]) -> str:
    """One sentence naming everything wrong with the parameters, empty when nothing is."""
    if shape is None:
        return ""
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        return str(report.generate_report()).replace("\n", "; ")
    return "; ".join(constraint_errors(shape, params))


def check_output(shape: Shape | None, result: dict[str, Any]) -> None:
    """Raise when our own answer would not fit the model: that is the sandbox's fault."""
    if shape is None:
        return
    unknown = set(result) - set(shape.members)
    report = ParamValidator().validate(result, shape)
    if unknown or report.has_errors():
        raise AssertionError(f"{shape.name}: unknown {unknown or '-'} {report.generate_report()}")
