"""Troubles to try: each switch makes one vendor misbehave until it is switched back."""

from dataclasses import dataclass
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from shared.sandbox.faults import FOREVER, Fault, list_faults, set_fault
from shared.sandbox.world import sandbox

troubles = Blueprint("troubles", __name__, url_prefix="/troubles")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One switch."""

    name: str
    service: str
    mode: str
    value: str
    title: str
    note: str


GROUPS: Final[tuple[tuple[str, tuple[Trouble, ...]], ...]] = (
    (
        "Mail",
        (
            Trouble("ses-down", "ses", "status", "503", "Mail is down", "Every mail is refused."),
            Trouble(
                *("resend-down", "resend", "status", "500", "The second provider is down"),
                "Sign-in mail has no other way then.",
            ),
            Trouble("ses-slow", "ses", "delay", "15", "Mail is slow", "Answers after 15 seconds."),
            Trouble(
                *("ses-lost", "ses", "reset", "after", "Mail hangs up"),
                "Takes the mail, then breaks the line before saying so.",
            ),
            Trouble(
                *("sns-late", "sns-webhooks", "late", "60", "Delivery news come late"),
                "A minute after they happened.",
            ),
            Trouble(
                *("sns-twice", "sns-webhooks", "duplicate", "", "Delivery news come twice"),
                "Each is sent two times.",
            ),
        ),
    ),
    (
        "Payments",
        (
            Trouble(
                "stripe-down",
                "stripe",
                "status",
                "500",
                "Payments are down",
                "Nothing can be paid or refunded.",
            ),
            Trouble(
                "stripe-slow",
                "stripe",
                "delay",
                "15",
                "Payments are slow",
                "Answers after 15 seconds.",
            ),
            Trouble(
                *("stripe-lost", "stripe", "reset", "after", "Payments hang up"),
                "Does what was asked, then breaks the line before saying so.",
            ),
            Trouble(
                *("stripe-late", "stripe-webhooks", "late", "60", "Payment news come late"),
                "A minute after the card was charged.",
            ),
            Trouble(
                *("stripe-twice", "stripe-webhooks", "duplicate", "", "Payment news come twice"),
                "Each is sent two times.",
            ),
            Trouble(
                *("stripe-never", "stripe-webhooks", "status", "503", "Payment news get lost"),
                "Tried again and again until you switch this off.",
            ),
        ),
    ),
    (
        "Keys and files",
        (
            Trouble(
                "kms-down", "kms", "status", "503", "Keys are down", "Nothing new can be unlocked."
            ),
            Trouble(
                "s3-down",
                "s3",
                "status",
                "503",
                "Files are down",
                "Nothing can be stored or fetched.",
            ),
        ),
    ),
)
BY_NAME: Final = {trouble.name: trouble for _, group in GROUPS for trouble in group}


def _is_on(trouble: Trouble, faults: list[Fault]) -> bool:
    return any(
        f.service == trouble.service and f.mode == trouble.mode and f.value == trouble.value
        for f in faults
    )


@troubles.get("")
def index() -> str:
    faults = list_faults(sandbox().store)
    groups = [(title, [(t, _is_on(t, faults)) for t in group]) for title, group in GROUPS]
    return render_template("troubles.html", groups=groups, on=len(faults))


@troubles.post("/<name>")
def update(name: str) -> Response:
    """Turn one switch. Off lifts every rule of that service and mode."""
    trouble = BY_NAME.get(name)
    if trouble is None:
        raise NotFound
    store = sandbox().store
    if request.form.get("state") == "on":
        set_fault(store, trouble.service, trouble.mode, trouble.value, FOREVER)
    else:
        sql = "delete from fault where service = ? and mode = ?"
        store.run(sql, trouble.service, trouble.mode)
    return redirect(url_for("troubles.index"), 303)


@troubles.post("")
def all_well() -> Response:
    sandbox().store.run("delete from fault")
    return redirect(url_for("troubles.index"), 303)
