"""The door for AWS: who signed, which operation, is it well-formed, then the handler's answer."""

import time
from collections.abc import Callable, Mapping
from typing import Any, cast

from botocore.model import OperationModel
from flask import Response, request

from shared.sandbox.aws import kms, s3, ses, sns
from shared.sandbox.aws.checking import check_output, input_errors
from shared.sandbox.aws.errors import AwsError, not_implemented
from shared.sandbox.aws.models import find_operation, service_model
from shared.sandbox.aws.reading import read_query, read_rest, read_rpc
from shared.sandbox.aws.sigv4 import Claim, Wire, read_claim, verify
from shared.sandbox.aws.writing import write_answer, write_error
from shared.sandbox.faults import Fault, take_fault
from shared.sandbox.wire import reset_connection, split_wire
from shared.sandbox.world import Sandbox, note_call, sandbox

Handler = Callable[[Sandbox, dict[str, Any]], dict[str, Any]]
HANDLERS: Mapping[str, Mapping[str, Handler]] = {
    "ses": ses.OPERATIONS,
    "kms": kms.OPERATIONS,
    "s3": s3.OPERATIONS,
    "sns": sns.OPERATIONS,
}
INVALID = {"ses": "BadRequestException", "kms": "ValidationException", "s3": "InvalidRequest"}
PROTOCOL = {"ses": "rest-json", "kms": "json", "s3": "rest-xml", "sns": "query"}


def serve_aws() -> Response | None:
    """Answer the request when it is one of AWS's; None leaves it to the other doors."""
    wire = read_wire()
    unsigned_sns = wire.path == "/" and request.args.get("Action") == "ConfirmSubscription"
    try:
        claim = read_claim(wire)
    except AwsError as error:
        return write_error("json", error)
    if claim is None and not unsigned_sns:
        return None
    service = claim.service if claim else "sns"
    return _Exchange(sandbox(), service, wire, claim).answer()


def read_wire() -> Wire:
    path, query = split_wire(request.environ)
    headers = cast(Mapping[str, str], request.headers)
    return Wire(request.method, path, query, headers, request.get_data())


class _Exchange:
    """One AWS request on its way to an answer."""

    def __init__(self, world: Sandbox, service: str, wire: Wire, claim: Claim | None) -> None:
        self.world = world
        self.service = service
        self.wire = wire
        self.claim = claim
        self.operation_name = "?"
        self.protocol = PROTOCOL.get(service, "json")

    def answer(self) -> Response:
        fault = take_fault(self.world.store, self.service)
        try:
            response = self._spoiled(fault) or self._served()
        except AwsError as error:
            response = write_error(self.protocol, error, self.wire.method)
        if fault and fault.mode == "reset" and fault.value == "after":
            reset_connection(request.environ)
        note_call(self.world, self.service, self.operation_name, response.status_code, "")
        return response

    def _spoiled(self, fault: Fault | None) -> Response | None:
        if fault is None:
            return None
        if fault.mode == "status":
            status = int(fault.number(503))
            raise AwsError("ServiceUnavailable", "pretended by the sandbox", status)
        if fault.mode == "garbage":
            return Response(b"<html>\x00not what you asked for", 200, content_type="text/html")
        if fault.mode == "reset" and fault.value != "after":
            reset_connection(request.environ)
        if fault.mode == "delay":
            time.sleep(fault.number(5))
        return None

    def _served(self) -> Response:
        if service_model(self.service) is None:
            raise not_implemented(f"the service {self.service}")
        if self.claim:
            keys = self.world.settings
            verify(self.wire, self.claim, keys.access_key, keys.secret_key)
        operation, params = self._understood()
        self.operation_name = operation.name
        handler = HANDLERS[self.service].get(operation.name)
        if handler is None:
            raise not_implemented(operation.name)
        wrong = input_errors(operation.input_shape, params)
        if wrong:
            raise AwsError(INVALID.get(self.service, "InvalidParameter"), wrong)
        result = handler(self.world, params)
        status = result.pop("_status", None)
        check_output(operation.output_shape, result)
        response = write_answer(operation, result)
        response.status_code = status or response.status_code
        return response

    def _understood(self) -> tuple[OperationModel, dict[str, Any]]:
        model = service_model(self.service)
        if model is None:
            raise not_implemented(self.service)
        if self.protocol == "json":
            name = self.wire.headers.get("X-Amz-Target", "").rpartition(".")[2]
            operation = self._named(name)
            return operation, read_rpc(operation, self.wire.body)
        if self.protocol == "query":
            form = request.values.to_dict()
            operation = self._named(form.get("Action", ""))
            return operation, read_query(operation, form)
        query = {k: v for k, v in self.wire.args() if not k.startswith("X-Amz-")}
        found = find_operation(
            self.service, self.wire.method, self.wire.path, query, self.wire.headers
        )
        if found is None:
            raise not_implemented(f"{self.wire.method} {self.wire.path}")
        operation, path = found
        self.operation_name = operation.name
        return operation, read_rest(operation, path, query, self.wire.headers, self.wire.body)

    def _named(self, name: str) -> OperationModel:
        model = service_model(self.service)
        if model is None or name not in model.operation_names:
            raise AwsError("UnknownOperationException", f"unknown operation {name!r}")
        self.operation_name = name
        return model.operation_model(name)


def deny_anonymous(bucket: str) -> Response | None:
    """An unsigned look at a bucket is refused as S3 does; None when there is no such bucket."""
    if sandbox().store.one("select 1 from bucket where name = ?", bucket) is None:
        return None
    return write_error("rest-xml", AwsError("AccessDenied", "Access Denied", 403), request.method)
