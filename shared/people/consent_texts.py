"""The texts patients agree to, as files: each with a version, and the fingerprint of its words."""

import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

TELEHEALTH, PHONE, SMS = "telehealth", "phone", "sms"
FOLDER = Path(__file__).parent / "texts"
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class ConsentText:
    """A text as it is shown: Markdown, with the version that is signed."""

    kind: str
    version: str
    title: str
    body: str

    @property
    def sha256(self) -> bytes:
        """Of what is signed: version, title and words."""
        return hashlib.sha256(f"{self.version}\n{self.title}\n{self.body}".encode()).digest()

    def of(self, **names: str) -> "ConsentText":
        """The text with what it leaves open filled in, such as {practice}."""
        return replace(self, body=self.body.format(**names))


@lru_cache(maxsize=8)
def consent_text(kind: str = TELEHEALTH) -> ConsentText:
    """The text that is asked for now."""
    _, head, body = (FOLDER / f"{kind}.md").read_text().split(_FENCE, 2)
    told = dict(line.split(": ", 1) for line in head.strip().splitlines())
    return ConsentText(kind, told["version"], told["title"], body.strip())
