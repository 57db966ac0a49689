"""What somebody says about themselves before a record exists, and how names are folded."""

import json
import re
import unicodedata
from dataclasses import asdict, dataclass
from datetime import date

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """The answers to "who are you?", kept with the sign-in attempt until the address is proven."""

    given_name: str
    family_name: str
    birth_date: date
    phone: str
    state: str
    time_zone: str

    def to_json(self) -> str:
        """For the attempt's encrypted column."""
        return json.dumps(asdict(self) | {"birth_date": self.birth_date.isoformat()})

    @classmethod
    def from_json(cls, stored: str) -> "PersonDetails":
        """Back from the attempt's column."""
        values = json.loads(stored)
        return cls(**(values | {"birth_date": date.fromisoformat(values["birth_date"])}))


def clean_name(typed: str) -> str:
    """A name as it is kept: composed letters, single spaces, nothing invisible, any script."""
    composed = unicodedata.normalize("NFC", typed)
    visible = "".join(
        " " if letter.isspace() else letter
        for letter in composed
        if letter.isspace() or not unicodedata.category(letter).startswith("C")
    )
    return re.sub(" +", " ", visible).strip()[:LONGEST_NAME].strip()


def fold(text: str) -> str:
    """Letters without case and accents, so that "lopez" finds "López"."""
    parts = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return " ".join(plain.casefold().split())


def name_key(family_name: str, given_name: str = "") -> str:
    """ "family given", folded: the order of lists and what a search by prefix compares.

    Without apostrophes: "obrien" finds O'Brien, however its mark was typed.
    """
    key = f"{fold(family_name)} {fold(given_name)}".strip()
    return key.translate(dict.fromkeys(map(ord, "'`\N{RIGHT SINGLE QUOTATION MARK}")))
