"""Field encryption: AES-256-GCM under a practice's data keys, and blind indexes for look-up.

A stored value is `01 | key version (4 bytes) | nonce (12) | ciphertext and tag`; its additional
data are table, column, practice and row, so a ciphertext copied elsewhere does not decrypt.
Data keys are rows wrapped by KMS (see `shared.adapters.keys`); plaintext keys stay in memory for
at most five minutes after KMS last confirmed them.
"""

import hashlib
import hmac
import os
import time
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

import phonenumbers
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
TRUSTED_SECONDS = 300.0
REFRESH_SECONDS = 150.0
ASK_AGAIN_SECONDS = 1.0
FIELD, INDEX = "field", "index"


class KeysUnavailable(Exception):
    """The data keys cannot be had: KMS refuses or is away, and the cached ones are too old."""


class UnreadableField(Exception):
    """A stored value does not decrypt: it was altered, copied, or its key is gone."""


class KeyWrapper(Protocol):
    """What the keyring needs of KMS."""

    def generate(self, context: dict[str, str]) -> tuple[bytes, bytes, str]:
        """A new data key: (plaintext of 32 bytes, wrapped, id of the wrapping key)."""

    def unwrap(self, wrapped: bytes, context: dict[str, str], key_id: str | None = None) -> bytes:
        """The plaintext of a data key that `key_id` wrapped. Raises KeysUnavailable."""

    def rewrap(self, wrapped: bytes, context: dict[str, str], key_id: str) -> tuple[bytes, str]:
        """The same data key under the present wrapping key, and that one's id; it never travels."""


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """One data key as stored."""

    purpose: str
    version: int
    wrapped: bytes
    # The key of KMS that wrapped it; it may be an earlier one than the configured.
    kms_key_id: str | None = None

    def context(self, practice_id: UUID) -> dict[str, str]:
        """The KMS encryption context: ids only, it is logged in clear."""
        return key_context(practice_id, self.purpose, self.version)


def key_context(practice_id: UUID, purpose: str, version: int) -> dict[str, str]:
    """The KMS encryption context of one data key."""
    return {"practice": str(practice_id), "purpose": purpose, "version": str(version)}


@dataclass(slots=True)
class _PracticeKeys:
    fields: dict[int, bytes]
    index: bytes
    confirmed_at: float

    @property
    def newest(self) -> int:
        return max(self.fields)


class Keyring:
    """The data keys of every practice this process has served lately."""

    def __init__(self, wrapper: KeyWrapper, load: Callable[[UUID], list[WrappedKey]]) -> None:
        self.wrapper = wrapper
        self._load = load
        self._cache: dict[UUID, _PracticeKeys] = {}
        self._lock = Lock()

    def encrypt(self, practice_id: UUID, place: str, plaintext: str) -> bytes:
        """Encrypt `plaintext` for `place` ("table|column|row id")."""
        keys = self._keys(practice_id)
        version, nonce = keys.newest, os.urandom(12)
        sealed = AESGCM(keys.fields[version]).encrypt(
            nonce, plaintext.encode(), f"{place}|{practice_id}".encode()
        )
        return FORMAT + version.to_bytes(4, "big") + nonce + sealed

    def decrypt(self, practice_id: UUID, place: str, stored: bytes) -> str:
        """The plaintext; UnreadableField when it was altered, moved, or its key is unknown."""
        version = sealed_version(stored)
        key = self._keys(practice_id).fields.get(version)
        if key is None and stored[:1] == FORMAT:
            # Sealed under a version that was made since the keys were fetched.
            key = self._refreshed(practice_id).fields.get(version)
        if stored[:1] != FORMAT or key is None:
            raise UnreadableField(place.rpartition("|")[0])
        try:
            plain = AESGCM(key).decrypt(
                stored[5:17], stored[17:], f"{place}|{practice_id}".encode()
            )
        except Exception as error:
            raise UnreadableField(place.rpartition("|")[0]) from error
        return plain.decode()

    def blind_index(self, practice_id: UUID, kind: str, value: str) -> bytes:
        """A keyed fingerprint (16 bytes) of a normalised value, equal for equal values."""
        message = f"{kind}|{value}".encode()
        return hmac.digest(self._keys(practice_id).index, message, hashlib.sha256)[:16]

    def forget(self, practice_id: UUID) -> None:
        """Drop the cached keys, for instance after a rotation."""
        self._cache.pop(practice_id, None)

    def _keys(self, practice_id: UUID) -> _PracticeKeys:
        cached = self._cache.get(practice_id)
        age = time.monotonic() - cached.confirmed_at if cached else TRUSTED_SECONDS
        if cached and age < REFRESH_SECONDS:
            return cached
        with self._lock:
            try:
                self._cache[practice_id] = self._fetch(practice_id)
            except KeysUnavailable:
                if cached is None or age >= TRUSTED_SECONDS:
                    raise
            return self._cache[practice_id]

    def _refreshed(self, practice_id: UUID) -> _PracticeKeys:
        """The keys as they are now; asked at most once in so many seconds."""
        with self._lock:
            cached = self._cache[practice_id]
            if time.monotonic() - cached.confirmed_at >= ASK_AGAIN_SECONDS:
                self._cache[practice_id] = self._fetch(practice_id)
            return self._cache[practice_id]

    def newest_version(self, practice_id: UUID) -> int:
        """The version that values are sealed under now."""
        return self._keys(practice_id).newest

    def _fetch(self, practice_id: UUID) -> _PracticeKeys:
        rows = self._load(practice_id)
        plain = {
            (row.purpose, row.version): self.wrapper.unwrap(
                row.wrapped, row.context(practice_id), row.kms_key_id
            )
            for row in rows
        }
        fields = {version: key for (purpose, version), key in plain.items() if purpose == FIELD}
        index = next((key for (purpose, _), key in plain.items() if purpose == INDEX), None)
        if not fields or index is None:
            raise KeysUnavailable("this practice has no data keys")
        return _PracticeKeys(fields, index, time.monotonic())


