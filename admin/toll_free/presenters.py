"""What the form for a toll-free number asks, as far as it can be answered truthfully today.

This version sends no texts, and nobody is asked to agree to any. The kit says so: carriers refuse
an application whose pictures show no agreement, and nobody may describe one that is not there.
"""

from dataclasses import dataclass

from shared.practices.hosts import PracticeView
from shared.web.formats import phone
from shared.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Answer:
    """A question of the form, and what to write; or why nothing can be written yet."""

    question: str
    text: str


def answers(here: PracticeView, *, site: str) -> list[Answer]:
    """What is true today, in the order of the form."""
    where = here.address
    address = f"{where['line']}, {where['city']}, {where['state']} {where['postal_code']}"
    return [
        Answer(_("Company"), here.legal_name),
        Answer(_("Address"), address),
        Answer(_("Website"), site),
        Answer(_("Contact"), f"{here.email}, {phone(here.phone)}"),
        Answer(_("Privacy policy"), f"{site}/privacy"),
        Answer(_("Terms"), f"{site}/terms"),
        Answer(
            _("What the number is for"),
            _(
                "%(name)s is a medical practice. The number is for notices about the reader's own"
                " visits, with nothing about health in them, and no advertising.",
                name=here.name,
            ),
        ),
    ]


def gaps(*, portal: str) -> list[Answer]:
    """What the form asks as well, and what has to be there first."""
    return [
        Answer(
            _("How people agree"),
            _(
                "Not yet. This version sends no texts, and no page asks anybody to agree to them."
                " What patients choose today are their e-mails and quiet hours, signed in, at"
                " %(page)s. The choice for texts will stand on that page once texts are sent.",
                page=f"{portal}/portal/profile/messages",
            ),
        ),
        Answer(
            _("Pictures of the agreement"),
            _("Not yet: there is nothing to show. A picture of another page would be refused."),
        ),
        Answer(
            _("Messages a month"), _("None today. Estimate it from your visits when you apply.")
        ),
    ]


def drafts(here: PracticeView, *, portal: str) -> list[Answer]:
    """Messages as they are meant. None is sent."""
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
            _("Answer to HELP"),
            f"{here.name}: texts about your visits. Call {phone(here.phone)}. Reply STOP to end.",
        ),
        Answer(
            _("Answer to STOP"), f"{here.name}: you get no more texts from us. Reply START to undo."
        ),
    ]
