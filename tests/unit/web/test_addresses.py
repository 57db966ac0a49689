"""Addresses that would lead elsewhere than they read are refused."""

import pytest
from wtforms import EmailField, Form

from shared.web.addresses import Address


class Asked(Form):
    """A form with an address."""

    email = EmailField(validators=[Address("no")])


@pytest.mark.parametrize("typed", ["ana@example.com", "Ana.W+b@Example.COM", " ana@example.com "])
def test_plain_addresses_pass(typed: str) -> None:
    assert Asked(data={"email": typed.strip()}).validate()


@pytest.mark.parametrize(
    "typed",
    [
        "stra\u00dfe@example.com",
        "=?utf-8?q?x=40evil.example?=@b.example",
        "x@stra\u00dfe.example",
        "ana\uff20example.com",
        "ana@example.com\uff0cz@evil.example",
        "\uff41na@example.com",
        "ana",
        "",
        "ana@",
        "@example.com",
        "a b@example.com",
    ],
)
def test_what_folds_into_another_address_is_refused(typed: str) -> None:
    form = Asked(data={"email": typed})
    assert not form.validate()
    assert form.email.errors == ["no"]
