"""An item as a line: who, what, since when, what happens if ignored, and the one next step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from flask import url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

if TYPE_CHECKING:
    from flask_babel.speaklater import LazyString

    from shared.models.attention_item import AttentionItem


@dataclass(frozen=True, slots=True)
class Words:
    """What it is, what happens if nobody looks, and the word on the next step."""

    what: LazyString
    ignored: LazyString
    step: LazyString | None = None


WORDS: Mapping[str, Words] = {
    "address_taken_back": Words(
        _l("A patient says somebody else changed their e-mail address"),
        _l("Somebody may have read their record. Call them, and look at the event log."),
        _l("Open the record"),
    ),
    "mail_bounced": Words(
        _l("Mail to this address comes back"),
        _l("They get no confirmations or reminders, only sign-in mail."),
        _l("Look at the address"),
    ),
    "mail_complained": Words(
        _l("Our mail was reported as unwanted"),
        _l("They get no confirmations or reminders, only sign-in mail."),
        _l("Look at the address"),
    ),
    "mail_failed": Words(
        _l("A message did not arrive"),
        _l("The person does not know what it said. Call them."),
        _l("Open the record"),
    ),
    "mail_unknown": Words(
        _l("Nobody can tell whether a message left"),
        _l("The person may not know what it said. Call them if it matters."),
        _l("Open the record"),
    ),
    "mail_unheard": Words(
        _l("No news about sent mail for a quarter of an hour"),
        _l("Mail may not be arriving, and nobody would notice."),
        _l("Send a test mail"),
    ),
    "second_provider_used": Words(
        _l("Sign-in mail went through the second provider"),
        _l("All other mail waits until the first provider works again."),
        _l("Send a test mail"),
    ),
    "mail_capped": Words(
        _l("Mail is held back: far more was asked for than on any usual day"),
        _l("Some people get no mail. Somebody may be misusing a form: tell the operator."),
    ),
    "sender_fallback": Words(
        _l("Mail goes out under the built-in sender"),
        _l("Patients do not see your name in the address, and may take it for spam."),
        _l("Look at the senders"),
    ),
    "payment_fallback": Words(
        _l("Payments are taken with the built-in settings"),
        _l("The money may go to another account than you chose."),
        _l("Look at the payment settings"),
    ),
    "refund_failed": Words(
        _l("Money did not go back to the patient"),
        _l("The patient waits for money they were promised."),
        _l("Open the record"),
    ),
    "dead_letter": Words(
        _l("News from a vendor could not be applied"),
        _l("A payment or a message may stand differently than shown here."),
        _l("Look at it"),
    ),
    "webhooks_missing": Words(
        _l("Payment news did not arrive and had to be fetched"),
        _l("Bookings are confirmed up to a quarter of an hour late."),
    ),
    "encounter_undocumented": Words(
        _l("The note of a visit is not written or not signed"),
        _l("The visit is not on record. It is harder to write with each day."),
        _l("Open the note"),
    ),
    "summary_unsent": Words(
        _l("A patient has no summary of their visit yet"),
        _l("They may not remember what was agreed, and call or do nothing."),
        _l("Write the summary"),
    ),
    "video_room_failed": Words(
        _l("The video room of a visit could not be made"),
        _l("Nobody can join it by video yet. If it stays so, call before the visit begins."),
        _l("Open the record"),
    ),
    "video_room_orphaned": Words(
        _l("Video rooms that no visit needed were found and deleted"),
        _l("Nobody could enter them. If it happens often, tell the operator."),
    ),
    "visit_unlicensed": Words(
        _l("A patient tried to check in from a state without a licence"),
        _l("They were asked to call. Their doctor may let the visit go on, or find another time."),
        _l("Open the record"),
    ),
    "codes_guessed": Words(
        _l("Somebody typed many wrong recovery codes for a colleague"),
        _l("The codes cannot be guessed. Ask your colleague whether it was them."),
    ),
    "ground_red": Words(
        _l("A point of the first-patient list turned red"),
        _l("Patients can still book. What keeps the practice safe may not hold any more."),
        _l("Open the list"),
    ),
    "agreement_ends": Words(
        _l("The agreement with a vendor ends soon, or has ended"),
        _l("Without an agreement they may not see anything about your patients."),
        _l("Open the entry"),
    ),
    "sheet_missing": Words(
        _l("Tomorrow's downtime sheet could not be made"),
        _l("If the server fails tomorrow, nobody knows who comes when, or how to reach them."),
        _l("Look at the sheets"),
    ),
    "log_broken": Words(
        _l("The event log is not what it was"),
        _l("Somebody with rights on the database changed what it says. Call the operator now."),
    ),
    "worker_silent": Words(
        _l("The background worker was silent"),
        _l("While it is silent no mail leaves and no payment is confirmed."),
    ),
}
OUTCOMES = {
    "done": _l("Done"),
    "not_needed": _l("Not needed"),
    "by_itself": _l("Ended by itself"),
}


LEADS = {"ground_red": "admin.first_run_index", "sheet_missing": "admin.sheets_index"}


@dataclass(frozen=True, slots=True)
class Line:
    """One item. `href` leads to the step; `item_id` is None for what ends by itself only."""

    item_id: UUID | None
    who: str
    what: str
    ignored: str
    since: datetime
    times: int
    step: str | None = None
    href: str | None = None
    outcome: str | None = None


def present_items(
    items: list[AttentionItem], names: Mapping[UUID, str], *, reads_records: bool
) -> list[Line]:
    """The lines, longest waiting first."""
    return [_line(item, names, reads_records) for item in items]


def silent_worker(since: datetime) -> Line:
    """The line for a worker nobody has heard of; it cannot raise an item itself."""
    words = WORDS["worker_silent"]
    return Line(
        None, _("The practice"), _("The background worker is silent"), str(words.ignored), since, 1
    )


def _line(item: AttentionItem, names: Mapping[UUID, str], reads_records: bool) -> Line:
    words = WORDS[item.kind]
    href = _href(item, reads_records)
    who = names.get(item.patient_id) if item.patient_id else None
    return Line(
        item_id=item.id,
        who=who or (_("A patient") if item.patient_id else _("The practice")),
        what=str(words.what),
        ignored=str(words.ignored),
        since=item.since,
        times=item.times,
        step=str(words.step) if words.step and href else None,
        href=href,
        outcome=str(OUTCOMES[item.outcome]) if item.outcome else None,
    )


def _href(item: AttentionItem, reads_records: bool) -> str | None:
    if item.subject_type == "suppression":
        return url_for("admin.addresses_show", suppression_id=item.subject_id)
    if item.subject_type == "inbox":
        return url_for("admin.inbox_show", inbox_id=item.subject_id)
    if item.subject_type == "encounter" and item.patient_id:
        page = "encounter_summaries_edit" if item.kind == "summary_unsent" else "encounters_show"
        return url_for(f"admin.{page}", patient_id=item.patient_id, encounter_id=item.subject_id)
    if item.subject_type == "vendor":
        return url_for("admin.vendors_edit", vendor_id=item.subject_id)
    if item.kind in LEADS:
        return url_for(LEADS[item.kind])
    if item.kind == "payment_fallback":
        return url_for("admin.settings_show", kind="payments")
    if item.kind in {"sender_fallback", "second_provider_used", "mail_unheard"}:
        return url_for("admin.settings_show", kind="senders")
    if item.patient_id and reads_records:
        return url_for("admin.patients_show", patient_id=item.patient_id)
    return None
