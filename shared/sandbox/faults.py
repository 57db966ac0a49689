"""Misbehaviour on request: the sandbox can be slow, down, rude or forgetful, per service."""

import re
import time
from dataclasses import dataclass
from typing import Final

from shared.sandbox.store import Row, Store

SERVICES: Final = (
    *("ses", "resend", "stripe", "kms", "s3", "sns", "whereby"),
    *("sns-webhooks", "stripe-webhooks", "whereby-webhooks"),
)
MODES: Final = ("status", "delay", "reset", "garbage", "duplicate", "reorder", "late", "off")
WEBHOOK_ONLY: Final = ("duplicate", "reorder", "late")
FOREVER: Final = -1


@dataclass(frozen=True, slots=True)
class Fault:
    """One rule in force: what goes wrong, how (seconds, a status, before or after), how often."""

    id: int
    service: str
    mode: str
    value: str
    times: int
    # Real time at which it ends by itself; a rehearsal must not outlast its audience.
    until: float | None = None

    @classmethod
    def of(cls, row: Row) -> "Fault":
        return cls(row["id"], row["service"], row["mode"], row["value"], row["times"], row["until"])

    def number(self, default: float) -> float:
        return float(self.value) if self.value else default


class FaultError(ValueError):
    """The rule asked for makes no sense."""


def check_fault(service: str, mode: str, value: str) -> None:
    """Raise FaultError unless the rule can be obeyed."""
    if service not in SERVICES:
        raise FaultError(f"unknown service {service!r}; one of {', '.join(SERVICES)}")
    if mode not in MODES:
        raise FaultError(f"unknown mode {mode!r}; one of {', '.join(MODES)}")
    if mode in WEBHOOK_ONLY and not service.endswith("-webhooks"):
        raise FaultError(f"{mode} is for webhooks only")
    if mode == "status" and value and not re.fullmatch(r"[45]\d\d", value):
        raise FaultError("status wants a code from 400 to 599")
    if mode in {"delay", "late"} and value and not re.fullmatch(r"\d+(\.\d+)?", value):
        raise FaultError(f"{mode} wants seconds")
    if mode == "reset" and value not in {"", "before", "after"}:
        raise FaultError("reset wants before or after")


def set_fault(
    store: Store, service: str, mode: str, value: str, times: int, seconds: float = 0
) -> None:
    """Put one rule in force for a service; `off` lifts all of that service's rules.

    With `seconds` it ends by itself, by the machine's own time (the sandbox's clock may jump).
    """
    check_fault(service, mode, value)
    with store.transaction():
        if mode == "off":
            store.run("delete from fault where service = ?", service)
            return
        store.run("delete from fault where service = ? and mode = ?", service, mode)
        sql = "insert into fault (service, mode, value, times, until) values (?, ?, ?, ?, ?)"
        until = time.time() + seconds if seconds > 0 else None
        store.run(sql, service, mode, value, times if times > 0 else FOREVER, until)


def list_faults(store: Store) -> list[Fault]:
    _end_old(store)
    return [Fault.of(row) for row in store.all("select * from fault order by id")]


def _end_old(store: Store) -> None:
    store.run("delete from fault where until <= ?", time.time())


def take_fault(store: Store, service: str, mode: str | None = None) -> Fault | None:
    """The rule to obey for this call, counted down; None when all is well."""
    sql = "select * from fault where service = ? and (? is null or mode = ?) order by id limit 1"
    with store.transaction():
        _end_old(store)
        row = store.one(sql, service, mode, mode)
        if row is None:
            return None
        fault = Fault.of(row)
        if fault.times == 1:
            store.run("delete from fault where id = ?", fault.id)
        elif fault.times > 1:
            store.run("update fault set times = times - 1 where id = ?", fault.id)
        return fault
