"""Booking's tests live at a frozen time, and so does the database's own clock."""

import psycopg
import pytest

from shared import clock
from tests.people import SEEDED_AT


@pytest.fixture(autouse=True)
def monday_morning(settings):
    with psycopg.connect(settings.owner_dsn) as owner:
        owner.execute("select audit.believe_sandbox_clock(true)")
    with clock.freeze(SEEDED_AT):
        yield
