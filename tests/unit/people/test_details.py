"""Names as people write them, and the one of several records that answers describe."""

from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.access.patients import KnownPatient
from shared.people.details import LONGEST_NAME, PersonDetails, clean_name, name_key
from shared.people.patients import recognise_patient

ONE = UUID(int=1)
TWO = UUID(int=2)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ana   María ", "Ana María"),
        ("O'Neil-\u200bSmith", "O'Neil-Smith"),
        ("Bob\u202e", "Bob"),
        ("A\x00na\r\nBcc: x", "Ana Bcc: x"),
        ("李", "李"),
        ("<b>Zoë</b>", "<b>Zoë</b>"),
        ("x" * 300, "x" * LONGEST_NAME),
    ],
)
def test_clean_name_keeps_letters_and_drops_what_is_invisible(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@given(st.text(max_size=150))
def test_clean_name_is_stable_and_bounded(typed: str) -> None:
    kept = clean_name(typed)
    assert len(kept) <= LONGEST_NAME
    assert clean_name(kept) == kept
    assert "\x00" not in kept


def test_name_key_finds_names_without_accents_and_case() -> None:
    assert name_key("López", "Ana María") == "lopez ana maria"
    assert name_key("STRASSE") == name_key("Straße")


def details(given_name: str, born: date) -> PersonDetails:
    """Answers of somebody."""
    return PersonDetails(given_name, "Whitfield", born, "+15615550171", "FL", "America/New_York")


def test_details_survive_their_way_through_the_attempt() -> None:
    said = details("Ana “Annie”", date(1987, 3, 14))
    assert PersonDetails.from_json(said.to_json()) == said


def test_recognise_patient_goes_by_birth_date_and_tells_twins_apart() -> None:
    born = date(1987, 3, 14)
    ana, eve = KnownPatient(ONE, "Ana", born), KnownPatient(TWO, "Eve", born)
    assert recognise_patient([ana], details("Annie", born)) is ana
    assert recognise_patient([ana, eve], details("EVE", born)) is eve
    assert recognise_patient([ana, eve], details("Zoe", born)) is None
    assert recognise_patient([ana], details("Ana", date(1987, 3, 15))) is None
    assert recognise_patient([], details("Ana", born)) is None
