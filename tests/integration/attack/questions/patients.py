"""Records: one, many, found by what somebody says, known by an address."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import UUID

from sqlalchemy.orm import Session

from shared.access import front, patient_search, patients
from shared.access.principal import Principal
from shared.people.details import name_key
from tests.integration.attack.house import SHARED_BIDX
from tests.integration.attack.questions import Question
from tests.integration.attack.world import SPOKEN, World

# Beginnings, birthdays, numbers and their ends, what is too short, and a visit's reference.
TYPED = (
    *(
        "whi",
        "wh",
        "whitfield ana",
        "whit ben",
        "08/14/1985",
        "03/14/1987",
        "  ",
        "QQ1-11Q",
        SPOKEN,
    ),
    *("(561) 555-0199", "(561) 555-0171", "0171", "0181"),
)


def of_patients(world: World) -> Iterator[Question]:
    for name, person in world.patients.items():
        yield (
            f"access_patient {name}",
            lambda s, v, i=person.id: patients.access_patient(s, viewer=v, patient_id=i),
        )
        yield (
            f"search {name} by e-mail",
            lambda s, v, e=person.email: patient_search.search_patients(
                s, viewer=v, text=e, name_key=name_key(e)
            ),
        )
    for typed in TYPED:
        yield (
            f"search {typed!r}",
            lambda s, v, t=typed: patient_search.search_patients(
                s, viewer=v, text=t, name_key=name_key(t)
            ),
        )
    yield "list_patients", lambda s, v: patients.list_patients(s, viewer=v)
    yield "list_patients two", lambda s, v: patients.list_patients(s, viewer=v, limit=2)
    yield (
        "list_patients from w",
        lambda s, v: patients.list_patients(s, viewer=v, starting_with="w"),
    )
    for name, spoken in world.references.items():
        yield (
            f"search {name} by reference",
            lambda s, v, t=spoken: patient_search.search_patients(
                s, viewer=v, text=t, name_key=name_key(t)
            ),
        )
    for what in (SHARED_BIDX, b"nobody's", None):
        yield (
            f"known by {what!r}",
            lambda s, v, b=what: [
                one.id
                for one in patients.find_known_patients(s, practice_id=v.practice_id, email_bidx=b)
            ],
        )
    yield (
        "list_patients from a",
        lambda s, v: patients.list_patients(s, viewer=v, starting_with="a"),
    )
    yield "own record", lambda s, v: patients.access_own_patient(s, viewer=v)
    yield (
        "list_patients after the first",
        lambda s, v: patients.list_patients(s, viewer=v, after=_first(s, v), limit=2),
    )
    yield from _of_the_first_page()
    yield "reads_everyone", lambda _, v: patients.reads_everyone(v)
    yield (
        "own patients",
        lambda s, v: patients.list_own_patients(
            s, practice_id=v.practice_id, account_id=v.account_id or v.practice_id
        ),
    )


def _of_the_first_page() -> Iterator[Question]:
    """The portal's: whole, and for one who acts for somebody and was given a part of it."""
    yield "front", lambda s, v: front.read_front(s, viewer=v)
    for scopes in ({"messages"}, {"money"}, set()):
        yield (
            f"front with {sorted(scopes)}",
            lambda s, v, w=frozenset(scopes): front.read_front(s, viewer=replace(v, scopes=w)),
        )


def _first(session: Session, viewer: Principal) -> tuple[str, UUID]:
    found = patients.list_patients(session, viewer=viewer, limit=1)
    return (found[0].name_key, found[0].id)
