"""What the first page says: headline, offers, the next open times, the doctors."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marketing.about.presenters import DoctorCard, present_doctor
from marketing.visits.presenters import Offer, OpenTimes, present_offer, present_times
from shared.booking.errors import OpenTime
from shared.practices.directory import PractitionerView
from shared.practices.hosts import PracticeView
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.models.visit_type import VisitType


@dataclass(frozen=True)
class Home:
    """The first page's facts."""

    tagline: str
    states: str
    offers: list[Offer]
    times: OpenTimes | None
    doctors: list[DoctorCard]


def present_home(
    practice: PracticeView,
    visit_types: Sequence["VisitType"],
    times: Sequence[OpenTime],
    doctors: Sequence[PractitionerView],
) -> Home:
    """Everything the template shows, already in words."""
    offers = [present_offer(each) for each in visit_types]
    licensed = sorted({state for each in visit_types for state in each.states})
    return Home(
        tagline=practice.tagline.rstrip("."),
        states=state_names(licensed),
        offers=offers,
        times=present_times(offers[0], times, practice.time_zone) if offers else None,
        doctors=[present_doctor(each) for each in doctors],
    )
