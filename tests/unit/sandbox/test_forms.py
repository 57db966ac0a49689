"""Stripe's form encoding read back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from shared.sandbox.stripe.errors import StripeError
from shared.sandbox.stripe.forms import decode_form

KEYS = st.text(st.sampled_from("abcdefgh_"), min_size=1, max_size=6)
LEAVES = st.text(max_size=12)
TREES = st.recursive(
    LEAVES,
    lambda inner: (
        st.dictionaries(KEYS, inner, min_size=1, max_size=3)
        | st.lists(inner, min_size=1, max_size=3)
    ),
    max_leaves=8,
)


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
def test_what_the_sdk_encodes_comes_back(tree):
    from urllib.parse import urlencode

    assert decode_form(urlencode(list(_api_encode(tree)))) == tree


@pytest.mark.parametrize(
    "text", ["a[b=1", "[a]=1", "a[b]c=1", "a=1&a[b]=2", "a[b]=1&a=2", "a" + "[b]" * 9 + "=1"]
)
def test_senseless_names_are_refused(text):
    with pytest.raises(StripeError):
        decode_form(text)


def test_empty_brackets_append():
    assert decode_form("expand[]=a&expand[]=b") == {"expand": ["a", "b"]}