_installed: Keyring | None = None


def install(keyring: Keyring | None) -> None:
    """Make `keyring` the one this process uses."""
    global _installed
    _installed = keyring


def current() -> Keyring:
    """The installed keyring; KeysUnavailable when the process has none."""
    if _installed is None:
        raise KeysUnavailable("no keyring is installed")
    return _installed


class Encrypted:
    """A text attribute of a model, stored encrypted in the column `<name>_ct`.

    The row's id and practice must be known before the value is set (Base sees to it).
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.column = f"{name}_ct"

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        stored = getattr(row, self.column)
        if stored is None:
            return None
        return current().decrypt(row.practice_id, self._place(row), stored)

    def __set__(self, row: Any, value: str | None) -> None:
        sealed = None
        if value is not None:
            sealed = current().encrypt(row.practice_id, self._place(row), value)
        setattr(row, self.column, sealed)

    def _place(self, row: Any) -> str:
        return f"{row.__tablename__}|{self.column}|{row.id}"


def sealed_version(stored: bytes) -> int:
    """The version of the data key that a stored value was sealed under."""
    return int.from_bytes(stored[1:5], "big")


def sealed_under(version: int) -> bytes:
    """How every value begins that is sealed under a version."""
    return FORMAT + version.to_bytes(4, "big")


def blind_index(practice_id: UUID, kind: str, value: str | None) -> bytes | None:
    """The look-up fingerprint of an already normalised value; None stays None."""
    return None if value is None else current().blind_index(practice_id, kind, value)


def normalise_email(address: str) -> str:
    """NFKC, case-folded, trimmed: equal for addresses that people take for the same."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


COSTLY_NUMBERS = frozenset(
    {phonenumbers.PhoneNumberType.PREMIUM_RATE, phonenumbers.PhoneNumberType.SHARED_COST}
)


def normalise_phone(number: str, region: str = "US") -> str:
    """E.164; ValueError when it is no valid telephone number, or one that costs who calls it."""
    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException as error:
        raise ValueError("not a telephone number") from error
    if not phonenumbers.is_valid_number(parsed):
        raise ValueError("not a telephone number")
    # "001": satellites and services of no country.
    country = phonenumbers.region_code_for_number(parsed)
    if country == "001" or phonenumbers.number_type(parsed) in COSTLY_NUMBERS:
        raise ValueError("costs who calls it")
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def phone_tail(number: str | None) -> str | None:
    """The last four digits, which people read out; None for what has fewer."""
    digits = "".join(letter for letter in number or "" if letter.isdecimal())
    return digits[-4:] if len(digits) >= 4 else None
