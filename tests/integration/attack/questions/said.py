"""What was typed to find somebody, and what it is taken for; whoever asks."""

from collections.abc import Iterator

from shared.access.said import read_date, read_said
from shared.people.details import name_key
from tests.integration.attack.questions import Question
from tests.integration.attack.world import World

TYPED = (
    *("", " ", "a", "ng", "lo", "lop", "李", "--", "ana whit", "Jos%"),
    *("ana@patients.example", "3/14/1987", "03141987", "2/30/1987", "3/14/87", "1/5/27", "1/3/27"),
    *("March 14th, 1987", "1/1/1850", "12/31/1849", "1/1/0001", "hx427ka", "HX4-27KA"),
    *("0171", "x0171", "171", "(561) 555-0171", "555"),
)


def of_said(_: World) -> Iterator[Question]:
    """The same for everybody: it names nobody."""
    for typed in TYPED:
        yield f"said {typed!r}", lambda _, __, t=typed: read_said(t, name_key(t))
        yield f"date {typed!r}", lambda _, __, t=typed: read_date(t)
