"""The log's names in a patient's words."""

from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

WHO: Mapping[str, LazyString] = {
    "patient": _l("You"),
    "anonymous": _l("You, before signing in"),
    "proxy": _l("Somebody who acts for you"),
    "physician": _l("A physician of the practice"),
    "nurse": _l("A nurse of the practice"),
    "receptionist": _l("The reception"),
    "biller": _l("Billing"),
    "owner": _l("An owner of the practice"),
    "auditor": _l("An auditor"),
    "operator": _l("The people who run Bedside"),
}
WHAT: Mapping[str, LazyString] = {
    "appointment.viewed": _l("looked at a visit of yours"),
    "break_glass.viewed": _l("looked at an emergency access to your record"),
    "encounter.viewed": _l("looked at that a visit of yours took place"),
    "dispatch.viewed": _l("looked at a message to you"),
    "dispatches.listed": _l("looked at the messages to you"),
    "log.entry_viewed": _l("looked at an entry about you in the event log"),
    "log.exported": _l("took entries about you out of the event log"),
    "log.patient_found": _l("chose your record in the event log"),
    "log.read": _l("read the event log, where you appear"),
    "looks.read": _l("read who looked at your record"),
    "note.history_viewed": _l("looked at earlier texts of the note of a visit"),
    "note.viewed": _l("read the note of a visit"),
    "patient.found": _l("found your record in a search"),
    "patient.viewed": _l("looked at your contact data"),
    "payment.viewed": _l("looked at a payment of yours"),
    "preference.viewed": _l("looked at what you want to be written about"),
    "record.viewed_as_it_was": _l("looked at how your record was before"),
    "summaries.listed": _l("looked at the list of your summaries"),
    "summary.viewed": _l("read the summary of a visit"),
    "suppression.viewed": _l("looked at whether mail reaches you"),
    "story.read": _l("read the story of your record"),
}
# What a message is for, where a program read the record to send it.
FOR_MESSAGE: Mapping[str, LazyString] = {
    "booking_cancelled": _l("to send your cancellation"),
    "booking_confirmed": _l("to send your confirmation"),
    "payment_refunded": _l("to tell you about your refund"),
    "sign_in": _l("to send your sign-in code"),
    "summary_ready": _l("to tell you about your summary"),
    "visit_late": _l("to say that your visit may begin later"),
    "visit_ready": _l("to say that your doctor is there"),
    "visit_reminder": _l("to remind you of your visit"),
}
FOR_PROGRAM: Mapping[str, LazyString] = {
    "apply_inbox": _l("to take in news about your payment or your mail"),
    "create_checkout": _l("to open your payment page"),
    "expire_checkout": _l("to close a payment page"),
    "expire_checkouts": _l("to close payment pages nobody used"),
    "expire_holds": _l("to free times that were held too long"),
    "reconcile_payments": _l("to find out how a payment stands"),
    "refresh_checkout": _l("to find out how a payment stands"),
    "refresh_refund": _l("to find out how a refund stands"),
    "remind_of_visits": _l("to remind you of your visit"),
    "send_dispatch": _l("to send you a message"),
    "submit_refund": _l("to give you money back"),
    "sweep_dispatches": _l("to look after a message that was not sent"),
    "watch_encounters": _l("to see that your visit is written down"),
    "webhook": _l("to take in news about your payment or your mail"),
}
EMERGENCY = "break-glass: "
EMERGENCIES: Mapping[str, LazyString] = {
    "emergency": _l("you needed help"),
    "safety": _l("somebody's safety was at risk"),
    "on_call": _l("standing in for your clinician"),
    "patient_asked": _l("you asked for it"),
    "legal": _l("a court or authority asked"),
    "other": _l("another reason, which the practice reviews"),
}
PROGRAMS = frozenset({"job", "webhook", "system", "migration"})


def who_words(name: str | None, kind: str, purpose: str) -> str:
    """ "Maya Ellison, MD", "The reception", "Bedside (to send your confirmation)"."""
    if kind in PROGRAMS:
        return str(_("Bedside (%(purpose)s)", purpose=purpose) if purpose else _("Bedside"))
    return name or str(WHO.get(kind) or _("Somebody of the practice"))


def what_words(action: str) -> str:
    """What was read."""
    return str(WHAT.get(action) or _("looked at your record"))


def purpose_words(reason: str | None, template: str | None) -> str:
    """What a program did it for; empty when it said nothing we know."""
    if template is not None and template in FOR_MESSAGE:
        return str(FOR_MESSAGE[template])
    return str(FOR_PROGRAM.get(reason or "", ""))


def why_words(reason: str | None, kind: str) -> str:
    """Why a person did it."""
    if kind in PROGRAMS or kind in ("patient", "anonymous"):
        return ""
    if reason and reason.startswith(EMERGENCY):
        known = EMERGENCIES.get(reason.removeprefix(EMERGENCY))
        words = known or _("reviewed by the practice")
        return str(_("emergency access: %(reason)s", reason=words))
    if not reason and kind == "auditor":
        return str(_("to check that records are read for good reasons"))
    return reason or str(_("in the course of their work for you"))
