"""A crowd of patients for measuring: many rows, made in batches, logged like any other."""

import itertools
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import insert

from shared import clock, keyring
from shared.db import Context, open_session
from shared.events import act
from shared.ids import new_id
from shared.keyring import blind_index
from shared.models.patient import Patient
from shared.people.details import name_key

BATCH = 1000
GIVEN = (
    "Aaliyah Ben Camila David Elena Felix Grace Hugo Iris Jamal Keiko Liam Maria Noah Olga Priya"
    " Quentin Rosa Samuel Teresa Umar Vera William Ximena Yusuf Zoe"
).split()
FAMILY = (
    "Abbott Becker Castillo Diaz Edwards Fischer Garcia Hughes Ito Johnson Khan Lopez Murphy"
    " Nguyen Ortiz Patel Quinn Ramirez Silva Tran Ueda Vargas Walker Xu Young Zimmerman"
).split()
ELDEST = date(1934, 1, 1)


def add_crowd(context: Context, count: int) -> None:
    """Add `count` patients to the context's practice, a transaction a thousand."""
    numbers = iter(range(count))
    while batch := list(itertools.islice(numbers, BATCH)):
        with open_session(replace(context, act_id=new_id())) as session:
            act(session, "practice.seeded", target=("practice", context.practice_id))
            session.execute(insert(Patient), list(_rows(context, batch)))


def _rows(context: Context, numbers: list[int]) -> Iterator[dict[str, object]]:
    practice_id = context.practice_id
    if practice_id is None:
        raise ValueError("a crowd gathers in a practice")
    for number in numbers:
        given = GIVEN[number % len(GIVEN)]
        family = f"{FAMILY[(number // len(GIVEN)) % len(FAMILY)]} {number // 676:05d}".strip()
        email, patient_id = f"crowd{number}@patients.example", new_id()
        place = f"patient|email_ct|{patient_id}"
        yield {
            "practice_id": practice_id,
            "id": patient_id,
            # Not spoken by anyone, but unique however large the crowd.
            "reference": f"C{number:08d}",
            "given_name": given,
            "family_name": family,
            "name_key": name_key(family, given),
            "birth_date": ELDEST + timedelta(days=(number * 37) % 27_000),
            "email_ct": keyring.current().encrypt(practice_id, place, email),
            "email_bidx": blind_index(practice_id, "email", email),
            "state": "FL",
            "time_zone": "America/New_York",
            "created_at": clock.now(),
        }
