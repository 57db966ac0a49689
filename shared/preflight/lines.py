"""The first-patient list: what is on it, how it is found out, and what an owner may sign for.

`here` is read from the database when somebody looks. `outside` asks the network, a vendor or the
catalogue, so a job does it and keeps what it found. `word` is something only people can know.
"""

from dataclasses import dataclass
from datetime import timedelta

HERE, OUTSIDE, WORD = "here", "outside", "word"
# An owner's word is good for a year, an explanation for a quarter.
CONFIRMED_FOR = timedelta(days=366)
EXPLAINED_FOR = timedelta(days=92)


@dataclass(frozen=True, slots=True)
class Line:
    """One point. `may_explain`: whether an owner may open the practice although it is red."""

    name: str
    group: str
    found: str = HERE
    may_explain: bool = True


# In the order in which one does it. What no explanation mends cannot be explained.
LINES: tuple[Line, ...] = (
    Line("passkeys", "people", may_explain=False),
    Line("owners", "people"),
    Line("escalation_phone", "people", may_explain=False),
    Line("hours", "patients"),
    Line("visit_types", "patients", may_explain=False),
    Line("licences", "patients", may_explain=False),
    Line("policies", "patients", OUTSIDE),
    Line("crisis_contacts", "patients", may_explain=False),
    Line("rehearsal_visit", "patients"),
    Line("sender", "mail"),
    Line("test_mail", "mail"),
    Line("mail_domain", "mail", OUTSIDE),
    Line("warm_up", "mail"),
    Line("toll_free", "mail", WORD),
    Line("payments", "money"),
    Line("stripe", "money"),
    Line("video", "video", OUTSIDE),
    Line("video_plan", "video", WORD),
    Line("vendors", "agreements"),
    Line("hosts", "ground", OUTSIDE),
    Line("roles", "ground", OUTSIDE, may_explain=False),
    Line("backups", "ground", OUTSIDE),
    Line("restore", "ground"),
    Line("replay", "ground"),
    Line("archive_account", "ground", OUTSIDE),
    Line("sealed", "ground", may_explain=False),
    Line("chain", "ground", may_explain=False),
    Line("archive", "ground"),
    Line("keys", "ground", OUTSIDE),
    Line("worker", "ground", may_explain=False),
    Line("downtime_sheet", "ground"),
)
_BY_NAME = {line.name: line for line in LINES}


def line_of(name: str) -> Line | None:
    """The point of that name."""
    return _BY_NAME.get(name)
