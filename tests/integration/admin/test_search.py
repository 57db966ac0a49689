"""Finding one of many by any part of a name, and by what people say of themselves."""

from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from shared.access.patient_search import MOST, Matches, search_patients
from shared.access.principal import Role
from shared.db import open_session
from shared.events import act, pending_looks
from shared.keyring import blind_index
from shared.models.patient import Patient
from shared.people import PersonDetails, create_patient, name_key
from tests.people import Cast, PracticeOf

NAMES = (
    ("María del Carmen", "García Márquez"),
    ("Seán", "O'Brien-Keogh"),
    ("Wei", "Ng"),
    ("רחל", "כהן"),
    ("🙂 Sunny", "Day"),
    ("Suharto", ""),
)
MARIA, SEAN = "María del Carmen García Márquez", "Seán O'Brien-Keogh"
CURLY = "O\N{RIGHT SINGLE QUOTATION MARK}Brien"


@pytest.fixture
def practice(app: Flask, cast: Cast) -> PracticeOf:
    """The practice with people whose names are not two plain words."""
    with app.app_context(), open_session(cast.seagrape.context()) as session:
        for number, (given, family) in enumerate(NAMES):
            patient = create_patient(
                session,
                practice_id=cast.seagrape.id,
                email=f"many{number}@patients.example",
                details=PersonDetails(
                    given, family, date(1970, 2, 3), f"+1561555{2000 + number}", "FL", "UTC"
                ),
            )
            if given == "Wei":
                patient.preferred_name = "Chloé"
                act(session, "patient.updated", target=patient, patient_id=patient.id)
    return cast.seagrape


def find(practice: PracticeOf, typed: str, limit: int = MOST) -> Matches:
    rosa = practice.staff["rosa"].acting(Role.RECEPTIONIST)
    with open_session(rosa.context()) as session:
        return search_patients(
            session, viewer=rosa, text=typed, name_key=name_key(typed), limit=limit
        )


def names(found: Matches) -> list[str]:
    return [f"{one.given_name} {one.family_name}".strip() for one in found.patients]


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        *((typed, MARIA) for typed in ("garc", "MARQ", "carmen g", "del c")),
        *((typed, MARIA) for typed in ("maria garcia", "marquez maria", "garcia carmen")),
        *((typed, SEAN) for typed in ("obr", "o'brien", CURLY, "keo", "sean o")),
        *((typed, "Wei Ng") for typed in ("ng", "Wei", "chloe", "(561) 555-2002", "2002")),
        ("רחל", "רחל כהן"),
        ("כהן", "רחל כהן"),
        ("sunny", "🙂 Sunny Day"),
        ("suha", "Suharto"),
        ("many1@PATIENTS.example", SEAN),
    ],
)
def test_somebody_is_found_by_any_part(practice: PracticeOf, typed: str, name: str) -> None:
    assert names(find(practice, typed)) == [name]


@pytest.mark.parametrize("typed", ["2/3/1970", "02-03-1970", "Feb 3 1970", "1970-02-03"])
def test_all_born_on_a_day_are_found(practice: PracticeOf, typed: str) -> None:
    assert len(find(practice, typed).patients) == len(NAMES)


def test_a_reference_finds_the_patient_in_any_case(practice: PracticeOf) -> None:
    reference = find(practice, "suharto").patients[0].reference
    for typed in (reference, reference.lower(), reference.replace("-", "")):
        assert names(find(practice, typed)) == ["Suharto"]


@pytest.mark.parametrize(
    "typed", ["%", "_", "gar%", "g_r", "'; drop table patient; --", "\U0010ffff"]
)
def test_no_sign_means_anything_else(practice: PracticeOf, typed: str) -> None:
    assert find(practice, typed).patients == []


@pytest.mark.parametrize("typed", ["g", "ga", "", "🙂", "  '  "])
def test_too_little_is_told_apart_from_nobody(practice: PracticeOf, typed: str) -> None:
    found = find(practice, typed)
    assert found.patients == []
    assert found.sense is (typed == "ga")


def test_many_are_cut_off_and_told_so(practice: PracticeOf) -> None:
    found = find(practice, "1970-02-03", limit=2)
    assert len(found.patients) == 2
    assert found.many
    assert find(practice, "garc", limit=1).many is False


def test_a_new_number_is_found_by_its_end(practice: PracticeOf) -> None:
    with open_session(practice.context()) as session:
        patient = session.get_one(
            Patient, (practice.id, practice.patients["ana"].id), execution_options={"door": True}
        )
        patient.phone, patient.phone_bidx = (
            "+13055559876",
            blind_index(practice.id, "phone", "+13055559876"),
        )
        act(session, "patient.updated", target=patient, patient_id=patient.id)
    assert names(find(practice, "9876")) == ["Ana Whitfield"]
    assert find(practice, "0171").patients == []


def test_a_visit_s_reference_finds_who_comes(practice: PracticeOf) -> None:
    with open_session(practice.context()) as session:
        row = session.execute(
            text("select reference, patient_id from appointment where patient_id is not null")
        ).first()
    if row is not None:
        assert [one.id for one in find(practice, row.reference).patients] == [row.patient_id]


def test_each_search_and_each_record_it_found_is_noted(practice: PracticeOf) -> None:
    rosa = practice.staff["rosa"].acting(Role.RECEPTIONIST)
    with open_session(rosa.context()) as session:
        found = search_patients(session, viewer=rosa, text="suh", name_key="suh")
        looks = {(one.action, one.patient_id) for one in pending_looks(session)}
    assert looks == {("patients.searched", None), ("patient.found", found.patients[0].id)}


def test_another_practice_s_people_are_not_found(practice: PracticeOf, cast: Cast) -> None:
    rosa = practice.staff["rosa"].acting(Role.RECEPTIONIST)
    cleo: UUID = cast.ironbound.patients["cleo"].id
    with open_session(rosa.context()) as session:
        for typed in ("cleo", "marchetti", "05/05/1983", "0181", "cleo@patients.example"):
            found = search_patients(session, viewer=rosa, text=typed, name_key=name_key(typed))
            assert cleo not in [one.id for one in found.patients]


def test_the_search_asks_indexes_only(practice: PracticeOf) -> None:
    """Where nothing else is allowed the planner still answers: each comparison has its index."""
    rosa = practice.staff["rosa"].acting(Role.RECEPTIONIST)
    with open_session(rosa.context()) as session:
        for way in ("seqscan", "bitmapscan", "sort"):
            session.execute(text(f"set local enable_{way} = off"))
        for column in ("name_key", "turn_1", "turn_2", "turn_3", "turn_4", "preferred_key"):
            plan = "\n".join(
                session.execute(
                    text(
                        f"explain select id from patient where practice_id = :practice_id"
                        f" and {column} >= 'gar' and {column} < 'gas' order by {column} limit 26"
                    ),
                    {"practice_id": practice.id},
                    execution_options={"door": True},
                ).scalars()
            )
            _, index, scan = plan.partition(f"ix_patient_{column}")
            assert index
            assert f"{column} >= 'gar'" in scan.partition("Filter")[0]
