"""Doctors and ways to reach the practice, in words."""

from dataclasses import dataclass

from shared.practices.directory import PractitionerView
from shared.practices.hosts import PracticeView
from shared.web.formats import phone
from shared.web.i18n import gettext
from shared.web.states import state_names


@dataclass(frozen=True)
class DoctorCard:
    """A practitioner for a reader."""

    name: str
    plain_name: str
    short_name: str
    specialty: str
    biography: str


def present_doctor(found: PractitionerView) -> DoctorCard:
    """Name with credentials, and the name people say."""
    plain = f"{found.given_name} {found.family_name}"
    is_doctor = found.credentials in ("MD", "DO")
    return DoctorCard(
        name=f"{plain}, {found.credentials}" if found.credentials else plain,
        plain_name=plain,
        short_name=f"Dr. {found.family_name}" if is_doctor else found.given_name,
        specialty=found.specialty,
        biography=found.biography,
    )


def present_contact(practice: PracticeView) -> list[tuple[str, str, str | None]]:
    """Phone, e-mail, post: name, text and, where one can follow it, the link."""
    address = practice.address
    place = f"{address['city']}, {state_names([address['state']])} {address['postal_code']}"
    return [
        (gettext("Phone"), phone(practice.phone), f"tel:{practice.phone}"),
        (gettext("E-mail"), practice.email, f"mailto:{practice.email}"),
        (gettext("Post"), f"{address['line']}, {place}", None),
        (gettext("Practice"), practice.legal_name, None),
    ]
