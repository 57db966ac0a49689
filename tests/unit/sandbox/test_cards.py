"""What the card form says before any bank is asked."""

from datetime import UTC, datetime

import pytest

from shared.sandbox.stripe.cards import CARDS, CardProblem, read_card

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.number)
def test_each_listed_card_is_read_with_spaces_or_without(card):
    for number in (card.number, card.spaced, card.spaced.replace(" ", "-")):
        assert read_card(number, "11/26", "123", NOW) == (card, 11, 2026)


@pytest.mark.parametrize(
    ("number", "expiry", "cvc", "words"),
    [
        ("", "12/40", "123", "incomplete"),
        ("4242", "12/40", "123", "incomplete"),
        ("٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "12/40", "123", "incomplete"),
        ("4242424242424243", "12/40", "123", "invalid"),
        ("4242424242424242", "10/26", "123", "expired"),
        ("4242424242424242", "13/40", "123", "month and year"),
        ("4242424242424242", "soon", "123", "month and year"),
        ("4242424242424242", "²/40", "123", "month and year"),
        ("4242424242424242", "12/40", "12", "security code"),
        ("5555555555554444", "12/40", "123", "test cards"),
    ],
)
def test_problems_are_said_in_words(number, expiry, cvc, words):
    with pytest.raises(CardProblem, match=words):
        read_card(number, expiry, cvc, NOW)
