"""Refusals as the desk says them on the phone: about the patient, not to them."""

from flask_babel import lazy_gettext as _l

from shared.booking.slots import Refusal, Rule
from shared.web.i18n import gettext as _
from shared.web.states import state_names

SENTENCES = {
    Rule.PAST: _l("That time has already passed."),
    Rule.NOTICE: _l("It is less than %(notice)s away, and patients book earlier than that."),
    Rule.HORIZON: _l("It is more than %(days)s days away."),
    Rule.STATE: _l("This visit is only for people who are in %(states)s at the time."),
    Rule.CLOSED: _l("There are no visits on that day."),
    Rule.HOLIDAY: _l("The practice is closed on that day."),
    Rule.AWAY: _l("Nobody is there at that time: a change of the hours says so."),
    Rule.HOURS: _l("It is outside the hours."),
    Rule.GRID: _l("Visits usually start at other times."),
    Rule.TAKEN: _l("That time is taken, or too close to another visit."),
    Rule.MANY: _l("The patient has several visits booked already."),
    Rule.OWN: _l("The patient already has a visit at that time."),
}


def refusal_words(refusal: Refusal) -> str:
    """Why a time is not offered."""
    values = dict(refusal.values)
    if refusal.rule is Rule.STATE:
        values["states"] = state_names(values["states"].split(", "))
    return str(SENTENCES[refusal.rule]) % values


def just_taken() -> str:
    """Somebody was quicker."""
    return _("Somebody just took that time. Nothing was changed; choose another one.")


def own_overlap() -> str:
    """The patient cannot be in two visits."""
    return _("The patient already has a visit at that time.")
