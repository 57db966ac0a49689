"""What the form for a toll-free number asks, answered for this practice.

The answers say what the program will do and no more: texts hold a first name, a time, the
practice's name and a link, never a reason for a visit.
"""

from dataclasses import dataclass

from shared.practices.hosts import PracticeView
from shared.web.formats import phone
from shared.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the form, and what to write."""

    question: str
    text: str


def answers(here: PracticeView, *, site: str, portal: str, mails: int) -> list[Answer]:
    """In the order of the form."""
    where = here.address
    address = f"{where['line']}, {where['city']}, {where['state']} {where['postal_code']}"
    return [
        Answer(_("Company"), here.legal_name),
        Answer(_("Address"), address),
        Answer(_("Website"), site),
        Answer(_("Contact"), f"{here.email}, {phone(here.phone)}"),
        Answer(_("Use case"), _("Two-factor sign-in, and notices about the reader's own visits.")),
        Answer(
            _("What the messages are for"),
            _(
                "%(name)s is a medical practice. Patients who asked for it get a text before their"
                " visit, when a visit moves, and when a message waits in the portal. Staff get a"
                " code to sign in. There is no advertising, and nothing about health in a text.",
                name=here.name,
            ),
        ),
        Answer(
            _("How people agree"),
            _(
                "In the patient portal, behind a sign-in, the patient types their mobile number,"
                " proves it with a code, and ticks a box that is not ticked before: “Send me texts"
                " about my visits. Message and data rates may apply. About 4 messages a month."
                " Reply STOP to end, HELP for help.” Agreeing is no condition of care."
            ),
        ),
        Answer(_("Page of the agreement"), f"{portal}/portal/profile"),
        Answer(_("Privacy policy"), f"{site}/privacy"),
        Answer(_("Terms"), f"{site}/terms"),
        Answer(_("Messages a month"), str(mails)),
    ]


def samples(here: PracticeView, *, portal: str) -> list[Answer]:
    """Messages as they will be sent."""
    link = f"{portal}/portal/"
    return [
        Answer(
            _("Before a visit"),
            f"{here.name}: Nora, you have a visit tomorrow at 9:30 am Eastern. Details: {link}"
            " Reply STOP to end.",
        ),
        Answer(
            _("A visit moved"),
            f"{here.name}: Nora, your visit has a new time. See it here: {link} Reply STOP to end.",
        ),
        Answer(
            _("A code"), f"{here.name}: 4821 7730 is your sign-in code. Nobody will ask you for it."
        ),
        Answer(
            _("Answer to HELP"),
            f"{here.name}: texts about your visits. Call {phone(here.phone)}. Reply STOP to end.",
        ),
        Answer(
            _("Answer to STOP"), f"{here.name}: you get no more texts from us. Reply START to undo."
        ),
    ]
