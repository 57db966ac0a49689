"""What `make run` says when everything is up: where to look and how to sign in."""

import json
import os
import sys
from typing import Any

from tools.environment import Place

WIDTH = 15


def summary(place: Place) -> str:
    """The whole text; sign-in help comes from what the demo seed wrote."""
    site, second = f"http://localhost:{place.port}", f"http://ironbound.localhost:{place.port}"
    sandbox = f"http://sandbox.localhost:{place.sandbox_port}"
    lines = [
        "",
        _strong("Bedside is up."),
        "",
        _row("Site", f"{site}/"),
        _row("Portal", f"{site}/portal/"),
        _row("Admin", f"{site}/admin/"),
        _row("Second practice", f"{second}/"),
        _row("Sandbox", f"{sandbox}/  (inbox, card terminal, clock)"),
        "",
        *_sign_in(place),
        _row("Data", str(place.data)),
        _row("Logs", str(place.logs)),
        "",
        "Ctrl-C stops everything; the data stay. `make reset` starts afresh.",
    ]
    return "\n".join(lines)


def _sign_in(place: Place) -> list[str]:
    try:
        known = json.loads(place.credentials.read_text())
    except (FileNotFoundError, ValueError):
        return []
    lines = [
        _row("As a patient", f"{person['email']}  ({person['name']}); mail: inbox")
        for person in known.get("patients", [])
    ]
    for person in known.get("staff", []):
        lines += _staff(person)
    # One way into the second practice's desk is enough to see that it is another brand.
    for person in known.get("second_staff", [])[:1]:
        lines += _staff({**person, "role": "second", "invitation_url": None})
    return [*lines, ""] if lines else []


def _staff(person: dict[str, Any]) -> list[str]:
    lines = [_row(f"As {person['role']}", f"{person['name']}, {person['email']}")]
    if person.get("invitation_url"):
        lines.append(_row("", f"to enrol a passkey, once: {person['invitation_url']}"))
        if person.get("invitation_code"):
            lines.append(_row("", f"with the code {person['invitation_code']}"))
    if person.get("recovery_codes"):
        lines.append(
            _row("", f"recovery codes, each once: {'  '.join(person['recovery_codes'][:4])}")
        )
    return lines


def _row(label: str, value: str) -> str:
    return f"  {label:<{WIDTH}}  {value}"


def _strong(text: str) -> str:
    plain = not sys.stdout.isatty() or "NO_COLOR" in os.environ
    return text if plain else f"\033[1m{text}\033[0m"
