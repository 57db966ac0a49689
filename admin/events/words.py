"""Words for what the log holds as names: actors, kinds of record, programs, actions."""

import re
from collections.abc import Mapping

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from shared.actions import ACTIONS

ACTOR_WORDS: Mapping[str, LazyString] = {
    "patient": _l("A patient"),
    "proxy": _l("Somebody acting for a patient"),
    "anonymous": _l("A visitor"),
    "job": _l("Bedside (a program)"),
    "webhook": _l("Bedside (news from a vendor)"),
    "system": _l("Bedside (the passing of time)"),
    "operator": _l("The operator"),
    "migration": _l("An update of Bedside"),
    "unknown": _l("Unknown"),
}
STAFF_WORDS: Mapping[str, LazyString] = {
    "physician": _l("a physician"),
    "nurse": _l("a nurse"),
    "receptionist": _l("the reception"),
    "biller": _l("billing"),
    "owner": _l("an owner"),
    "auditor": _l("an auditor"),
}
NOUN_WORDS: Mapping[str, LazyString] = {
    "account": _l("Sign-in account"),
    "appointment": _l("Appointment"),
    "appointment_cancellation": _l("Cancellation"),
    "break_glass": _l("Emergency access"),
    "checkout": _l("Payment page"),
    "checkout_session": _l("Payment page"),
    "data_key": _l("Encryption key"),
    "dispatch": _l("Message sent"),
    "attention_item": _l("What needs attention"),
    "dispatches": _l("Messages sent"),
    "event": _l("Event log"),
    "inbox": _l("News from a vendor"),
    "ledger_entry": _l("Ledger entry"),
    "log": _l("Event log"),
    "log_verification": _l("Verification of the log"),
    "message_sender": _l("Sender of mail"),
    "payment_setting": _l("How payments are taken"),
    "pending_change": _l("Change of settings"),
    "suppression": _l("Address that gets no mail"),
    "patient": _l("Patient"),
    "patient_access": _l("Access to a record"),
    "patients": _l("Patients"),
    "practice_host": _l("Web address"),
    "practitioner": _l("Practitioner"),
    "practitioner_role": _l("Practitioner in the practice"),
    "role": _l("Role"),
    "role_grant": _l("Role"),
    "schedule_exception": _l("Exception of the schedule"),
    "staff": _l("Team"),
    "staff_invitation": _l("Invitation"),
    "visit_type": _l("Kind of visit"),
    "weekly_hours": _l("Opening hours"),
}
# What each program is for, by the name it gives as its reason.
PROGRAM_WORDS: Mapping[str, LazyString] = {
    "apply_inbox": _l("to take in news from a vendor"),
    "apply_changes": _l("to put a change of settings into force"),
    "create_checkout": _l("to open a payment page"),
    "expire_checkout": _l("to close a payment page"),
    "expire_checkouts": _l("to close payment pages nobody used"),
    "expire_holds": _l("to free times that were held too long"),
    "lift_suppression_at_vendor": _l("to let mail go to an address again"),
    "reconcile_mail": _l("to look for mails without news"),
    "reconcile_payments": _l("to ask Stripe about payments without news"),
    "reconcile_stripe": _l("to look for payment news that never arrived"),
    "refresh_checkout": _l("to ask Stripe how a payment stands"),
    "refresh_refund": _l("to ask Stripe how a refund stands"),
    "send_dispatch": _l("to send a message"),
    "submit_refund": _l("to give money back"),
    "sweep_dispatches": _l("to look after messages that were not sent"),
    "sweep_sign_ins": _l("to clear away old sign-ins"),
    "webhook": _l("to take in news from a vendor"),
    "give_up_hold": _l("to free a time that was left"),
    "remind_of_visits": _l("to remind of visits"),
    "report_taken_back": _l("to tell that an address was taken back"),
    "sign_restore_report": _l("to sign the report of a restore drill"),
    "seal_log": _l("to seal the event log"),
    "verify_log": _l("to verify the event log"),
    "verify_log_nightly": _l("to verify the event log, as every night"),
    "archive_log": _l("to copy the event log, as every night"),
    "seed": _l("to fill a practice to try things in"),
    "ask_vendor": _l("to ask what became of video rooms"),
    "erase_log": _l("to erase what the log may no longer keep"),
    "look_at_ground": _l("to look at what the practice stands on"),
    "look_at_ground_now": _l("to look at what the practice stands on"),
    "forget_presences": _l("to forget whose page was open when"),
    "make_room": _l("to make a video room"),
    "make_sheets": _l("to make the downtime sheets"),
    "remove_room": _l("to remove a video room"),
    "reseal_values": _l("to seal numbers with a new key"),
    "sweep_rooms": _l("to look after video rooms"),
    "tell_of_guesses": _l("to warn of somebody guessing"),
    "tell_of_new_way_in": _l("to tell of a new way to sign in"),
    "tell_of_unlicensed": _l("to tell of a patient where no licence is held"),
    "watch": _l("to say that the background worker was silent"),
    "watch_agreements": _l("to remind of agreements that end"),
    "watch_encounters": _l("to remind of notes that wait"),
    "watch_visits": _l("to look after the visits of the day"),
}
# What vendors and programs call things, where a sentence of the log quotes them.
DETAIL_WORDS: Mapping[str, LazyString] = {
    "ses": _l("the mail provider"),
    "stripe:practice": _l("Stripe, the practice's account"),
    "stripe:consulting": _l("Stripe, the consulting account"),
    "ses.Send": _l("a mail was taken"),
    "ses.Delivery": _l("a mail was delivered"),
    "ses.Bounce": _l("a mail came back"),
    "ses.Complaint": _l("a mail was reported as unwanted"),
    "ses.DeliveryDelay": _l("a mail is delayed"),
    "ses.Reject": _l("a mail was refused"),
    "checkout.session.completed": _l("a payment page was paid"),
    "checkout.session.expired": _l("a payment page ran out"),
    "checkout.session.async_payment_succeeded": _l("a payment arrived later"),
    "checkout.session.async_payment_failed": _l("a payment failed later"),
    "charge.refunded": _l("money was given back"),
    "refund.created": _l("a refund was begun"),
    "refund.updated": _l("a refund has moved on"),
    "refund.failed": _l("a refund failed"),
    "charge.refund.updated": _l("a refund has moved on"),
    "no_address": _l("there is no address"),
    "address_bounced": _l("earlier mail to the address came back"),
    "address_complained": _l("our mail was marked as unwanted there"),
    "not_wanted": _l("the patient turned such messages off"),
    "not_needed": _l("it was not needed any more"),
    "too_late": _l("it would have come too late"),
    "too_many_mails": _l("too many were asked for at once"),
    "recovery_code": _l("recovery code"),
    "signed_out": _l("signed out"),
    "not_justified": _l("not justified"),
    "chain": _l("every entry"),
    "checkpoint": _l("signed seals"),
    "archive": _l("nightly copies"),
}
BLANK = re.compile(r"\{[a-z_]+\}")


