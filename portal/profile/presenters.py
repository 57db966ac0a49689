"""The profile in the patient's words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from portal.profile.forms import named
from shared.preferences import Choices, Quiet, code_of
from shared.web.formats import day, phone, zone_name
from shared.web.i18n import gettext as _
from shared.web.states import state_names

if TYPE_CHECKING:
    from shared.models.patient import Patient

# What is offered to somebody who has not chosen hours yet.
USUAL_NIGHT = Quiet(time(21, 0), time(7, 0))


@dataclass(frozen=True, slots=True)
class Known:
    """What the practice knows of somebody: what they may change, and what they may not."""

    called: str
    contact: list[tuple[str, str | None]]
    legal: list[tuple[str, str]]
    email: str


def present(patient: "Patient", email: str) -> Known:
    """A record's contact data; what is missing is None, and the page says so."""
    return Known(
        called=patient.called,
        contact=[
            (_("We call you"), patient.called),
            (_("Phone"), phone(patient.phone) or None),
            (_("Postal address"), patient.address or None),
            (_("State you live in"), state_names([patient.state])),
            (_("Time zone"), zone_name(patient.time_zone)),
        ],
        legal=[
            (_("Legal name"), patient.full_name),
            (_("Date of birth"), day(patient.birth_date, weekday=False)),
            (_("Patient number"), patient.reference),
        ],
        email=email,
    )


def wishes_data(choices: Choices) -> dict[str, object]:
    """The choices as a form shows them."""
    quiet = choices.quiet or USUAL_NIGHT
    return {
        "reminder": code_of("reminder") in choices.wanted,
        "receipt": code_of("receipt") in choices.wanted,
        "news": code_of("news") in choices.wanted,
        "quiet": choices.quiet is not None,
        "quiet_from": f"{quiet.starts:%H:%M}",
        "quiet_until": f"{quiet.ends:%H:%M}",
        "language": choices.language or "",
    }


def only_language(languages: Sequence[str]) -> str | None:
    """The one language there is, in its own words; None where there is a choice."""
    return named(list(languages))[0][1] if len(languages) == 1 else None
