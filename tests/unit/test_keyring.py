"""Field encryption: bound to its place, readable under old keys, five minutes without KMS."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import keyring
from shared.keyring import (
    FIELD,
    INDEX,
    Keyring,
    KeysUnavailable,
    UnreadableField,
    WrappedKey,
    key_context,
    normalise_email,
    normalise_phone,
)
from tests.keys import LocalKeys

PRACTICE = uuid4()
PLACE = "patient|email_ct|1"


class Custody:
    """A practice's stored keys, to which versions can be added."""

    def __init__(self) -> None:
        self.kms = LocalKeys()
        self.rows: list[WrappedKey] = []
        self.add(INDEX, 1)
        self.add(FIELD, 1)

    def add(self, purpose: str, version: int) -> None:
        _, wrapped, _ = self.kms.generate(key_context(PRACTICE, purpose, version))
        self.rows.append(WrappedKey(purpose, version, wrapped))

    def keyring(self) -> Keyring:
        return Keyring(self.kms, lambda _: self.rows)


@given(st.text())
def test_any_text_comes_back(text: str) -> None:
    ring = Custody().keyring()
    assert ring.decrypt(PRACTICE, PLACE, ring.encrypt(PRACTICE, PLACE, text)) == text


def test_the_same_text_is_never_stored_the_same_way() -> None:
    ring = Custody().keyring()
    assert ring.encrypt(PRACTICE, PLACE, "a") != ring.encrypt(PRACTICE, PLACE, "a")


@pytest.mark.parametrize(
    "place", ["patient|email_ct|2", "patient|phone_ct|1", "account|email_ct|1"]
)
def test_a_value_moved_elsewhere_does_not_decrypt(place: str) -> None:
    ring = Custody().keyring()
    with pytest.raises(UnreadableField):
        ring.decrypt(PRACTICE, place, ring.encrypt(PRACTICE, PLACE, "secret"))


def test_an_altered_value_does_not_decrypt() -> None:
    ring = Custody().keyring()
    stored = bytearray(ring.encrypt(PRACTICE, PLACE, "secret"))
    stored[-1] ^= 1
    with pytest.raises(UnreadableField):
        ring.decrypt(PRACTICE, PLACE, bytes(stored))


@pytest.mark.parametrize(
    "stored", [b"", b"\x01", b"\x02" + b"\0" * 40, b"\x01\0\0\0\x09" + b"\0" * 40]
)
def test_rubbish_does_not_decrypt(stored: bytes) -> None:
    with pytest.raises(UnreadableField):
        Custody().keyring().decrypt(PRACTICE, PLACE, stored)


def test_values_of_an_older_key_stay_readable_after_rotation() -> None:
    custody = Custody()
    ring = custody.keyring()
    old = ring.encrypt(PRACTICE, PLACE, "before")
    custody.add(FIELD, 2)
    ring.forget(PRACTICE)
    new = ring.encrypt(PRACTICE, PLACE, "after")
    assert (old[4], new[4]) == (1, 2)
    assert ring.decrypt(PRACTICE, PLACE, old) == "before"
    assert ring.decrypt(PRACTICE, PLACE, new) == "after"


def test_blind_indexes_meet_for_equal_values_only() -> None:
    ring, other = Custody().keyring(), Custody().keyring()
    index = ring.blind_index(PRACTICE, "email", "ana@example.com")
    assert index == ring.blind_index(PRACTICE, "email", "ana@example.com")
    assert index != ring.blind_index(PRACTICE, "phone", "ana@example.com")
    assert index != other.blind_index(PRACTICE, "email", "ana@example.com")
    assert len(index) == 16


def test_cached_keys_serve_five_minutes_without_kms(monkeypatch: pytest.MonkeyPatch) -> None:
    custody, now = Custody(), [1000.0]
    monkeypatch.setattr(keyring.time, "monotonic", lambda: now[0])
    ring = custody.keyring()
    stored = ring.encrypt(PRACTICE, PLACE, "secret")
    custody.kms.away = True
    now[0] += 299
    assert ring.decrypt(PRACTICE, PLACE, stored) == "secret"
    now[0] += 2
    with pytest.raises(KeysUnavailable):
        ring.decrypt(PRACTICE, PLACE, stored)
    custody.kms.away = False
    assert ring.decrypt(PRACTICE, PLACE, stored) == "secret"


def test_a_practice_without_keys_is_refused() -> None:
    with pytest.raises(KeysUnavailable):
        Keyring(LocalKeys(), lambda _: []).encrypt(PRACTICE, PLACE, "x")


def test_addresses_people_take_for_the_same_are_equal() -> None:
    assert normalise_email(" Ana.Whitfield@Example.COM ") == "ana.whitfield@example.com"
    assert normalise_email("ａna@example.com") == "ana@example.com"


@pytest.mark.parametrize("typed", ["(561) 555-0132", "561.555.0132", "+1 561 555 0132"])
def test_phones_become_e164(typed: str) -> None:
    assert normalise_phone(typed) == "+15615550132"


@pytest.mark.parametrize("typed", ["+1 900 555 0132", "(900) 555-0132", "+882 16 555 01320"])
def test_a_number_that_costs_who_calls_it_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match=r"costs who|not a telephone"):
        normalise_phone(typed)


@pytest.mark.parametrize("typed", ["", "12", "call me", "+1 561 555 01322222222"])
def test_what_is_no_phone_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not a telephone number"):
        normalise_phone(typed)
