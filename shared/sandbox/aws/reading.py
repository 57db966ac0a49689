"""From a request's bytes to the parameters its operation's input shape describes."""

import base64
import binascii
import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from botocore.model import OperationModel

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.models import Shape

MAX_XML = 1_000_000


def _moment(value: Any) -> datetime:
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    text = str(value)
    if text[:1].isdigit():
        return datetime.fromisoformat(text)
    return parsedate_to_datetime(text)


def _scalar(shape: Shape, value: Any) -> Any:
    """Text of a header, query or path as its shape's type."""
    kind = shape.type_name
    try:
        if kind in {"integer", "long"}:
            return int(value)
        if kind in {"float", "double"}:
            return float(value)
        if kind == "boolean":
            return str(value).lower() == "true"
        if kind == "timestamp":
            return _moment(value)
        if kind == "blob":
            return base64.b64decode(value, validate=True)
    except (ValueError, TypeError, binascii.Error) as error:
        raise AwsError("SerializationException", f"not a {kind}: {value!r}") from error
    return value


def read_json(shape: Shape, value: Any) -> Any:
    """A JSON value as its shape says; a key the model does not know is refused."""
    kind = shape.type_name
    if value is None:
        return None
    if kind == "structure":
        if not isinstance(value, dict):
            raise AwsError("SerializationException", f"{shape.name} must be an object")
        names = {m.serialization.get("name", key): key for key, m in shape.members.items()}
        unknown = sorted(set(value) - set(names))
        if unknown:
            raise AwsError("SerializationException", f"{shape.name}: unknown {', '.join(unknown)}")
        inner = {names[k]: read_json(shape.members[names[k]], v) for k, v in value.items()}
        return {k: v for k, v in inner.items() if v is not None}
    if kind == "list" and isinstance(value, list):
        return [read_json(shape.member, one) for one in value]
    if kind == "map" and isinstance(value, dict):
        return {k: read_json(shape.value, v) for k, v in value.items()}
    if kind in {"blob", "timestamp"}:
        return _scalar(shape, value)
    return value


def read_xml(shape: Shape, node: ET.Element) -> Any:
    """An S3 body element as its shape says."""
    if shape.type_name == "structure":
        found: dict[str, Any] = {}
        for key, member in shape.members.items():
            name = member.serialization.get("name", key)
            nodes = [child for child in node if child.tag.rpartition("}")[2] == name]
            if not nodes:
                continue
            if member.type_name == "list" and member.serialization.get("flattened"):
                found[key] = [read_xml(member.member, child) for child in nodes]
            else:
                found[key] = read_xml(member, nodes[0])
        return found
    if shape.type_name == "list":
        return [read_xml(shape.member, child) for child in node]
    return _scalar(shape, node.text or "")


def _parse_xml(body: bytes) -> ET.Element:
    # A document type is the way in for entity bombs; S3 bodies never carry one.
    if len(body) > MAX_XML or b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise AwsError("MalformedXML", "The XML you provided was not well-formed.")
    try:
        return ET.fromstring(body)  # noqa: S314  no document type gets this far
    except ET.ParseError as error:
        raise AwsError("MalformedXML", str(error)) from error


def _from_json(shape: Shape, body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body or b"{}")
    except ValueError as error:
        raise AwsError("SerializationException", "the body is no JSON") from error
    result: dict[str, Any] = read_json(shape, raw)
    return result


def _placed(
    shape: Shape, path: dict[str, str], query: Mapping[str, str], headers: Any
) -> dict[str, Any]:
    """Members that travel in path, query or headers."""
    found: dict[str, Any] = {}
    for key, member in shape.members.items():
        where = member.serialization.get("location")
        name = member.serialization.get("name", key)
        if where == "headers":
            tail = {
                k[len(name) :].lower(): v
                for k, v in headers.items()
                if k.lower().startswith(name.lower())
            }
            if tail:
                found[key] = tail
            continue
        source: Mapping[str, str] = {"uri": path, "querystring": query, "header": headers}.get(
            where or "", {}
        )
        if name in source:
            found[key] = _scalar(member, source[name])
    return found


def read_rest(
    operation: OperationModel,
    path: dict[str, str],
    query: Mapping[str, str],
    headers: Any,
    body: bytes,
) -> dict[str, Any]:
    """Parameters of a rest-json or rest-xml request."""
    shape = operation.input_shape
    if shape is None:
        return {}
    found = _placed(shape, path, query, headers)
    payload = shape.serialization.get("payload")
    if payload:
        member = shape.members[payload]
        if member.type_name == "blob":
            found[payload] = body
        elif body and operation.service_model.metadata["protocol"] == "rest-xml":
            found[payload] = read_xml(member, _parse_xml(body))
        elif body:
            found[payload] = _from_json(member, body)
    elif body and operation.service_model.metadata["protocol"] == "rest-json":
        found |= _from_json(shape, body)
    return found


def read_rpc(operation: OperationModel, body: bytes) -> dict[str, Any]:
    """Parameters of a JSON 1.1 request (KMS)."""
    return _from_json(operation.input_shape, body) if operation.input_shape else {}


def read_query(operation: OperationModel, form: Mapping[str, str]) -> dict[str, Any]:
    """Parameters of a query request (SNS); only the flat members the sandbox plays."""
    shape = operation.input_shape
    members = shape.members if shape else {}
    flat = {k: m for k, m in members.items() if m.type_name not in {"structure", "list", "map"}}
    return {k: _scalar(member, form[k]) for k, member in flat.items() if k in form}
