"""Times and names as a person says them in a mail."""

from __future__ import annotations

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import phonenumbers

# What people call the zone they live in; elsewhere the city's name says it best.
ZONE_NAMES = {
    "America/Anchorage": "Alaska",
    "America/Chicago": "Central",
    "America/Denver": "Mountain",
    "America/Los_Angeles": "Pacific",
    "America/New_York": "Eastern",
    "America/Phoenix": "Arizona",
    "America/Puerto_Rico": "Atlantic",
    "Pacific/Honolulu": "Hawaii",
}

LONGEST_NAME = 60

# A name that reads as an address would turn a greeting into a link in most mail programs.
_UNFIT_FOR_NAMES = re.compile(r"[\x00-\x1f\x7f<>@:/\\\"]|\.(?=\w)|www", re.IGNORECASE)


def spoken_zone(zone: str) -> str:
    """ "Eastern" for America/New_York, "Boise" for America/Boise."""
    return ZONE_NAMES.get(zone) or zone.rpartition("/")[2].replace("_", " ")


def spoken_day(at: datetime, zone: str) -> str:
    """ "Monday 4 January 2027" in that zone."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B} {local.year}"


def spoken_time(at: datetime, zone: str) -> str:
    """ "9:30 am Eastern" in that zone."""
    local = at.astimezone(ZoneInfo(zone))
    hour = local.hour % 12 or 12
    return f"{hour}:{local:%M} {'am' if local.hour < 12 else 'pm'} {spoken_zone(zone)}"


def spoken_code(code: str) -> str:
    """Eight digits in two groups, as one reads them aloud: "4821 9037"."""
    return f"{code[:4]} {code[4:]}" if len(code) == 8 else code


def plain_name(name: str) -> str:
    """A name fit for a greeting or a sender line: one line, no markup, nothing that links."""
    return " ".join(_UNFIT_FOR_NAMES.sub(" ", name).split())[:LONGEST_NAME].strip()


def spoken_phone(number: str) -> str:
    """ "(561) 555-0132" from +15615550132; a number nobody can parse stays as it is."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return number
    national = parsed.country_code == 1
    style = phonenumbers.PhoneNumberFormat
    shape = style.NATIONAL if national else style.INTERNATIONAL
    return str(phonenumbers.format_number(parsed, shape))
