"""Parameters checked against the SDK's own TypedDicts: nothing unknown, enums closed.

The SDK writes its enums open (`Literal[...] | str`), so that an old client survives a new value;
a stand-in has to refuse the typo instead, so the open `str` is taken out again.
"""

import functools
import operator
import types
from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import stripe.params as top
from pydantic import ConfigDict, TypeAdapter, ValidationError
from stripe._request_options import RequestOptions
from stripe.params import checkout
from typing_extensions import TypedDict, is_typeddict

from shared.sandbox.stripe.errors import invalid

SCHEMAS: dict[str, Any] = {
    "checkout.session.create": checkout.SessionCreateParams,
    "checkout.session.retrieve": checkout.SessionRetrieveParams,
    "checkout.session.expire": checkout.SessionExpireParams,
    "checkout.session.list": checkout.SessionListParams,
    "checkout.session.line_items": checkout.SessionListLineItemsParams,
    "payment_intent.retrieve": top.PaymentIntentRetrieveParams,
    "payment_intent.list": top.PaymentIntentListParams,
    "charge.retrieve": top.ChargeRetrieveParams,
    "charge.list": top.ChargeListParams,
    "refund.create": top.RefundCreateParams,
    "refund.retrieve": top.RefundRetrieveParams,
    "refund.list": top.RefundListParams,
    "customer.create": top.CustomerCreateParams,
    "customer.retrieve": top.CustomerRetrieveParams,
    "event.retrieve": top.EventRetrieveParams,
    "event.list": top.EventListParams,
}
_UNSENT = {"StripeContext": object, "Mapping": Mapping}
_WRAPPERS = (NotRequired, Required)
_NOT_WIRE = set(RequestOptions.__annotations__)


def _union(args: tuple[Any, ...]) -> Any:
    closed = any(
        get_origin(arg) is Literal and any(value != "" for value in get_args(arg)) for arg in args
    )
    kept = [_closed(arg) for arg in args if not (closed and arg is str)]
    return functools.reduce(operator.or_, kept)


def _closed(hint: Any) -> Any:
    """The type with enums closed, extras forbidden and untyped maps made plain."""
    if is_typeddict(hint):
        return _closed_dict(hint)
    origin, args = get_origin(hint), get_args(hint)
    if origin in _WRAPPERS:
        return _closed(args[0])
    if origin in (Union, types.UnionType):
        return _union(args)
    if origin is list:
        return list[_closed(args[0])]  # type: ignore[misc]  # built at run time
    if origin is dict or "UntypedStripeObject" in str(origin):
        return dict[str, _closed(args[-1])]  # type: ignore[misc]  # built at run time
    return hint


@functools.cache
def _closed_dict(source: Any) -> Any:
    # RequestOptions names what only a type checker imports; none of its keys is sent.
    hints = get_type_hints(source, localns=_UNSENT, include_extras=True)
    required = source.__required_keys__
    fields = {
        name: (Required if name in required else NotRequired)[_closed(hint)]
        for name, hint in hints.items()
        if name not in _NOT_WIRE
    }
    make: Any = TypedDict
    made = make(source.__name__, fields)
    made.__pydantic_config__ = ConfigDict(extra="forbid")
    return made


@functools.cache
def adapter(name: str) -> TypeAdapter[dict[str, Any]]:
    """The validator of one call, built at first use."""
    return TypeAdapter(_closed_dict(SCHEMAS[name]))


def _param(location: tuple[int | str, ...]) -> str:
    # pydantic names the branch of a union in its path; Stripe names only keys.
    keys = [str(p) for p in location if isinstance(p, int) or str(p).isidentifier()]
    keys = [k for k in keys if k not in {"str", "int", "bool", "float", "decimal"}]
    return keys[0] + "".join(f"[{k}]" for k in keys[1:]) if keys else ""


def check_params(name: str, params: dict[str, Any]) -> dict[str, Any]:
    """The parameters with their types. Raises StripeError naming the first thing wrong."""
    try:
        return adapter(name).validate_python(params)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        where = _param(first["loc"])
        if first["type"] == "extra_forbidden":
            raise invalid(
                f"Received unknown parameter: {where}", where, "parameter_unknown"
            ) from None
        if first["type"] == "missing":
            message = f"Missing required param: {where}."
            raise invalid(message, where, "parameter_missing") from None
        raise invalid(f"Invalid {where}: {first['msg']}", where) from None
