"""Recovery codes: ten strings on paper for the day the passkey is at the bottom of the sea."""

import secrets
import unicodedata
from uuid import UUID

CODE_COUNT = 10

# Crockford's base 32: no I, L, O or U, so a handwritten code has one reading.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUPS = 4
_GROUP_SIZE = 4


def new_recovery_code() -> str:
    """Return one code of 80 random bits, as "7K2M-QX9D-0FTA-W4HZ"."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(_GROUPS * _GROUP_SIZE))
    return "-".join(
        letters[start : start + _GROUP_SIZE] for start in range(0, len(letters), _GROUP_SIZE)
    )


def new_recovery_codes() -> list[str]:
    """Return a sheet of ten different codes."""
    codes: set[str] = set()
    while len(codes) < CODE_COUNT:
        codes.add(new_recovery_code())
    return sorted(codes)


def normalise_recovery_code(typed: str) -> str:
    """Return the code's letters: case, hyphens, spaces and the usual misreadings forgiven."""
    letters = unicodedata.normalize("NFKC", typed).upper()
    return "".join(letter for letter in letters if letter.isalnum()).translate(_MISREAD)


def recovery_code_message(account_id: UUID, typed: str) -> str:
    """What a keyed hash of a code is taken over: bound to its account, so a sheet opens one door.

    Eighty bits are too few for a hash that needs no key: a copied database must not be searched.
    """
    return f"{account_id}|{normalise_recovery_code(typed)}"