def noun_words(name: str) -> str:
    """ "appointment_cancellation" -> "Cancellation"."""
    return str(NOUN_WORDS.get(name) or name.replace("_", " ").capitalize())


class _Said(dict[str, str]):
    """A detail the sentence asks for and the entry lacks reads as an ellipsis, not an error."""

    def __missing__(self, key: str) -> str:
        return "…"


def say(action: str, details: Mapping[str, object]) -> str:
    """The action's sentence with its details in words."""
    said = {key: str(DETAIL_WORDS.get(str(value)) or value) for key, value in details.items()}
    return ACTIONS[action].sentence.format_map(_Said(said))


def action_words(action: str) -> str:
    """The action's sentence with its blanks left open."""
    return BLANK.sub("…", ACTIONS[action].sentence)


def reason_words(reason: str, *, by_program: bool) -> str:
    """A reason as its giver wrote it; a program's name as what the program is for."""
    if not by_program:
        return reason
    known = PROGRAM_WORDS.get(reason)
    return str(known or _("program: %(name)s", name=reason.replace("_", " ")))


def actor_words(name: str | None, kind: str) -> str:
    """The subject of a sentence: a name with its role, or what stands for somebody nameless."""
    role = STAFF_WORDS.get(kind)
    if name and role:
        return str(_("%(name)s, %(role)s,", name=name, role=role))
    if name:
        return name
    if role:
        return str(role).capitalize()
    return str(ACTOR_WORDS.get(kind) or _("Somebody"))
