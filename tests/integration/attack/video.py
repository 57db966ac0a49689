"""Visits, rooms and consents of the world."""

import hashlib
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from shared.models.appointment import Appointment
from shared.models.consent import Consent
from shared.models.visit import LicenceOverride, VideoRoom, VideoRoomHost, Visit, VisitPresence
from shared.models.visit_company import PractitionerDelay, VisitGuest, VisitWord

if TYPE_CHECKING:
    from tests.integration.attack.world import World


def furnish_visit(world: "World", session: Session, name: str, booked: Appointment) -> None:
    """The visit of an appointment, "ana.soon.visit", with its rooms; over when that was "done"."""
    over = name.endswith("done")
    both = {"practice_id": booked.practice_id, "patient_id": booked.patient_id}
    visit = Visit(
        **both, appointment_id=booked.id, practitioner_id=booked.practitioner_id,
        status="ended" if over else "scheduled", modality="video", starts_at=booked.starts_at,
        ends_at=booked.ends_at, late_minutes=0, drops=0, created_at=booked.created_at,
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
            attempts=1, created_at=booked.created_at - timedelta(days=number),
        )  # fmt: skip
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


def _furnish_company(world: "World", session: Session, name: str, visit: Visit) -> None:
    """Somebody invited, a line for who waits, and a practitioner who is late."""
    both = {"practice_id": visit.practice_id, "patient_id": visit.patient_id}
    guest = VisitGuest(
        **both, visit_id=visit.id, kind="interpreter", made_by=visit.id, created_at=visit.starts_at,
        token_hash=hashlib.sha256(name.encode()).digest(), expires_at=visit.ends_at,
    )  # fmt: skip
    word = VisitWord(**both, visit_id=visit.id, said_by=visit.id, said_at=visit.starts_at)
    word.words = f"for {name}"
    late = PractitionerDelay(
        practice_id=visit.practice_id, practitioner_id=visit.practitioner_id, minutes=15,
        said_by=visit.id, said_at=visit.starts_at,
    )  # fmt: skip
    session.add_all([guest, word, late])
    world.call(f"{name}.guest", guest)
    session.flush()
