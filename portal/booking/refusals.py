"""A refusal in the reader's language."""

from shared.booking.slots import Refusal, Rule
from shared.web.i18n import gettext as _
from shared.web.states import state_names


def refusal_words(refusal: Refusal | None) -> str:
    """The sentence of the rule that said no; states by their names."""
    if refusal is None:
        return ""
    values = dict(refusal.values)
    if refusal.rule is Rule.STATE:
        values["states"] = state_names(values["states"].split(", "))
    return _(refusal.template, **values)
