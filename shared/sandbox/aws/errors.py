"""Refusals in AWS's words; the protocol module turns them into each service's wire form."""


class AwsError(Exception):
    """An error the service itself would answer.

    code is the modelled exception or S3 error code; status the HTTP status of the answer.
    """

    def __init__(self, code: str, message: str = "", status: int = 400) -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message or code
        self.status = status


def not_implemented(operation: str) -> AwsError:
    """501 by name: an SDK does not retry it, so a gap never looks like an outage."""
    return AwsError("NotImplemented", f"The sandbox does not implement {operation}.", 501)
