"""From a handler's result to the bytes of each AWS protocol, errors included."""

import base64
import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.model import OperationModel
from flask import Response

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.models import Shape
from shared.sandbox.ids import request_id


def _json_value(shape: Shape, value: Any) -> Any:
    kind = shape.type_name
    if kind == "structure":
        return {
            shape.members[k].serialization.get("name", k): _json_value(shape.members[k], v)
            for k, v in value.items()
        }
    if kind == "list":
        return [_json_value(shape.member, one) for one in value]
    if kind == "map":
        return {k: _json_value(shape.value, v) for k, v in value.items()}
    if kind == "blob":
        return base64.b64encode(value).decode()
    if kind == "timestamp":
        return value.timestamp()
    return value


def _text(shape: Shape, value: Any, header: bool) -> str:
    if shape.type_name == "timestamp":
        moment: datetime = value.astimezone(UTC)
        # S3 writes Last-Modified as an HTTP date and every other header time in ISO form.
        iso = shape.serialization.get("timestampFormat") == "iso8601" or not header
        return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z") if iso else format_datetime(moment, True)
    if shape.type_name == "boolean":
        return "true" if value else "false"
    return str(value)


def _xml(shape: Shape, name: str, value: Any) -> str:
    if shape.type_name == "structure":
        inner = "".join(_xml_member(shape.members[k], k, v) for k, v in value.items())
        return f"<{name}>{inner}</{name}>"
    return f"<{name}>{escape(_text(shape, value, header=False))}</{name}>"


def _xml_member(shape: Shape, key: str, value: Any) -> str:
    name = shape.serialization.get("name", key)
    if shape.type_name != "list":
        return _xml(shape, name, value)
    if shape.serialization.get("flattened"):
        return "".join(_xml(shape.member, name, one) for one in value)
    item = shape.member.serialization.get("name", "member")
    return f"<{name}>{''.join(_xml(shape.member, item, one) for one in value)}</{name}>"


def _headers(shape: Shape, result: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for key, value in result.items():
        member = shape.members[key]
        where = member.serialization.get("location")
        name = member.serialization.get("name", key)
        if where == "header":
            found[name] = _text(member, value, header=True)
        elif where == "headers":
            found |= {f"{name}{k}": str(v) for k, v in value.items()}
    return found


def _rest_xml(operation: OperationModel, shape: Shape, result: dict[str, Any]) -> Response:
    answer = Response(status=operation.http.get("responseCode", 200))
    payload = shape.serialization.get("payload")
    inner = {k: v for k, v in result.items() if not shape.members[k].serialization.get("location")}
    if payload and shape.members[payload].type_name == "blob":
        answer.set_data(result.get(payload, b""))
    elif inner:
        root = shape.name.replace("Output", "Result")
        node = _xml(shape, root, inner)
        if payload:
            node = _xml_member(shape.members[payload], payload, result[payload])
        answer.set_data(f'<?xml version="1.0" encoding="UTF-8"?>\n{node}')
        answer.content_type = "application/xml"
    else:
        # An empty answer has no type; flask would call it HTML.
        answer.headers.remove("Content-Type")
    for name, value in _headers(shape, result).items():
        answer.headers[name] = value
    return answer


def write_answer(operation: OperationModel, result: dict[str, Any]) -> Response:
    """The success answer of one operation."""
    shape = operation.output_shape
    protocol = operation.service_model.metadata["protocol"]
    if protocol == "rest-xml":
        if shape is None:
            return Response(status=operation.http.get("responseCode", 204))
        return _rest_xml(operation, shape, result)
    if protocol == "query":
        inner = (
            "".join(_xml_member(shape.members[k], k, v) for k, v in result.items()) if shape else ""
        )
        name = operation.name
        text = (
            f'<{name}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><{name}Result>{inner}'
            f"</{name}Result><ResponseMetadata><RequestId>{request_id()}</RequestId>"
            f"</ResponseMetadata></{name}Response>"
        )
        return Response(text, content_type="text/xml")
    body = json.dumps(_json_value(shape, result) if shape else {})
    version = "application/json" if protocol == "rest-json" else "application/x-amz-json-1.1"
    return Response(body, content_type=version)


def write_error(protocol: str, error: AwsError, method: str = "GET") -> Response:
    """The refusal in the protocol's own form."""
    message = escape(error.message)
    if protocol == "rest-xml":
        text = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{error.code}</Code>'
            f"<Message>{message}</Message><RequestId>{request_id()}</RequestId></Error>"
        )
        bare = method == "HEAD" or error.status == 304
        return Response(b"" if bare else text, error.status, content_type="application/xml")
    if protocol == "query":
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{error.code}</Code>"
            f"<Message>{message}</Message></Error><RequestId>{request_id()}</RequestId>"
            "</ErrorResponse>"
        )
        return Response(text, error.status, content_type="text/xml")
    body = {"__type": error.code, "message": error.message}
    answer = Response(json.dumps(body), error.status, content_type="application/json")
    answer.headers["x-amzn-ErrorType"] = error.code
    return answer
