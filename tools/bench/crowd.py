"""A crowd in a throw-away database: patients with seven visits each, straight in by COPY.

Written as the server's administrator with triggers off and indexes made afterwards; nothing here
is a way to bring data into a real practice. What a page reads is as it would be: name keys, blind
indexes, ciphertexts under the practice's own key, busy times, one event for each visit.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg

from shared import keyring
from shared.demo.crowd import FAMILY, GIVEN
from shared.people.details import name_key
from tools.bench.bare_tables import Admin, bare_tables, tidy
from tools.bench.bulk import Ids, in_bulk

VISITS_EACH = 7
VISITS_A_DAY = 16
YEARS = 3
ZONE = "America/New_York"
ROWS = ("patient", "account", "patient_access", "appointment", "busy_time")
LOG = ("audit.event", "audit.payload")
# Five visits of seven took place.
STATUSES = ("fulfilled", "fulfilled", "cancelled", "fulfilled", "fulfilled", "noshow", "fulfilled")
ELDEST = date(1934, 1, 1)
EMPTY_BODY = '{"visit": "First visit", "when": "a day in the past"}'


@dataclass(frozen=True)
class Ground:
    """Where the crowd gathers: a practice, its physician and a kind of visit."""

    practice_id: UUID
    practitioner_id: UUID
    visit_type_id: UUID


PATIENTS, ACCOUNTS, ACCESSES, VISITS, EVENTS, PEOPLE = (Ids(stream) for stream in range(6))


def gather(admin_dsn: str, ground: Ground, patients: int, *, events: bool = True) -> None:
    """Add the crowd and bring the planner's statistics up to date.

    Its events stand in no chain; without `events` the log knows nothing of the crowd.
    """
    started = time.monotonic()
    # The log keeps its triggers where the crowd leaves it alone: others may be at work.
    tables = ROWS + LOG if events else ROWS
    with psycopg.connect(admin_dsn, autocommit=True) as admin:
        admin.execute("set maintenance_work_mem = '1GB'")
        admin.execute("set synchronous_commit = off")
        with bare_tables(admin, tables):
            people = add_practitioners(admin, patients)
            add_patients(admin, ground, patients)
            add_visits(admin, ground, patients, people, events=events)
        tidy(admin, tables)
    print(f"{patients:>7} patients in {time.monotonic() - started:.0f} s", flush=True)


def add_practitioners(admin: Admin, patients: int) -> int:
    """Enough colleagues, now gone, for all the visits of three years; returns how many."""
    wanted = max(1, round(patients * VISITS_EACH / (VISITS_A_DAY * 365 * YEARS)))
    admin.execute("alter table practitioner disable trigger all")
    admin.execute(
        "insert into practitioner (id, given_name, family_name, credentials, biography, created_at)"
        " select id, 'Former', 'Colleague', 'MD', '', now() from unnest(%s::uuid[]) as ids (id)",
        ([PEOPLE.at(number) for number in range(wanted)],),
    )
    admin.execute("alter table practitioner enable trigger all")
    return wanted


def family_of(number: int) -> str:
    """A family name, with a number because there are more people than names."""
    return f"{FAMILY[(number // len(GIVEN)) % len(FAMILY)]} {number // 676:05d}"


def phone_of(number: int) -> str:
    """Everybody's own, in E.164."""
    return f"+1561{2_000_000 + number}"


def born_on(number: int) -> date:
    """Some thirty share a birthday when there are 750 000."""
    return ELDEST + timedelta(days=number * 37 % 27_000)


def add_patients(admin: Admin, ground: Ground, patients: int) -> None:
    """Records, sign-ins, and which belongs to which."""
    ring, home, made = keyring.current(), ground.practice_id, datetime.now(UTC)
    with in_bulk(
        admin,
        "copy patient (practice_id, id, reference, given_name, family_name, name_key, birth_date,"
        " email_ct, email_bidx, phone_ct, phone_bidx, phone_tail_bidx, state, time_zone,"
        " created_at) from stdin",
    ) as out:
        for number in range(patients):
            row = PATIENTS.at(number)
            given, family = GIVEN[number % len(GIVEN)], family_of(number)
            email = ring.encrypt(home, f"patient|email_ct|{row}", f"crowd{number}@patients.example")
            called = phone_of(number)
            phone = ring.encrypt(home, f"patient|phone_ct|{row}", called)
            known = ring.blind_index(home, "phone", called).hex()
            tail = ring.blind_index(home, "phone_tail", called[-4:]).hex()
            out.write(
                f"{home}\t{row}\tC{number:08d}\t{given}\t{family}\t{name_key(family, given)}\t"
                f"{born_on(number)}\t\\\\x{email.hex()}\t\\\\x{os.urandom(16).hex()}\t"
                f"\\\\x{phone.hex()}\t\\\\x{known}\t\\\\x{tail}\t"
                f"FL\t{ZONE}\t{made}\n"
            )
    with in_bulk(
        admin,
        "copy account (practice_id, id, email_ct, email_bidx, user_handle, created_at) from stdin",
    ) as out:
        for number in range(patients):
            row = ACCOUNTS.at(number)
            email = ring.encrypt(home, f"account|email_ct|{row}", f"crowd{number}@patients.example")
            out.write(
                f"{home}\t{row}\t\\\\x{email.hex()}\t\\\\x{os.urandom(16).hex()}\t"
                f"\\\\x{os.urandom(32).hex()}\t{made}\n"
            )
    with in_bulk(
        admin,
        "copy patient_access (practice_id, id, account_id, patient_id, relationship, scopes,"
        " created_at) from stdin",
    ) as out:
        for number in range(patients):
            out.write(
                f"{home}\t{ACCESSES.words(number)}\t{ACCOUNTS.words(number)}\t"
                f"{PATIENTS.words(number)}\t"
                f"self\t{{}}\t{made}\n"
            )


