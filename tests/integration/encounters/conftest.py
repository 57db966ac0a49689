"""One visit under way on a Monday morning, its physician and its patient."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.booking import find_next_times, get_visit_type, hold_slot
from shared.db import open_session
from tests.encountering import Writing, begin_encounter, physician_of
from tests.people import SEEDED_AT, Cast


@pytest.fixture
def writing(app: Flask, cast: Cast) -> Iterator[Writing]:
    """An encounter in progress, nothing written yet."""
    practice = cast.seagrape
    patient, (doctor, _) = practice.patients["ana"], physician_of(practice)
    with clock.freeze(SEEDED_AT):
        with open_session(patient.viewer.context()) as session:
            kind = get_visit_type(session, practice_id=practice.id, slug="first-visit")
            free = find_next_times(session, visit_type=kind, count=1)[0]
            held = hold_slot(
                session,
                visit_type=kind,
                starts_at=free.starts_at,
                by=patient.viewer,
                time_zone="America/New_York",
            )
            appointment_id = held.id
        with open_session(doctor.context()) as session:
            row = begin_encounter(session, practice, patient, appointment_id)
    with clock.freeze(SEEDED_AT + timedelta(minutes=5)):
        yield Writing(practice, patient, doctor, row.id)
