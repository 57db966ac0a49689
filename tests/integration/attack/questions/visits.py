"""Appointments and the schedule."""

from collections.abc import Iterator

from shared.access import appointments, schedule
from shared.models.appointment import Appointment
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World


def of_visits(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if world.kinds[name] != "Appointment":
            continue
        for ask in ("access_appointment", "access_visit", "access_hold"):
            yield (
                f"{ask} {name}",
                lambda s, v, i=key, a=ask: getattr(appointments, a)(s, viewer=v, appointment_id=i),
            )
        yield (
            f"access_entry {name}",
            lambda s, v, i=key: schedule.access_entry(s, viewer=v, appointment_id=i),
        )
        yield (
            f"find_cancellation {name}",
            lambda s, v, i=key: appointments.find_cancellation(
                s, viewer=v, appointment=Appointment(id=i, practice_id=v.practice_id)
            ),
        )
    yield (
        "access_appointment locked",
        lambda s, v: appointments.access_appointment(
            s, viewer=v, appointment_id=world.ids["ana.soon"], lock=True
        ),
    )
    for name, person in world.patients.items():
        yield (
            f"list_booked {name}",
            lambda s, v, i=person.id: appointments.list_booked(s, viewer=v, patient_id=i),
        )
    yield (
        "list_taken for two days",
        lambda s, v: schedule.list_taken(
            s, viewer=v, practitioner_id=next(iter(world.cast.seagrape.practitioners.values())),
            first=NOW - 10 * DAY, until=NOW + 4 * DAY,
        ),
    )  # fmt: skip
    yield "list_upcoming", lambda s, v: appointments.list_upcoming(s, viewer=v, limit=9)
    yield "list_upcoming one", lambda s, v: appointments.list_upcoming(s, viewer=v, limit=1)
    yield "list_past", lambda s, v: appointments.list_past(s, viewer=v)
    yield (
        "list_past before",
        lambda s, v: appointments.list_past(s, viewer=v, before=NOW - 10 * DAY, limit=2),
    )
    for name, person in world.cast.seagrape.practitioners.items():
        yield (
            f"list_taken {name}",
            lambda s, v, i=person: schedule.list_taken(
                s, viewer=v, practitioner_id=i, first=NOW - 10 * DAY
            ),
        )
    yield (
        "list_schedule",
        lambda s, v: schedule.list_schedule(s, viewer=v, first=NOW - 10 * DAY, until=NOW + 6 * DAY),
    )
