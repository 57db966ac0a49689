"""Every mail there is, and the only words about a person each may carry.

A mail may hold a first name, a time, the practice's name and a link: never a reason for a visit,
its kind or a clinical word, because mailboxes are shared, forwarded and shown on locked screens.
A context key that is not listed here is refused, so that nobody can add one by accident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from shared.preferences.purposes import NECESSARY, RECEIPT, REMINDER

WHEN = frozenset({"starts_at", "time_zone"})


@dataclass(frozen=True, slots=True)
class Template:
    """One mail: its context, the face its link leads to, and how it may be sent.

    `label`: how the event log's sentences name it.
    `secret`: the context opens a door (a sign-in link), so it is forgotten once it has been sent.
    `urgent`: a person is waiting in front of a screen; it is sent to an address that bounced
    before, and once more when nobody can tell whether the vendor took it (two are harmless).
    `second_provider`: may go through the vendor that signed no agreement about health information,
    when the first one fails: sign-in and operations mail only.
    `useful_for`: after that long it is not worth sending any more.
    `purpose`: what it is for; all but the necessary ones are the reader's to choose.
    `waits`: it may wait for the end of the reader's quiet hours.
    """

    name: str
    label: str
    needs: frozenset[str]
    may_have: frozenset[str] = frozenset()
    face: str = "portal"
    secret: bool = False
    urgent: bool = False
    second_provider: bool = False
    useful_for: timedelta | None = None
    purpose: str = NECESSARY
    waits: bool = False


CATALOGUE: dict[str, Template] = {
    template.name: template
    for template in (
        Template("booking_cancelled", "the cancellation notice", WHEN | {"first_name", "link"}),
        Template("booking_confirmed", "the booking confirmation", WHEN | {"first_name", "link"}),
        Template("booking_moved", "the notice of a new time", WHEN | {"first_name", "link"}),
        Template(
            "break_glass_notice",
            "the notice of emergency access",
            frozenset({"link"}),
            face="admin",
            urgent=True,
            second_provider=True,
        ),
        Template(
            "change_due",
            "the notice of a change of settings",
            WHEN | {"link"},
            face="admin",
            urgent=True,
            second_provider=True,
        ),
        Template(
            "change_to_confirm",
            "the request to confirm a change of settings",
            frozenset({"link"}),
            face="admin",
            urgent=True,
            second_provider=True,
        ),
        Template(
            "email_change_code",
            "the code for a new e-mail address",
            frozenset({"link", "code"}),
            may_have=frozenset({"minutes"}),
            secret=True,
            urgent=True,
            useful_for=timedelta(minutes=30),
        ),
        Template(
            "email_change_taken",
            "the notice that an address is in use",
            frozenset({"link"}),
            urgent=True,
            useful_for=timedelta(minutes=30),
        ),
        Template(
            "email_changed",
            "the notice of a new e-mail address",
            frozenset({"link", "days"}),
            may_have=frozenset({"first_name"}),
            secret=True,
            urgent=True,
        ),
        Template(
            "guest_link",
            "the link for a guest of a visit",
            frozenset({"link"}),
            secret=True,
            useful_for=timedelta(hours=2),
        ),
        Template(
            "hosts_changed",
            "the notice of a change of web addresses",
            frozenset({"link"}),
            face="admin",
            urgent=True,
            second_provider=True,
        ),
        Template(
            "new_way_in",
            "the notice of a new way to sign in",
            frozenset({"link"}),
            may_have=frozenset({"face"}),
            urgent=True,
            second_provider=True,
        ),
        Template("payment_requested", "the request to pay", WHEN | {"first_name", "link", "until"}),
        Template(
            "operations_test",
            "the test mail",
            frozenset({"link"}),
            face="admin",
            urgent=True,
            second_provider=True,
            useful_for=timedelta(minutes=30),
        ),
        Template(
            "payment_refunded",
            "the refund notice",
            frozenset({"first_name", "link"}),
            purpose=RECEIPT,
        ),
        Template(
            "sign_in",
            "the sign-in mail",
            frozenset({"link", "code"}),
            may_have=frozenset({"first_name", "minutes", "face"}),
            secret=True,
            urgent=True,
            second_provider=True,
            useful_for=timedelta(minutes=10),
        ),
        Template(
            "sign_in_unknown",
            "the sign-in mail",
            frozenset({"link"}),
            may_have=frozenset({"face"}),
            urgent=True,
            second_provider=True,
            useful_for=timedelta(minutes=10),
        ),
        Template(
            "staff_invitation",
            "the invitation",
            frozenset({"link", "code"}),
            may_have=frozenset({"first_name", "days"}),
            face="admin",
            secret=True,
            urgent=True,
            second_provider=True,
        ),
        Template(
            "summary_ready", "the notice of a summary to read", frozenset({"first_name", "link"})
        ),
        Template(
            "visit_reminder",
            "the reminder of a visit",
            WHEN | {"first_name", "link"},
            purpose=REMINDER,
            waits=True,
        ),
        Template(
            "visit_late",
            "the notice of a later visit",
            WHEN | {"first_name", "link", "minutes"},
            useful_for=timedelta(hours=1),
        ),
        Template(
            "visit_ready",
            "the word that the doctor is there",
            frozenset({"first_name", "link"}),
            urgent=True,
            useful_for=timedelta(minutes=30),
        ),
        Template(
            "worker_silent",
            "the notice of a silent worker",
            frozenset({"link"}),
            face="admin",
            urgent=True,
            second_provider=True,
        ),
    )
}


class UnknownTemplate(LookupError):
    """There is no mail of that name."""


class NotForMail(ValueError):
    """The context holds something this mail may not carry, or lacks what it needs."""


def find_template(name: str) -> Template:
    """The mail of that name. Raises UnknownTemplate."""
    try:
        return CATALOGUE[name]
    except KeyError:
        raise UnknownTemplate(name) from None


def check_context(template: Template, keys: frozenset[str]) -> None:
    """Refuse a context that says too much or too little. Raises NotForMail naming the keys."""
    too_much = keys - template.needs - template.may_have
    if too_much:
        raise NotForMail(f"{template.name} may not carry {', '.join(sorted(too_much))}")
    missing = template.needs - keys
    if missing:
        raise NotForMail(f"{template.name} needs {', '.join(sorted(missing))}")
