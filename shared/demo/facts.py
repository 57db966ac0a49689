"""Who and what the demonstration consists of. All invented; telephone numbers are 555 ones."""

from dataclasses import dataclass
from datetime import date, time

from shared.practices.creation import FACES, NewPractice

SEAGRAPE = NewPractice(
    slug="seagrape",
    name="Seagrape Medical",
    legal_name="Seagrape Medical PLLC",
    tagline="A doctor who knows you, wherever you are in Florida.",
    time_zone="America/New_York",
    phone="+15615550132",
    email="hello@seagrape.example",
    address={
        "line": "40 SE 5th Street",
        "city": "Boca Raton",
        "state": "FL",
        "postal_code": "33432",
    },
    brand={
        "accent_hue": 2,
        "accent_chroma": 0.115,
        "surface_hue": 165,
        "second_hue": 160,
        "heading": "serif",
        "corners": "soft",
        "motif": "leaf",
    },
    hosts=dict.fromkeys(FACES, "localhost"),
    # One practice on its way to texts; the other has not begun.
    asks_about_texts=True,
)
IRONBOUND = NewPractice(
    slug="ironbound",
    name="Ironbound Wellness",
    legal_name="Ironbound Wellness PC",
    tagline="Unhurried care for body and mind, from Newark.",
    time_zone="America/New_York",
    phone="+19735550148",
    email="hello@ironbound.example",
    address={
        "line": "210 Ferry Street",
        "city": "Newark",
        "state": "NJ",
        "postal_code": "07105",
    },
    brand={
        "accent_hue": 256,
        "accent_chroma": 0.125,
        "surface_hue": 258,
        "second_hue": 75,
        "heading": "sans",
        "corners": "crisp",
        "motif": "rails",
    },
    hosts=dict.fromkeys(FACES, "ironbound.localhost"),
)


@dataclass(frozen=True, slots=True)
class Doctor:
    """A practitioner of the demonstration."""

    npi: str
    given_name: str
    family_name: str
    credentials: str
    biography: str


ELLISON = Doctor(
    npi="1003000126",
    given_name="Maya",
    family_name="Ellison",
    credentials="MD",
    biography="Board-certified in internal medicine. Fourteen years in hospitals and clinics taught"
    " her that most people need time more than they need tests.",
)
RIVERA = Doctor(
    npi="1104000229",
    given_name="Tomás",
    family_name="Rivera",
    credentials="DO",
    biography="Family physician from Newark who explains things twice and draws them once.",
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit type of the demonstration; times in minutes, price in cents."""

    slug: str
    name: str
    summary: str
    length: int
    price_minor: int
    states: tuple[str, ...]


VISITS = {
    "seagrape": (
        Visit(
            "first-visit",
            "First visit",
            "Fifty unhurried minutes to hear your story, look at what has been tried and agree on"
            " a plan.",
            50,
            15_000,
            ("FL",),
        ),
        Visit(
            "follow-up",
            "Follow-up visit",
            "Twenty-five minutes to see how the plan works and what to change.",
            25,
            9_500,
            ("FL",),
        ),
    ),
    "ironbound": (
        Visit(
            "consultation",
            "Consultation",
            "Forty minutes with a physician who has read what you sent before you meet.",
            40,
            18_000,
            ("NJ",),
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours on some weekdays (Monday is 0)."""

    weekdays: tuple[int, ...]
    opens: time
    closes: time


HOURS = {
    "seagrape": (
        Hours((0, 1, 2, 3, 4), time(9, 0), time(12, 30)),
        Hours((0, 1, 3), time(13, 30), time(17, 0)),
    ),
    "ironbound": (Hours((2, 4), time(13, 30), time(18, 0)), Hours((5,), time(9, 0), time(13, 0))),
}


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who works in a practice of the demonstration."""

    name: str
    email: str
    roles: tuple[str, ...]
    doctor: Doctor | None = None


STAFF = {
    "seagrape": (
        Staff("Maya Ellison", "maya@seagrape.example", ("physician", "owner"), ELLISON),
        Staff("Rosa Delgado", "rosa@seagrape.example", ("receptionist",)),
    ),
    "ironbound": (
        Staff("Tomás Rivera", "tomas@ironbound.example", ("physician", "owner"), RIVERA),
        Staff("Maya Ellison", "maya@ironbound.example", ("physician",), ELLISON),
        Staff("Jun Park", "jun@ironbound.example", ("receptionist",)),
    ),
}


@dataclass(frozen=True, slots=True)
class Person:
    """A patient of the demonstration."""

    given_name: str
    family_name: str
    birth_date: date
    email: str
    phone: str
    state: str


PATIENTS = {
    "seagrape": (
        Person("Ana", "Whitfield", date(1987, 3, 14), "ana@patients.example", "+15615550171", "FL"),
        Person("Ben", "Okafor", date(1961, 11, 2), "ben@patients.example", "+15615550172", "FL"),
        Person(
            "Carmen", "Reyes", date(1994, 6, 30), "carmen@patients.example", "+13055550173", "FL"
        ),
        Person(
            "Dale", "Sorensen", date(1952, 1, 19), "dale@patients.example", "+19545550174", "FL"
        ),
        Person("Esther", "Blum", date(1978, 9, 8), "esther@patients.example", "+15615550175", "FL"),
        Person(
            "Farid", "Haddad", date(1990, 12, 24), "farid@patients.example", "+15615550176", "FL"
        ),
    ),
    "ironbound": (
        Person(
            "Cleo", "Marchetti", date(1983, 5, 5), "cleo@patients.example", "+19735550181", "NJ"
        ),
        Person("Devon", "Price", date(1999, 8, 17), "devon@patients.example", "+19735550182", "NJ"),
    ),
}


@dataclass(frozen=True, slots=True)
class Booked:
    """A visit of the demonstration: the `nth` time that was open `days_ago` days ago."""

    given_name: str
    visit: str
    days_ago: int
    nth: int
    state: str = "FL"


BOOKINGS = {
    "seagrape": (
        Booked("Ben", "follow-up", 3, 22),
        Booked("Carmen", "first-visit", 2, 14),
        Booked("Dale", "follow-up", 2, 25),
        Booked("Esther", "first-visit", 1, 9),
        Booked("Farid", "first-visit", 1, 24),
    ),
    "ironbound": (Booked("Devon", "consultation", 2, 6, "NJ"),),
}
