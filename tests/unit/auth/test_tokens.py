"""Tokens and codes: shape, hashing, and what typing does to them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.auth import tokens

ATTEMPT = UUID("01930000-0000-7000-8000-000000000001")
OTHER_ATTEMPT = UUID("01930000-0000-7000-8000-000000000002")
KEY = b"k" * 32


def test_new_token_has_256_bits_and_the_expected_shape() -> None:
    made = {tokens.new_token() for _ in range(200)}
    assert len(made) == 200
    assert all(tokens.looks_like_token(token) for token in made)


@pytest.mark.parametrize("value", ["", "short", "a" * 42, "a" * 44, "a" * 42 + "/", "a" * 43 + "\n"])
def test_looks_like_token_refuses_anything_else(value: str) -> None:
    assert not tokens.looks_like_token(value)


def test_hash_token_never_contains_the_token() -> None:
    token = tokens.new_token()
    assert token.encode() not in tokens.hash_token(token)
    assert len(tokens.hash_token(token)) == 32


def test_new_code_is_always_eight_digits() -> None:
    assert all(len(code) == 8 and code.isdecimal() for code in (tokens.new_code() for _ in range(500)))


@pytest.mark.parametrize("typed", ["12345678", "1234 5678", "1234-5678", " 1234\u20135678\n"])
def test_hash_code_is_the_same_when_the_code_was_copied_with_separators(typed: str) -> None:
    expected = tokens.hash_code(KEY, ATTEMPT, "12345678")
    assert tokens.same(tokens.hash_code(KEY, ATTEMPT, typed), expected)


@given(st.text(max_size=40))
def test_hash_code_takes_any_text_and_never_matches_it_to_a_code(typed: str) -> None:
    right = tokens.hash_code(KEY, ATTEMPT, "00000000")
    is_right = tokens.normalise_code(typed) == "00000000"
    assert tokens.same(tokens.hash_code(KEY, ATTEMPT, typed), right) is is_right


def test_hash_code_differs_when_the_attempt_or_the_key_differs() -> None:
    ours = tokens.hash_code(KEY, ATTEMPT, "12345678")
    assert not tokens.same(ours, tokens.hash_code(KEY, OTHER_ATTEMPT, "12345678"))
    assert not tokens.same(ours, tokens.hash_code(b"x" * 32, ATTEMPT, "12345678"))


def test_format_code_puts_a_space_in_the_middle() -> None:
    assert tokens.format_code("12345678") == "1234 5678"
