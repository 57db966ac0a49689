"""Tokens and codes: shape, hashing, and what typing does to them."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.auth import tokens

ATTEMPT = UUID("01930000-0000-7000-8000-000000000001")
OTHER_ATTEMPT = UUID("01930000-0000-7000-8000-000000000002")


def test_new_token_has_256_bits_and_the_expected_shape() -> None:
    made = {tokens.new_token() for _ in range(200)}
    assert len(made) == 200
    assert all(tokens.looks_like_token(token) for token in made)


@pytest.mark.parametrize(
    "value", ["", "short", "a" * 42, "a" * 44, "a" * 42 + "/", "a" * 43 + "\n"]
)
def test_looks_like_token_refuses_anything_else(value: str) -> None:
    assert not tokens.looks_like_token(value)


def test_hash_token_never_contains_the_token() -> None:
    token = tokens.new_token()
    assert token.encode() not in tokens.hash_token(token)
    assert len(tokens.hash_token(token)) == 32


def test_new_code_is_always_eight_digits() -> None:
    assert all(
        len(code) == 8 and code.isdecimal() for code in (tokens.new_code() for _ in range(500))
    )


@pytest.mark.parametrize("typed", ["12345678", "1234 5678", "1234-5678", " 1234\u20135678\n"])
def test_code_message_is_the_same_when_the_code_was_copied_with_separators(typed: str) -> None:
    assert tokens.code_message(ATTEMPT, typed) == tokens.code_message(ATTEMPT, "12345678")


@pytest.mark.parametrize("typed", ["1234567", "123456789", "１２３４５６７８", "1234x5678", ""])
def test_code_message_differs_when_anything_else_was_typed(typed: str) -> None:
    assert tokens.code_message(ATTEMPT, typed) != tokens.code_message(ATTEMPT, "12345678")


def test_code_message_differs_when_the_attempt_differs() -> None:
    assert tokens.code_message(ATTEMPT, "12345678") != tokens.code_message(
        OTHER_ATTEMPT, "12345678"
    )


@given(st.binary(max_size=8), st.binary(max_size=8))
def test_same_is_equality(left: bytes, right: bytes) -> None:
    assert tokens.same(left, right) is (left == right)


def test_format_code_puts_a_space_in_the_middle() -> None:
    assert tokens.format_code("12345678") == "1234 5678"
