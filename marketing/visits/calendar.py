"""The next open times of a visit, asked of the real calendar."""

from functools import partial
from typing import TYPE_CHECKING

from flask import g

from marketing.facts.practice import Facts, VisitFacts
from marketing.visits.presenters import OpenTimes, present_times
from shared.booking.errors import OpenTime
from shared.booking.times import find_next_times
from shared.web.last_known import ask_live

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

TIMES_ASKED = 60


def next_times(known: Facts, visit: VisitFacts, origin: str) -> OpenTimes:
    """The first openings, or an honest "cannot say" while the database is away.

    None before the practice is open: nobody could take them.
    """
    if not known.practice.is_open:
        return present_times(visit, [], origin)
    found = ask_live(partial(_find, visit.slug)) if known.live else None
    return present_times(visit, found, origin)


def _find(slug: str, session: "Session") -> list[OpenTime]:
    return find_next_times(session, visit_type=g.visit_rows[slug], count=TIMES_ASKED)
