"""The closed registry of everything the event log can say, one line an action, and its sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Action:
    """`sentence` is a template over the details of the act, told with the actor as its subject."""

    sentence: str


ACTIONS: dict[str, Action] = {
    "account.created": Action("made a sign-in"),
    "account.viewed": Action("looked at a sign-in"),
    "appointment.viewed": Action("looked at an appointment"),
    "dispatch.bounced": Action("learned that {mail} came back: {reason}"),
    "dispatch.claimed": Action("began to send {mail}"),
    "dispatch.complained": Action("learned that {mail} was reported as unwanted"),
    "dispatch.deferred": Action("learned that {mail} is delayed"),
    "dispatch.delivered": Action("learned that {mail} was delivered"),
    "dispatch.failed": Action("could not send {mail}: {reason}"),
    "dispatch.queued": Action("asked for {mail} to be sent"),
    "dispatch.requeued": Action("put {mail} off: {reason}"),
    "dispatch.sent": Action("sent {mail}"),
    "dispatch.skipped": Action("did not send {mail}: {reason}"),
    "dispatch.suppressed": Action("learned that {mail} was withheld: {reason}"),
    "dispatch.unknown": Action("cannot tell whether {mail} was sent: {reason}"),
    "dispatch.viewed": Action("looked at a message"),
    "dispatches.listed": Action("looked at the messages"),
    "message_sender.changed": Action("changed whom mail comes from"),
    "patient.created": Action("opened a record"),
    "patient.updated": Action("changed the contact data"),
    "patient.viewed": Action("looked at the record"),
    "patients.listed": Action("listed patients"),
    "practice.created": Action("created the practice {name}"),
    "practice.updated": Action("changed the practice's settings: {what}"),
    "practice.seeded": Action("filled the practice with demonstration data"),
    "schema.migrated": Action("changed the database to {revision}"),
    # Signing in, staff and recognition.
    "account.named": Action("gave a sign-in its name"),
    "invitation.accepted": Action("accepted an invitation to work here"),
    "invitation.ended": Action("withdrew an invitation"),
    "invitation.tried": Action("typed the code of an invitation"),
    "passkey.clone_suspected": Action("used a passkey that may have been copied"),
    "passkey.enrolled": Action("added a passkey"),
    "passkey.used": Action("proved who they are with a passkey"),
    "patient.recognised": Action("was recognised as somebody who had been here"),
    "patient_access.granted": Action("was given access to a record ({relationship})"),
    "recovery_code.used": Action("used up a recovery code"),
    "recovery_codes.issued": Action("was given {count} recovery codes"),
    "role.ended": Action("ended the role {role}"),
    "role.granted": Action("gave the role {role}"),
    "session.ended": Action("ended a session on the {face} ({reason})"),
    "session.started": Action("signed in on the {face} by {factor}"),
    "sign_in.refused": Action("was refused at sign-in ({reason})"),
    "staff.invited": Action("invited somebody to work here as {roles}"),
}


class UnknownAction(Exception):
    """An action that is not in the registry. A defect: add it here, with its sentence."""


def check_action(name: str) -> str:
    """`name` if it is registered."""
    if name not in ACTIONS:
        raise UnknownAction(name)
    return name
