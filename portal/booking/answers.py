"""Why a time is not offered, in the reader's words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from portal.booking.presenters import Choice, Reader, time_label
from portal.booking.reading import read_time
from portal.booking.refusals import refusal_words
from shared.booking.slots import SENTENCES, Refusal, Rule
from shared.booking.zones import exists, instant, readings, zone
from shared.web.i18n import gettext as _


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of "why not 9:30?": a refusal in words, or the time to take."""

    asked: str
    words: str
    choice: Choice | None = None


def answer_why(
    asked: str, on: date, reader: Reader, why_not: Callable[[datetime], Refusal | None]
) -> Answer:
    """Why a time of that day is not offered; of a repeated hour, the first that is."""
    at = read_time(asked)
    if at is None:
        return Answer(asked, _(SENTENCES[Rule.UNREADABLE]))
    where = zone(reader.zone)
    if not exists(on, at, where):
        return Answer(asked, _(SENTENCES[Rule.SKIPPED]))
    for moment in readings(on, at, where):
        refusal = why_not(moment)
        if refusal is None:
            free = Choice(moment.isoformat(), time_label(moment, reader.zone), "", "")
            return Answer(asked, _("That time is open."), free)
    refusal = why_not(instant(on, at, where))
    return Answer(asked, refusal_words(refusal))
