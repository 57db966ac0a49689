"""How a sent message looks to the person it was sent to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

if TYPE_CHECKING:
    from shared.models.dispatch import Dispatch

TITLES: Mapping[str, LazyString] = {
    "booking_cancelled": _l("Your cancellation"),
    "booking_confirmed": _l("Your booking"),
    "email_change_code": _l("Code for a new e-mail address"),
    "email_change_taken": _l("Your e-mail address"),
    "email_changed": _l("Your e-mail address was changed"),
    "payment_refunded": _l("Your refund"),
    "sign_in": _l("Sign-in link and code"),
    "sign_in_unknown": _l("Sign-in link and code"),
    "staff_invitation": _l("Invitation"),
    "summary_ready": _l("Your visit summary"),
    "visit_late": _l("Your visit may begin later"),
    "visit_ready": _l("Your doctor is ready"),
    "visit_reminder": _l("Reminder of your visit"),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A status in a word, its colour, and what it means where that is not plain."""

    word: LazyString
    tone: str
    meaning: LazyString | None = None


STANDINGS: Mapping[str, Standing] = {
    "queued": Standing(_l("On its way"), "neutral"),
    "sending": Standing(_l("On its way"), "neutral"),
    "sent": Standing(_l("Sent"), "good"),
    "delivered": Standing(_l("Delivered"), "good"),
    "deferred": Standing(
        _l("Delayed"),
        "warn",
        _l("Your mail service asked us to wait. It is tried again by itself."),
    ),
    "bounced": Standing(
        _l("Came back"),
        "bad",
        _l("Your mail service did not take it. Please check that we have the right address."),
    ),
    "complained": Standing(
        _l("Marked as unwanted"),
        "warn",
        _l("It was marked as junk. Please mark it as wanted, or you will miss the next one."),
    ),
    "suppressed": Standing(
        _l("Not sent"), "bad", _l("Earlier mail to this address came back, so it was held back.")
    ),
    "failed": Standing(_l("Not sent"), "bad", _l("We could not send it. Nothing else is lost.")),
    "cancelled": Standing(_l("Not sent"), "neutral", _l("It was called back before it left.")),
    "unknown": Standing(
        _l("Probably sent"), "warn", _l("We could not see whether it left. Look in your mailbox.")
    ),
    "skipped": Standing(_l("Not sent"), "neutral"),
}
WAITING = Standing(_l("Waits"), "neutral", _l("It waits until your quiet hours are over."))
SKIPPED: Mapping[str, LazyString] = {
    "no_address": _l("We have no e-mail address for you."),
    "too_many_mails": _l("Too many mails were asked for at once. Please call us."),
    "address_bounced": _l("Earlier mail to this address came back."),
    "address_complained": _l("Our mail was marked as unwanted at this address."),
    "not_needed": _l("It was not needed any more."),
    "not_wanted": _l("You turned these messages off. Your profile turns them on again."),
    "too_late": _l("It would have come too late to be of use."),
}


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One line of the list."""

    title: str
    at: datetime
    to: str
    status: str
    word: str
    tone: str
    meaning: str
    url: str | None


def present(dispatch: "Dispatch") -> SentMessage:
    """A message in the reader's words."""
    standing = STANDINGS[dispatch.status]
    if dispatch.status == "queued" and dispatch.reason == "quiet_hours":
        standing = WAITING
    meaning = standing.meaning
    if dispatch.status == "skipped":
        meaning = SKIPPED.get(dispatch.reason or "")
    return SentMessage(
        title=str(TITLES.get(dispatch.template) or _("A message")),
        at=dispatch.sent_at or dispatch.created_at,
        to=dispatch.to or _("no address"),
        status=dispatch.status,
        word=str(standing.word),
        tone=standing.tone,
        meaning=str(meaning or ""),
        url=_link(dispatch),
    )


def _link(dispatch: "Dispatch") -> str | None:
    """The page of what the message is about."""
    if dispatch.about_type == "appointment" and dispatch.about_id is not None:
        return url_for("portal.appointments_show", appointment_id=dispatch.about_id)
    if dispatch.about_type == "visit_summary" and dispatch.about_id is not None:
        return url_for("portal.summaries_show", summary_id=dispatch.about_id)
    return None
