"""Refusals in Stripe's words."""

from typing import Any


class StripeError(Exception):
    """One error answer: HTTP status, type, message, and what else belongs into `error`."""

    def __init__(self, status: int, kind: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message} | {
            k: v for k, v in more.items() if v is not None
        }

    def body(self) -> dict[str, Any]:
        return {"error": self.error}


def invalid(message: str, param: str | None = None, code: str | None = None) -> StripeError:
    return StripeError(400, "invalid_request_error", message, param=param, code=code)


def missing(kind: str, object_id: str, param: str = "id") -> StripeError:
    """404, also for what belongs to the other account."""
    message = f"No such {kind}: '{object_id}'"
    more = {"code": "resource_missing", "param": param}
    return StripeError(404, "invalid_request_error", message, **more)
