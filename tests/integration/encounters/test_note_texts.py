"""What people and pastes put into a note: kept as it was typed, or refused; never broken."""

import pytest

from shared.encounters.errors import TooLong
from shared.encounters.sections import LONGEST
from tests.encountering import Writing, said

HOSTILE = {
    "script": "<script>alert(1)</script>{{ 7*7 }}",
    "right to left": "\u05e9\u05dc\u05d5\u05dd \u202eabc\u202c \u0645\u0631\u062d\u0628\u0627",
    "emoji": "\U0001f469\u200d\u2695\ufe0f\U0001f92f" * 50,
    "long": "x" * LONGEST,
    "lines": "one\r\ntwo\rthree\n\n\tfour",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_any_text_comes_back_as_it_was_typed(writing: Writing, kind: str) -> None:
    typed = HOSTILE[kind]
    writing.save(typed, 0)
    expected = typed.replace("\r\n", "\n").replace("\r", "\n")
    assert said(writing.note()) == expected


def test_what_no_keyboard_types_is_left_out_and_too_much_is_refused(writing: Writing) -> None:
    writing.save("a\x00b\x07c\ud800d", 0)
    assert said(writing.note()) == "abcd"
    with pytest.raises(TooLong):
        writing.save("x" * 100_000, 1)
    assert said(writing.note()) == "abcd"
