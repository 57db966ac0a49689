"""What the address of the schedule asks for: days, view, person, state; links that keep it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import url_for

from admin.desk_booking.forms import read_id
from admin.schedule.presenters import read_day
from shared.web.i18n import gettext as _

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

WEEK, DAY, LIST = "week", "day", "list"
STATES = {
    "booked": ("booked",),
    "held": ("pending",),
    "here": ("checked-in", "arrived"),
    "done": ("fulfilled",),
    "missed": ("noshow",),
}
ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One state of the page."""

    view: str
    on: date
    today: date
    person: UUID | None
    state: str

    @property
    def first(self) -> date:
        """The first day shown: a week begins on Monday, a list with the day itself."""
        return self.on - self.on.weekday() * ONE if self.view == WEEK else self.on

    @property
    def days(self) -> list[date]:
        """Every day shown."""
        return [self.first + offset * ONE for offset in range(1 if self.view == DAY else 7)]

    @property
    def step(self) -> timedelta:
        """How far "earlier" and "later" go."""
        return ONE if self.view == DAY else 7 * ONE

    def href(self, **changed: Any) -> str:
        """The same page with something changed; what is usual is left out."""
        values = {
            "view": self.view if self.view != WEEK else None,
            "day": self.on.isoformat() if self.on != self.today else None,
            "with": self.person,
            "state": self.state or None,
            **changed,
        }
        return url_for("admin.schedule_index", **values)


def read_asked(args: "MultiDict[str, str]", today: date) -> Asked:
    """What is understood; the usual for everything else."""
    view = args.get("view", WEEK)
    state = args.get("state", "")
    return Asked(
        view=view if view in (WEEK, DAY, LIST) else WEEK,
        on=read_day(args.get("day"), today),
        today=today,
        person=read_id(args.get("with")),
        state=state if state in STATES else "",
    )


def state_choices() -> list[tuple[str, str]]:
    """States by their words."""
    return [
        ("", _("All states")),
        ("booked", _("Booked")),
        ("held", _("Held")),
        ("here", _("Waiting or under way")),
        ("done", _("Done")),
        ("missed", _("Missed")),
    ]
