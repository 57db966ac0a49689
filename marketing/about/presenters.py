"""Doctors in words."""

from dataclasses import dataclass

from marketing.library.schema import AboutPage, DoctorProfile
from shared.practices.directory import PractitionerView


@dataclass(frozen=True)
class DoctorCard:
    """A practitioner for a reader; `profile` is what the texts add."""

    name: str
    plain_name: str
    short_name: str
    specialty: str
    biography: str
    profile: DoctorProfile | None = None


def present_doctor(found: PractitionerView, about: AboutPage | None = None) -> DoctorCard:
    """Name with credentials, and the name people say."""
    plain = f"{found.given_name} {found.family_name}"
    is_doctor = found.credentials in ("MD", "DO")
    profiles = about.doctors if about is not None else ()
    return DoctorCard(
        name=f"{plain}, {found.credentials}" if found.credentials else plain,
        plain_name=plain,
        short_name=f"Dr. {found.family_name}" if is_doctor else found.given_name,
        specialty=found.specialty,
        biography=found.biography,
        profile=next((each for each in profiles if each.family_name == found.family_name), None),
    )
