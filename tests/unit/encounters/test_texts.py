"""Texts as they are kept, and how hard they are to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.encounters.errors import TooLong
from shared.encounters.plain_words import grade_of
from shared.encounters.sections import LONGEST, NOTE, clean, cleaned, has_words

PLAIN = (
    "Drink water. Rest a lot. Call us if you feel worse. We will talk again next week on Monday. "
)
HARD = (
    "Pharmacological intervention necessitates comprehensive reconsideration of contraindications"
    " notwithstanding unremarkable laboratory investigations demonstrating physiological"
    " homeostasis throughout multidisciplinary evaluation and longitudinal observation periods"
    " including cardiovascular and gastrointestinal manifestations. "
)


def test_plain_words_read_easily_and_learned_ones_do_not() -> None:
    assert grade_of("Rest.") is None
    easy, hard = grade_of(PLAIN * 2), grade_of(HARD)
    assert easy is not None
    assert hard is not None
    assert easy <= 4
    assert hard > 12


@given(st.text())
def test_cleaning_twice_is_cleaning_once_and_leaves_nothing_unwritable(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    assert "\x00" not in once
    once.encode()


def test_every_section_is_there_and_none_is_endless() -> None:
    assert cleaned({"plan": " a "}, NOTE) == dict.fromkeys(NOTE, "") | {"plan": " a"}
    assert not has_words({"plan": " \n"})
    with pytest.raises(TooLong) as refusal:
        cleaned({"plan": "x" * (LONGEST + 1)}, NOTE)
    assert refusal.value.section == "plan"
