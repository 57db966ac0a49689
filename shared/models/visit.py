"""A visit: what happens at the time of an appointment, and the room it happens in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from shared.db import Base, PracticeRow
from shared.keyring import Encrypted


class Visit(PracticeRow, Base):
    """One appointment's meeting. Its times are kept as evidence of what happened when.

    Where each side is at this moment is `visit_presence`; here stands what does not change back.
    """

    __tablename__ = "visit"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "appointment_id", name="uq_visit_appointment"),
        ForeignKeyConstraint(
            ["practice_id", "appointment_id"],
            ["appointment.practice_id", "appointment.id"],
            name="fk_visit_appointment",
        ),
        ForeignKeyConstraint(
            ["practice_id", "patient_id"],
            ["patient.practice_id", "patient.id"],
            name="fk_visit_patient",
        ),
        CheckConstraint("modality in ('video', 'phone', 'in_person')", name="modality"),
        Index(
            "ix_visit_open",
            "practice_id",
            "starts_at",
            postgresql_where=text("torn_down_at is null"),
        ),
        Index("ix_visit_patient", "practice_id", "patient_id", "starts_at"),
    )

    appointment_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    practitioner_id: Mapped[UUID] = mapped_column(ForeignKey("practitioner.id"))
    # The machine is shared.visits.states.
    status: Mapped[str]
    # How it takes place now; a video visit may end as a phone call.
    modality: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    # The state in which the patient says they are, asked at check-in.
    location_state: Mapped[str | None]
    # Why it went on by phone: see shared.visits.phone.
    conversion_reason: Mapped[str | None]
    phone = Encrypted()
    phone_ct: Mapped[bytes | None]
    # How late the practitioner says they are, in minutes.
    late_minutes: Mapped[int]
    # When the patient said the date of birth of the record, where the practice asks for it.
    identity_confirmed_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    practitioner_joined_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
    drops: Mapped[int]
    ended_at: Mapped[datetime | None]
    # The moment the vendor said that the room is gone; at once where there was none.
    torn_down_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class LicenceOverride(PracticeRow, Base):
    """A clinician let one visit go on where they hold no licence: who, and why."""

    __tablename__ = "licence_override"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "visit_id", name="uq_licence_override_visit"),
        ForeignKeyConstraint(
            ["practice_id", "visit_id"],
            ["visit.practice_id", "visit.id"],
            name="fk_licence_override_visit",
        ),
        CheckConstraint("length(reason) >= 10", name="reason"),
    )

    visit_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    reason: Mapped[str]
    made_by: Mapped[UUID]
    created_at: Mapped[datetime]


class VisitPresence(PracticeRow, Base):
    """When each side's page last spoke. Written every few seconds, so it is not logged."""

    __tablename__ = "visit_presence"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "visit_id", "side", name="uq_visit_presence_side"),
        ForeignKeyConstraint(
            ["practice_id", "visit_id"],
            ["visit.practice_id", "visit.id"],
            name="fk_visit_presence_visit",
        ),
        CheckConstraint("side in ('patient', 'practitioner')", name="side"),
        CheckConstraint("place in ('waiting', 'call')", name="place"),
    )

    visit_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    side: Mapped[str]
    # waiting: before the call. call: inside the room, as the page around it heard.
    place: Mapped[str]
    # Which of somebody's open pages spoke; ids grow with time, so the newest page counts.
    page: Mapped[UUID | None]
    seen_at: Mapped[datetime]


class VideoRoom(PracticeRow, Base):
    """A vendor's room, made for one visit and for no other. The guest's address is a secret."""

    __tablename__ = "video_room"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "key", name="uq_video_room_key"),
        ForeignKeyConstraint(
            ["practice_id", "visit_id"],
            ["visit.practice_id", "visit.id"],
            name="fk_video_room_visit",
        ),
        Index(
            "uq_video_room_open",
            "practice_id",
            "visit_id",
            unique=True,
            postgresql_where=text("status not in ('gone', 'failed')"),
        ),
        Index("ix_video_room_meeting", "practice_id", "meeting_id"),
    )

    visit_id: Mapped[UUID]
    patient_id: Mapped[UUID]
    # The machine is shared.visits.states.
    status: Mapped[str]
    # What the vendor's name of it begins with: opaque, and how we find it again.
    key: Mapped[str]
    meeting_id: Mapped[str | None]
    name: Mapped[str | None]
    guest_url = Encrypted()
    guest_url_ct: Mapped[bytes | None]
    attempts: Mapped[int]
    tried_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    ready_at: Mapped[datetime | None]
    # When the vendor said, or we knew, that it exists no more.
    gone_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class VideoRoomHost(PracticeRow, Base):
    """The host's address of a room, apart, so that no patient's transaction can read it."""

    __tablename__ = "video_room_host"
    __phi__ = True
    __table_args__ = (
        UniqueConstraint("practice_id", "room_id", name="uq_video_room_host_room"),
        ForeignKeyConstraint(
            ["practice_id", "room_id"],
            ["video_room.practice_id", "video_room.id"],
            name="fk_video_room_host_room",
        ),
    )

    room_id: Mapped[UUID]
    url = Encrypted()
    url_ct: Mapped[bytes]
