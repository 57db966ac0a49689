"""The closed registry of everything the event log can say, one line an action, and its sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """`sentence` is a template over the details of the act, told with the actor as its subject."""

    sentence: str
    # A step of the machinery: told when every step is asked for, left out of the short story.
    step: bool = False


ACTIONS: dict[str, Action] = {
    "account.created": Action("made a sign-in"),
    "account.viewed": Action("looked at a sign-in"),
    "appointment.booked": Action("booked {visit} for {when}"),
    "appointment.booked_by_staff": Action("booked {visit} for {when} at the desk"),
    "appointment.cancelled": Action("cancelled the visit of {when}"),
    "appointment.held": Action("held {when} for {visit}"),
    "appointment.hold_claimed": Action("signed in to the time held, {when}"),
    "appointment.hold_expired": Action("let a hold end that had run out"),
    "appointment.hold_extended": Action("kept {when} held while paying", step=True),
    "appointment.hold_released": Action("let go of {when}"),
    "appointment.hold_replaced": Action("let go of {when} for another time"),
    "appointment.viewed": Action("looked at an appointment"),
    "appointment.whereabouts_noted": Action("said in which state the visit will be", step=True),
    "break_glass.ended": Action("ended the emergency access to the record"),
    "break_glass.opened": Action("broke the glass to read the record ({reason})"),
    "break_glass.reviewed": Action("reviewed an emergency access: {outcome}"),
    "break_glass.viewed": Action("looked at an emergency access"),
    "attention.raised": Action("noted {what} for attention"),
    "attention.resolved": Action("looked after {what}"),
    "dispatch.bounced": Action("learned that {mail} came back: {reason}"),
    "dispatch.claimed": Action("began to send {mail}", step=True),
    "dispatch.complained": Action("learned that {mail} was reported as unwanted"),
    "dispatch.deferred": Action("learned that {mail} is delayed"),
    "dispatch.delivered": Action("learned that {mail} was delivered"),
    "dispatch.failed": Action("could not send {mail}: {reason}"),
    "dispatch.queued": Action("asked for {mail} to be sent", step=True),
    "dispatch.requeued": Action("put {mail} off: {reason}", step=True),
    "dispatch.sent": Action("sent {mail}"),
    "dispatch.skipped": Action("did not send {mail}: {reason}"),
    "dispatch.suppressed": Action("learned that {mail} was withheld: {reason}"),
    "dispatch.unknown": Action("cannot tell whether {mail} was sent: {reason}"),
    "dispatch.viewed": Action("looked at a message"),
    "dispatches.listed": Action("looked at the messages"),
    "log.entry_viewed": Action("looked at an entry of the event log"),
    "log.patient_found": Action("chose the record in a search of the event log"),
    "log.read": Action("read the event log"),
    "log.verification_asked": Action("asked for the event log to be verified"),
    "looks.read": Action("read who looked at the record"),
    "log.exported": Action("exported {count} entries of the event log"),
    "log.verified": Action("verified the event log ({kind}): {outcome}"),
    "change.applied": Action("put a change of settings into force"),
    "change.confirmed": Action("confirmed a colleague's change of settings"),
    "change.proposed": Action("proposed a change of settings"),
    "change.withdrawn": Action("withdrew a change of settings"),
    "mail.imported": Action("entered a mail that was sent while the database was away"),
    "rehearsal.began": Action("began to rehearse that {service} is down"),
    "rehearsal.ended": Action("ended a rehearsal"),
    "message_sender.changed": Action("changed whom mail comes from"),
    "patient.created": Action("opened a record"),
    "patient.updated": Action("changed the contact data"),
    "patient.viewed": Action("looked at the record"),
    "patient.found": Action("found the record in a search"),
    "patients.listed": Action("listed patients"),
    "patients.searched": Action("searched for a patient"),
    "practice.created": Action("created the practice {name}"),
    "practice.updated": Action("changed the practice's settings: {what}"),
    "practice.seeded": Action("filled the practice with demonstration data"),
    "record.viewed_as_it_was": Action("looked at how the record was at an earlier time"),
    "story.read": Action("read the story of the record"),
    "suppression.lifted": Action("let mail go to an address again ({reason})"),
    "suppression.made": Action("stopped mail to an address that {reason}"),
    "suppression.viewed": Action("looked at an address that gets no mail"),
    "schema.migrated": Action("changed the database to {revision}"),
    # Signing in, staff and recognition.
    "account.closed": Action("closed a sign-in"),
    "account.named": Action("gave a sign-in its name"),
    "account.reopened": Action("let a closed sign-in in again"),
    "invitation.accepted": Action("accepted an invitation to work here"),
    "invitation.ended": Action("withdrew an invitation"),
    "invitation.tried": Action("typed the code of an invitation"),
    "passkey.clone_suspected": Action("used a passkey that may have been copied"),
    "passkey.ended": Action("removed a passkey"),
    "passkey.enrolled": Action("added a passkey"),
    "passkey.used": Action("proved who they are with a passkey"),
    "patient.recognised": Action("was recognised as somebody who had been here"),
    "patient_access.granted": Action("was given access to a record ({relationship})", step=True),
    "recovery_code.used": Action("used up a recovery code"),
    "recovery_codes.ended": Action("lost {count} recovery codes"),
    "recovery_codes.issued": Action("was given {count} recovery codes"),
    "role.ended": Action("ended the role {role}"),
    "role.granted": Action("gave the role {role}"),
    "session.ended": Action("ended a session on the {face} ({reason})"),
    "session.started": Action("signed in on the {face} by {factor}"),
    "sign_in.refused": Action("was refused at sign-in ({reason})"),
    "staff.invited": Action("invited somebody to work here as {roles}"),
    # Money, and what vendors tell us.
    "checkout.claimed": Action("asked Stripe for a payment page", step=True),
    "checkout.expired": Action("closed a payment page that was not used"),
    "checkout.failed": Action("could not open a payment page ({code})"),
    "checkout.opened": Action("opened a payment page", step=True),
    "checkout.requested": Action("went to pay", step=True),
    "checkout.unknown": Action("got no answer about a payment page ({code})", step=True),
    "inbox.applied": Action("applied news from {source}: {kind}", step=True),
    "inbox.dead": Action("could not apply news from {source}: {why}"),
    "inbox.ignored": Action("put aside news from {source}: {why}"),
    "inbox.postponed": Action("put off news from {source}: {kind}"),
    "inbox.received": Action("received news from {source}: {kind}"),
    "inbox.retried": Action("handed back news from {source}: {kind}"),
    "inbox.viewed": Action("looked at news from {source}"),
    "inbox.found_late": Action("found {count} news of {source} that never arrived"),
    "inbox.tried": Action("looked at news from {source}: {kind}"),
    "payment.canceled": Action("ended a payment that was not made"),
    "payment.captured": Action("recorded that {amount} was paid"),
    "payment.captured_twice": Action("recorded that {amount} was paid a second time"),
    "payment.opened": Action("began to pay {amount}", step=True),
    "payment.reopened": Action("began to pay again"),
    "payload.erased": Action("erased the contents of {count} entries whose time was over"),
    "payment_setting.changed": Action("changed how payments are taken"),
    "payment.viewed": Action("looked at a payment"),
    "refund.canceled": Action("learned that the refund of {amount} was cancelled"),
    "refund.claimed": Action("asked Stripe to give money back", step=True),
    "refund.failed": Action("learned that the refund of {amount} failed"),
    "refund.pending": Action("sent {amount} back"),
    "refund.requested": Action("asked for {amount} to be given back", step=True),
    "refund.requires_action": Action("learned that the refund of {amount} needs the patient"),
    "refund.succeeded": Action("learned that {amount} was given back"),
    "refund.unknown": Action("got no answer about a refund ({code})", step=True),
}


class UnknownAction(Exception):
    """An action that is not in the registry. A defect: add it here, with its sentence."""


def check_action(name: str) -> str:
    """`name` if it is registered."""
    if name not in ACTIONS:
        raise UnknownAction(name)
    return name
