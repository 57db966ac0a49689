"""Doors to what booking itself asks: the viewer's holds and visits, as times and locked rows.

None of these shows anything to anybody, so they note no look.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from shared import clock
from shared.access.appointments import SETTLED, seen_by
from shared.access.principal import Principal
from shared.models.appointment import Appointment


def lock_live_holds(session: Session, *, viewer: Principal) -> Sequence[Appointment]:
    """What the viewer holds and has not booked, locked, oldest first."""
    if viewer.patient_id is None and viewer.visitor is None:
        return []
    return (
        session.execute(
            select(Appointment)
            .where(
                Appointment.practice_id == viewer.practice_id,
                Appointment.status == "pending",
                *seen_by(viewer),
            )
            .order_by(Appointment.id)
            .with_for_update()
            .execution_options(door=True, populate_existing=True)
        )
        .scalars()
        .all()
    )


def find_unclaimed_hold(
    session: Session, *, practice_id: UUID, appointment_id: UUID
) -> Appointment | None:
    """A time that some visitor holds, for the doorkeeper who asks whether it was this person."""
    return session.execute(
        select(Appointment)
        .where(
            Appointment.practice_id == practice_id,
            Appointment.id == appointment_id,
            Appointment.status == "pending",
            Appointment.patient_id.is_(None),
        )
        .execution_options(door=True)
    ).scalar_one_or_none()


def lock_unclaimed_hold(
    session: Session, *, practice_id: UUID, appointment_id: UUID
) -> Appointment | None:
    """A pending hold, whoever's, for the doorkeeper who carries it through a sign-in."""
    return session.execute(
        select(Appointment)
        .where(
            Appointment.practice_id == practice_id,
            Appointment.id == appointment_id,
            Appointment.status == "pending",
        )
        .with_for_update()
        .execution_options(door=True, populate_existing=True)
    ).scalar_one_or_none()


def list_holds_of(session: Session, *, practice_id: UUID, patient_id: UUID) -> list[UUID]:
    """What a patient holds and has not booked, for the doorkeeper who signs them in."""
    rows = session.execute(
        select(Appointment.id)
        .where(
            Appointment.practice_id == practice_id,
            Appointment.patient_id == patient_id,
            Appointment.status == "pending",
        )
        .order_by(Appointment.id)
        .execution_options(door=True)
    )
    return list(rows.scalars())


def count_booked_ahead(session: Session, *, practice_id: UUID, patient_id: UUID) -> int:
    """How many visits a patient has booked that are still to come."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Appointment)
            .where(
                Appointment.practice_id == practice_id,
                Appointment.patient_id == patient_id,
                Appointment.status == "booked",
                Appointment.starts_at > clock.now(),
            )
            .execution_options(door=True)
        )
        or 0
    )


def list_own_ranges(
    session: Session, *, viewer: Principal, first: datetime, until: datetime
) -> list[tuple[datetime, datetime]]:
    """When the viewer already has a visit: what a second one may not overlap."""
    if viewer.patient_id is None or not viewer.may("visits"):
        return []
    rows = session.execute(
        select(Appointment.starts_at, Appointment.ends_at)
        .where(
            Appointment.practice_id == viewer.practice_id,
            Appointment.patient_id == viewer.patient_id,
            Appointment.status.in_((*SETTLED, "fulfilled")),
            Appointment.ends_at > first,
            Appointment.starts_at < until,
        )
        .execution_options(door=True)
    )
    return [(row.starts_at, row.ends_at) for row in rows]


def list_expired_holds(session: Session, *, viewer: Principal, at: datetime) -> list[UUID]:
    """The practitioners of this practice whose time is held by holds that have run out."""
    rows = session.execute(
        select(Appointment.practitioner_id)
        .where(
            Appointment.practice_id == viewer.practice_id,
            Appointment.status == "pending",
            Appointment.hold_expires_at <= at,
        )
        .distinct()
        .order_by(Appointment.practitioner_id)
        .execution_options(door=True)
    )
    return list(rows.scalars())
