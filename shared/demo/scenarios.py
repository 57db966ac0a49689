"""What `flask seed` can fill a database with: a demo to live in, a battery of cases, a crowd."""

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from shared.auth.accounts import find_account
from shared.auth.invitations import open_invitation
from shared.auth.recovery_codes import issue_recovery_codes
from shared.config import Settings
from shared.db import Context, open_session
from shared.demo.bookings import add_bookings
from shared.demo.charts import HELD
from shared.demo.crowd import add_crowd
from shared.demo.facts import BOOKINGS, IRONBOUND, PATIENTS, SEAGRAPE, STAFF, Staff
from shared.demo.held import add_held_visits
from shared.demo.practices import furnish
from shared.models.practice import Practice
from shared.practices.creation import NewPractice, create_practice, creation_context
from shared.practices.hosts import canonical_url, find_practice_at

CREDENTIALS = "demo-credentials.json"
PRACTICES = (SEAGRAPE, IRONBOUND)


def seed_battery() -> list[Context]:
    """Both practices with their people; a practice that exists is left as it is."""
    return [context for new in PRACTICES if (context := _open_practice(new)) is not None]


def seed_demo(settings: Settings) -> None:
    """The battery, and the ways in: an invitation for the physician, recovery codes for staff."""
    contexts = seed_battery()
    if not contexts:
        return
    known: dict[str, Any] = {"patients": _patients()}
    for key, context, new in zip(("staff", "second_staff"), contexts, PRACTICES, strict=False):
        with open_session(context) as session:
            known[key] = _staff(session, settings, context, STAFF[new.slug])
    _write_private(settings.data_path / CREDENTIALS, known)
    for context, new in zip(contexts, PRACTICES, strict=True):
        if context.practice_id is not None:
            add_held_visits(settings, context.practice_id, HELD[new.slug])
            add_bookings(settings, context.practice_id, BOOKINGS[new.slug])


def seed_scale(patients: int) -> None:
    """The battery, and a crowd of `patients` in the first practice, for measuring."""
    seed_battery()
    practice = find_practice_at(host=SEAGRAPE.hosts["portal"], face="portal")
    if practice is None:
        raise LookupError("the first practice was not seeded")
    add_crowd(creation_context(practice.id), patients)


def _open_practice(new: NewPractice) -> Context | None:
    if find_practice_at(host=new.hosts["portal"], face="portal") is not None:
        return None
    context = creation_context()
    with open_session(context) as session:
        create_practice(session, new)
    context = creation_context(context.practice_id)
    with open_session(context) as session:
        furnish(session, session.scalars(select(Practice).where(Practice.slug == new.slug)).one())
    return creation_context(context.practice_id)


def _patients() -> list[dict[str, str]]:
    return [
        {"name": f"{person.given_name} {person.family_name}", "email": person.email}
        for person in PATIENTS[SEAGRAPE.slug][:1]
    ]


def _staff(
    session: Session, settings: Settings, context: Context, members: Iterable[Staff]
) -> list[dict[str, Any]]:
    practice_id = context.practice_id
    if practice_id is None:
        raise ValueError("staff belong to a practice")
    base = canonical_url(session, settings, practice_id=practice_id, face="admin")
    known: list[dict[str, Any]] = []
    for member in members:
        account = find_account(session, practice_id=practice_id, email=member.email)
        if account is None:
            continue
        entry: dict[str, Any] = {
            "role": member.roles[0],
            "name": member.name,
            "email": member.email,
            "recovery_codes": issue_recovery_codes(session, account),
        }
        if "owner" in member.roles:
            invitation = open_invitation(
                session,
                practice_id=practice_id,
                email=member.email,
                name=member.name,
                roles=member.roles,
                invited_by=None,
            )
            entry["invitation_url"] = f"{base}/admin/invitations/{invitation.token}"
            entry["invitation_code"] = invitation.code
        known.append(entry)
    return known


def _write_private(path: Path, known: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file, indent=1)
