"""The one next thing, and a line about each of the other places."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from portal.appointments.presenters import Shown
from portal.dispatches.presenters import present as present_message
from shared import clock
from shared.web.formats import day, when
from shared.web.formats import money as money_words
from shared.web.i18n import gettext as _

if TYPE_CHECKING:
    from shared.access.front import Front
    from shared.booking.cancelling import Terms
    from shared.models.dispatch import Dispatch
    from shared.models.payment import Payment


@dataclass(frozen=True, slots=True)
class Next:
    """The next visit, with what to do now."""

    visit: Shown
    eyebrow: str
    todo: list[str]
    # The door is open: the one next thing is to go in.
    open: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """A place with its state in one line."""

    label: str
    state: str
    endpoint: str
    icon: str


def present_next(visit: Shown, terms: "Terms", state: str, *, is_open: bool = False) -> Next:
    """What to do now and when, in the order of time."""
    if is_open:
        todo = [_("Check in now. Trying camera and sound takes less than a minute.")]
        here = visit.status != "booked"
        return Next(visit, _("Your visit is now"), [] if here else todo, open=True)
    nearness = _days_until(visit.starts_at, visit.zone)
    if visit.status != "booked":
        return Next(visit, visit.status_words, [])
    if nearness > 1:
        todo = [_("Nothing to do now. We write to you the day before.")]
    else:
        todo = [
            _("Find a quiet place with good light, where nobody listens."),
            _("Have your medicines, or a list of them, at hand."),
        ]
        if state:
            todo.append(_("Be in %(state)s during the visit.", state=state))
    if terms.within_policy:
        until = when(terms.free_until, visit.zone)
        todo.append(_("Cannot come? Cancel until %(until)s and get your money back.", until=until))
    return Next(visit, _nearness_words(nearness), todo)


def present_ways(upcoming: Sequence[Shown], front: "Front", zone: str) -> list[Way]:
    """The other places, each with its news; without news it is not named."""
    ways = []
    if len(upcoming) > 1:
        ways.append(_later(upcoming[1:]))
    if front.told_of is not None:
        words = _("Your visit on %(day)s", day=day(front.told_of, zone))
        ways.append(Way(_("Visit summary"), words, "portal.summaries_index", "document"))
    if front.message is not None:
        ways.append(_sent(front.message, zone))
    if front.paid is not None and front.paid.paid_at is not None:
        ways.append(_paid(front.paid, front.paid.paid_at, zone))
    return ways


def _later(visits: Sequence[Shown]) -> Way:
    first = when(visits[0].starts_at, visits[0].zone)
    return Way(_("After that"), first, "portal.appointments_index", "calendar")


def _sent(message: "Dispatch", zone: str) -> Way:
    shown = present_message(message)
    words = _(
        "%(what)s, %(on)s: %(state)s", what=shown.title, on=day(shown.at, zone), state=shown.word
    )
    return Way(_("Sent to me"), words, "portal.dispatches_index", "mail")


def _paid(paid: "Payment", paid_at: datetime, zone: str) -> Way:
    amount = money_words(paid.amount_minor, paid.currency)
    words = _("%(amount)s, %(on)s", amount=amount, on=day(paid_at, zone))
    return Way(_("Last payment"), words, "portal.payments_index", "card")


def _days_until(at: datetime, zone: str) -> int:
    place = ZoneInfo(zone)
    today: date = clock.now().astimezone(place).date()
    return (at.astimezone(place).date() - today) // timedelta(days=1)


def _nearness_words(days: int) -> str:
    if days <= 0:
        return _("Your visit is today")
    if days == 1:
        return _("Your visit is tomorrow")
    return _("Your visit is in %(days)s days", days=days)
