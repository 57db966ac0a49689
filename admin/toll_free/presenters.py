"""What the form for a toll-free number asks, as far as it can be answered truthfully today.

Carriers want to see how people agree before the number may send. Where the practice does not ask
its patients yet, the kit says so: nobody may describe an agreement that is not there.
"""

from dataclasses import dataclass

from shared.practices.hosts import PracticeView
from shared.profile.texting import texts_wording
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
        Answer(
            _("Business registration number"),
            _("Your EIN. The company's name has to be the one on the letter that gave it to you."),
        ),
        Answer(_("Address"), address),
        Answer(_("Website"), site),
        Answer(_("Contact"), f"{here.email}, {phone(here.phone)}"),
        Answer(_("Privacy policy"), f"{site}/privacy"),
        Answer(_("Terms"), f"{site}/terms"),
        Answer(_("About the text messages"), f"{site}/text-messages"),
        Answer(
            _("What the number is for"),
            _(
                "%(name)s is a medical practice. The number is for notices about the reader's own"
                " visits, with nothing about health in them, and no advertising.",
                name=here.name,
            ),
        ),
        Answer(
            _("Messages a month"),
            _("At most about four for each visit of a patient who agreed. None is sent today."),
        ),
    ]


def opt_in(here: PracticeView, *, portal: str) -> list[Answer]:
    """How people agree: described where they are asked, and nowhere else."""
    if not here.asks_about_texts:
        return [
            Answer(
                _("How people agree"),
                _("Not yet: you do not ask your patients. Ask them first, then describe it."),
            )
        ]
    text = texts_wording(here)
    return [
        Answer(
            _("How people agree"),
            _(
                "Patients sign in to %(page)s. The page says who sends, what for, how many, that"
                " message and data rates may apply, and how STOP and HELP work; it links to the"
                " terms and the privacy policy. Below it is one empty box with the patient's own"
                " number. Whoever ticks it and saves has agreed. It belongs to no other form and"
                " is no condition of care. The practice keeps the number, the version of the text"
                " and the moment. The same page takes it back in one press.",
                page=f"{portal}/portal/profile/texts",
            ),
        ),
        Answer(_("The words they see"), f"{text.title}. {' '.join(text.body.split())}"),
        Answer(
            _("Pictures of the page"),
            _(
                "Take the file for the pictures, and give it to the operator: python -m"
                " tools.opt_in makes them from it, in your name and colors, with a patient who is"
                " invented. Or sign in as the patient of your rehearsal, and take them yourself."
            ),
        ),
    ]


def samples(here: PracticeView, *, portal: str) -> list[Answer]:
    """Messages as they are meant. None is sent."""
    link = f"{portal}/portal/"
    return [
        Answer(
            _("After agreeing"),
            f"{here.name}: you get texts about your visits, at most about four for each. Msg & data"
            " rates may apply. Reply HELP for help, STOP to end.",
        ),
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
