"""What each kind of text must say about itself: the front matter, checked field by field."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from shared.web.states import NAMES

SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
# A path of ours: no scheme, no host, no way up.
LOCAL = r"^/([A-Za-z0-9._~#?=&-][A-Za-z0-9._~/#?=&-]*)?$"

Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=160)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1200)]
Slug = Annotated[str, StringConstraints(pattern=SLUG, max_length=60)]
LocalPath = Annotated[str, StringConstraints(pattern=LOCAL, max_length=200)]


class Checked(BaseModel):
    """Nothing unknown, nothing that changes after it was checked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Question(Checked):
    """A question people ask, and its answer as Markdown."""

    question: Line
    answer: Text
    topic: Line = "Before you book"


class Point(Checked):
    """A few words under a drawing."""

    title: Line
    text: Text
    icon: Slug = "check"


class Page(Checked):
    """Every page: what a search result shows, and what stands on top."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=65)]
    description: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=40, max_length=170)
    ]
    heading: Line | None = None
    lead: Text | None = None
    updated: date | None = None
    questions: tuple[Question, ...] = ()


class HomePage(Page):
    """The first page; its body is a letter from the doctor."""

    heading: Line
    lead: Text
    eyebrow: Line | None = None
    promises: tuple[Point, ...] = Field(default=(), max_length=4)
    concerns_title: Line | None = None
    concerns: tuple[Line, ...] = ()
    quote: Text | None = None
    quote_by: Line | None = None
    closing_title: Line | None = None
    closing: Text | None = None


class StepsPage(Page):
    """A way in numbered steps; its body says the rest."""

    steps: tuple[Point, ...] = Field(default=(), max_length=8)


class PricingPage(Page):
    """What is in the price, and what is not."""

    included: tuple[Line, ...] = ()
    not_included: tuple[Line, ...] = ()


class Credential(Checked):
    """A line of a career."""

    label: Line
    text: Line


class DoctorProfile(Checked):
    """What the database does not say of a doctor."""

    family_name: Line
    career: tuple[Credential, ...] = ()
    approach: tuple[Point, ...] = ()


class AboutPage(Page):
    """The people; the body is in the doctor's own voice."""

    quote: Text | None = None
    doctors: tuple[DoctorProfile, ...] = ()


class Offer(Checked):
    """What a visit costs, for the hours in which the database cannot be asked."""

    name: Line
    summary: Text
    minutes: int = Field(ge=5, le=480)
    price_minor: int = Field(ge=0)
    currency: str = Field(default="usd", pattern="^[a-z]{3}$")
    states: tuple[str, ...]
    modality: Literal["video", "phone", "in_person"] = "video"
    cancel_window_hours: int = Field(default=24, ge=0)
    position: int = 0

    @field_validator("states")
    @classmethod
    def known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """Two-letter codes of states."""
        return check_states(value)


class VisitPage(Page):
    """More about one kind of visit than its summary."""

    good_for: tuple[Line, ...] = ()
    not_for: tuple[Line, ...] = ()
    steps: tuple[Point, ...] = ()
    offer: Offer | None = None


class Nearby(Checked):
    """Where to go for what a camera cannot do."""

    name: Line
    text: Text


class PlacePage(Page):
    """A city or a state in which the practice may see people."""

    kind: Literal["city", "state"]
    name: Line
    state: str
    position: int = 0
    points: tuple[Point, ...] = ()
    nearby_title: Line | None = None
    nearby: tuple[Nearby, ...] = ()

    @field_validator("state")
    @classmethod
    def known(cls, value: str) -> str:
        """The two-letter code of a state."""
        return check_states((value,))[0]


class Article(Page):
    """Something to read; its body is the article."""

    published: date
    author: Line
    topic: Line
    sources: tuple[Credential, ...] = ()


class Known(Checked):
    """The practice's public facts, for a server that has never reached its database."""

    name: Line
    legal_name: Line
    tagline: Line
    time_zone: Line
    phone: str = Field(pattern=r"^\+[0-9]{8,15}$")
    email: str = Field(pattern=r"^[^@\s<>\"]+@[^@\s<>\"]+$", max_length=120)
    line: Line
    city: Line
    state: str = Field(pattern="^[A-Z]{2}$")
    postal_code: str = Field(pattern="^[0-9]{5}$")
    hosts: tuple[str, ...] = ()
    brand: dict[str, str | int | float] = {}


class Moved(Checked):
    """An address that people still have, and where it went: one of our own pages."""

    path: LocalPath = Field(alias="from")
    to: LocalPath


class Gone(Checked):
    """A page that was taken away on purpose, and what to read instead."""

    path: LocalPath
    title: Line
    reason: Text
    instead: tuple[LocalPath, ...] = ()


def check_states(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The same codes; ValueError for one that is no state."""
    unknown = [code for code in codes if code not in NAMES]
    if unknown:
        raise ValueError(f"no such state: {', '.join(unknown)}")
    return codes