# Number, patient, practitioner, status, start and end of a visit.
Booked = tuple[int, str, str, str, str, str]


def add_visits(admin: Admin, ground: Ground, patients: int, people: int, *, events: bool) -> None:
    """The past, back from yesterday: each practitioner sixteen half hours a day, and its events."""
    colleagues = [PEOPLE.words(number) for number in range(people)]
    today = datetime.now(UTC).replace(hour=14, minute=0, second=0, microsecond=0)
    slots = people * VISITS_A_DAY
    days = -(-patients * VISITS_EACH // slots)
    first = today - timedelta(days=days)
    half_hours = [timedelta(minutes=30 * slot) for slot in range(VISITS_A_DAY + 1)]
    times = [[f"{first + timedelta(day) + late}" for late in half_hours] for day in range(days)]

    def each() -> Iterator[Booked]:
        for number in range(patients * VISITS_EACH):
            day, rest = divmod(number, slots)
            slot, person = divmod(rest, people)
            who, turn = number % patients, number // patients
            starts, ends = times[day][slot], times[day][slot + 1]
            yield (
                number,
                PATIENTS.words(who),
                colleagues[person],
                STATUSES[(turn + who) % len(STATUSES)],
                starts,
                ends,
            )

    home, kind = ground.practice_id, ground.visit_type_id
    with in_bulk(
        admin,
        "copy appointment (practice_id, id, reference, status, patient_id, practitioner_id,"
        " visit_type_id, during, starts_at, ends_at, occupied, time_zone, wall_clock,"
        " patient_time_zone, state, modality, price_minor, currency, booked_at, sequence,"
        " created_at) from stdin",
    ) as out:
        for number, patient, person, status, starts, ends in each():
            span = f'["{starts}","{ends}")'
            out.write(
                f"{home}\t{VISITS.words(number)}\tA{number:08d}\t{status}\t{patient}\t{person}\t"
                f"{kind}\t{span}\t{starts}\t{ends}\t{span}\t{ZONE}\t{starts[:19]}\t{ZONE}\tFL\t"
                f"video\t15000\tusd\t{starts}\t0\t{starts}\n"
            )
    with in_bulk(
        admin,
        "copy busy_time (appointment_id, practitioner_id, starts_at, ends_at) from stdin",
    ) as out:
        for number, _, person, status, starts, ends in each():
            if status == "fulfilled":
                out.write(f"{VISITS.words(number)}\t{person}\t{starts}\t{ends}\n")
    if events:
        _add_events(admin, home, each)


def _add_events(admin: Admin, home: UUID, each: Callable[[], Iterator[Booked]]) -> None:
    """One act a visit, with its payload."""
    with in_bulk(
        admin,
        "copy audit.event (id, practice_id, act_id, kind, at, actor_kind, db_role, action,"
        " target_type, target_id, patient_id, schema_revision, payload_hash) from stdin",
    ) as out:
        for number, patient, _, _, starts, _ in each():
            row = EVENTS.words(number)
            out.write(
                f"{row}\t{home}\t{row}\tact\t{starts}\tpatient\tbedside_patient\t"
                f"appointment.booked\tappointment\t{VISITS.words(number)}\t{patient}\t0007\t\\\\x00\n"
            )
    salt = f"\\\\x{os.urandom(32).hex()}"
    with in_bulk(
        admin,
        "copy audit.payload (event_id, practice_id, patient_id, kind, retention, salt, body)"
        " from stdin",
    ) as out:
        for number, patient, *_ in each():
            out.write(
                f"{EVENTS.words(number)}\t{home}\t{patient}\tact\tsecurity\t{salt}\t{EMPTY_BODY}\n"
            )
