"""Visits, rooms and consents of the world."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from shared.models.appointment import Appointment
from shared.models.consent import Consent
from shared.models.visit import LicenceOverride, VideoRoom, VideoRoomHost, Visit, VisitPresence
from shared.models.visit_company import (
    PractitionerDelay,
    VisitGuest,
    VisitGuestPresence,
    VisitWord,
)
from shared.models.visit_signal import VisitSignal
from tests.integration.attack.furniture import NOW

if TYPE_CHECKING:
    from tests.integration.attack.world import World

# How long after their visit was made the rooms of each patient were gone.
HOURS_TO_GO = {name: timedelta(hours=at) for at, name in enumerate(("ana", "ben", "cleo"), 1)}
# Of visits that have nothing but themselves: state, how they take place, why by phone.
VISITS_BESIDE: dict[str, tuple[str, str, str | None]] = {
    "ana.waiting": ("in_progress", "video", None),
    "ben.waiting": ("patient_checked_in", "video", None),
    "cleo.waiting": ("patient_checked_in", "video", None),
    "ana.older": ("converted_to_phone", "phone", "no_picture"),
    "ben.older": ("ended", "phone", None),
    "cleo.older": ("no_show", "video", None),
}


def furnish_visit(world: "World", session: Session, name: str, booked: Appointment) -> None:
    """The visit of an appointment, "ana.soon.visit", with its rooms; over when that was "done"."""
    over = name.endswith("done")
    both = {"practice_id": booked.practice_id, "patient_id": booked.patient_id}
    visit = Visit(
        **both, appointment_id=booked.id, practitioner_id=booked.practitioner_id,
        status="ended" if over else "scheduled", modality="video", starts_at=booked.starts_at,
        ends_at=booked.ends_at, late_minutes=0, drops=0, created_at=booked.created_at,
        # Ben comes to the next one; nobody came to his last.
        checked_in_at=booked.starts_at if name == "ben.soon" else None,
        began_at=booked.starts_at if over and not name.startswith("ben") else None,
        ended_at=booked.ends_at if over else None,
        torn_down_at=booked.ends_at if over else None,
    )  # fmt: skip
    session.add(world.call(f"{name}.visit", visit))
    session.flush()
    # The last one made comes first: one that could not be made, one in use, one that is gone.
    for number, status in enumerate(("failed", "gone") if over else ("failed", "ready", "gone")):
        label = "room" if status == "ready" else f"room-{status}"
        room = VideoRoom(
            **both, visit_id=visit.id, status=status,
            key=f"key-{number}-" + name.replace(".", "-"), meeting_id=f"meeting-{name}.{label}",
            name=label,
            attempts=1, created_at=booked.created_at - timedelta(days=number),
        )  # fmt: skip
        if status == "gone":
            # Ben's went without ever having been ready, and Cleo's was the last of all.
            room.ready_at = None if name.startswith("ben") else booked.created_at
            room.gone_at = booked.created_at + HOURS_TO_GO[name.partition(".")[0]]
        session.add(world.call(f"{name}.{label}", room))
        session.flush()
        host = VideoRoomHost(practice_id=booked.practice_id, room_id=room.id)
        host.url = f"https://host/{name}.{label}"
        session.add(host)
    there = VisitPresence(
        practice_id=booked.practice_id, visit_id=visit.id, patient_id=booked.patient_id,
        side="practitioner" if over else "patient", place="waiting", seen_at=booked.created_at,
    )  # fmt: skip
    agreed = Consent(
        **both, kind="telehealth", version="1", text_sha256=b"\0" * 32,
        signed_at=booked.created_at, revoked_at=booked.ends_at if over else None,
    )  # fmt: skip
    session.add_all([there, world.call(f"{name}.consent", agreed)])
    if not over:
        let = LicenceOverride(
            **both, visit_id=visit.id, reason="a reason of some length", made_by=visit.id,
            created_at=booked.created_at,
        )  # fmt: skip
        session.add(let)
    session.flush()
    _furnish_company(world, session, name, visit)
    _furnish_signals(world, session, name, visit)


def furnish_visit_beside(world: "World", session: Session, name: str, booked: Appointment) -> None:
    """A visit without room or company: somebody waits or is in the call, or it went another way."""
    status, modality, why = VISITS_BESIDE[name]
    over = name.endswith("older")
    # Maya works in both practices: a visit that she has in one is not to be held from the other.
    others = {
        "ben.older": world.ids["dr-drew"],
        "cleo.waiting": world.ids["dr-drew"],
        "cleo.older": world.cast.seagrape.practitioners["maya"],
    }
    theirs = others.get(name, booked.practitioner_id)
    visit = Visit(
        practice_id=booked.practice_id, patient_id=booked.patient_id, appointment_id=booked.id,
        practitioner_id=theirs, status=status, modality=modality, conversion_reason=why,
        starts_at=booked.starts_at, ends_at=booked.ends_at, late_minutes=0, drops=2,
        checked_in_at=NOW, created_at=booked.created_at,
        # One that goes on says when it is to end.
        began_at=booked.starts_at if status in ("in_progress", "ended") else None,
        ended_at=booked.ends_at if status in ("in_progress", "ended") else None,
        torn_down_at=booked.ends_at if over else None,
    )  # fmt: skip
    session.add(world.call(f"{name}.visit", visit))
    session.flush()
    _furnish_signals(world, session, name, visit)
    if name == "cleo.older":
        _furnish_elsewhere(world, session, name, visit)


def _furnish_elsewhere(world: "World", session: Session, name: str, visit: Visit) -> None:
    """A guest's link and a room of the visit that Maya has in the other practice."""
    both = {"practice_id": visit.practice_id, "patient_id": visit.patient_id}
    guest = VisitGuest(
        **both, visit_id=visit.id, kind="family", made_by=visit.id, created_at=visit.starts_at,
        token_hash=hashlib.sha256(name.encode()).digest(), expires_at=visit.ends_at,
    )  # fmt: skip
    room = VideoRoom(
        **both, visit_id=visit.id, status="gone", key=f"key-{name.replace('.', '-')}",
        meeting_id=f"meeting-{name}.room-gone", attempts=1, created_at=visit.created_at,
    )  # fmt: skip
    session.add(world.call(f"{name}.guest", guest))
    session.add(world.call(f"{name}.room-gone", room))
    session.flush()
    host = VideoRoomHost(practice_id=visit.practice_id, room_id=room.id)
    host.url = f"https://host/{name}.room-gone"
    session.add(host)
    session.flush()


def _furnish_signals(world: "World", session: Session, name: str, visit: Visit) -> None:
    """What each side's page noticed."""
    for minutes, side, kind in ((1, "practitioner", "first_picture"), (0, "patient", "joined")):
        noticed = VisitSignal(
            practice_id=visit.practice_id, visit_id=visit.id, patient_id=visit.patient_id,
            side=side, kind=kind, reason="", browser="firefox", milliseconds=minutes * 900,
            at=visit.starts_at + timedelta(minutes=minutes),
        )  # fmt: skip
        session.add(world.call(f"{name}.signal-{kind}", noticed))


def _furnish_company(world: "World", session: Session, name: str, visit: Visit) -> None:
    """Somebody invited, a line for who waits, and a practitioner who is late."""
    both = {"practice_id": visit.practice_id, "patient_id": visit.patient_id}
    guest = VisitGuest(
        **both, visit_id=visit.id, kind="interpreter", made_by=visit.id, created_at=visit.starts_at,
        token_hash=hashlib.sha256(name.encode()).digest(), expires_at=visit.ends_at,
    )  # fmt: skip
    # Another link of the same visit, taken back; and of two lines the later one was written first.
    undone = VisitGuest(
        **both, visit_id=visit.id, kind="family", made_by=visit.id, created_at=visit.starts_at,
        token_hash=hashlib.sha256(f"{name} undone".encode()).digest(), expires_at=visit.ends_at,
        revoked_at=visit.starts_at,
    )  # fmt: skip
    for minutes, words in ((0, "then"), (-1, "first")):
        at = visit.starts_at + timedelta(minutes=minutes)
        word = VisitWord(**both, visit_id=visit.id, said_by=visit.id, said_at=at)
        word.words = f"{words} {name}"
        session.add(word)
    late = PractitionerDelay(
        practice_id=visit.practice_id, practitioner_id=visit.practitioner_id,
        minutes=15 if visit.status == "scheduled" else 25, said_by=visit.id,
        said_at=visit.starts_at,
    )  # fmt: skip
    session.add_all([guest, undone, late])
    world.call(f"{name}.guest", guest)
    world.call(f"{name}.guest-undone", undone)
    session.flush()
    for minutes, one in enumerate((guest, undone)):
        seen_at = visit.starts_at + timedelta(minutes=minutes)
        there = VisitGuestPresence(practice_id=visit.practice_id, guest_id=one.id, seen_at=seen_at)
        session.add(there)
    session.flush()
