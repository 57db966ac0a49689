"""Every door, asked by everybody for everything, in a database that refuses nothing.

What comes out is told in names, a line for each question, and compared with a file that a
reviewer has read: tests/integration/attack/reviewed/.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.exc import NoResultFound

from shared.access.errors import NotFound
from shared.access.principal import Principal
from shared.db import Base
from shared.models.role_grant import RoleGrant
from shared.models.visit_type import VisitType
from tests.integration.attack.questions import Question
from tests.integration.attack.questions.beside import of_beside
from tests.integration.attack.questions.counts import of_counts
from tests.integration.attack.questions.encounters import of_encounters
from tests.integration.attack.questions.held import of_held
from tests.integration.attack.questions.holds import of_holds
from tests.integration.attack.questions.house import of_house
from tests.integration.attack.questions.log import of_log
from tests.integration.attack.questions.messages import of_messages
from tests.integration.attack.questions.money import of_money
from tests.integration.attack.questions.past import of_past
from tests.integration.attack.questions.patients import of_patients
from tests.integration.attack.questions.said import of_said
from tests.integration.attack.questions.staff import of_staff
from tests.integration.attack.questions.video import of_video
from tests.integration.attack.questions.visits import of_visits
from tests.integration.attack.world import World, viewers


def tell(world: World, found: Any) -> str:
    """An answer in names."""
    if found is None:
        return "-"
    if isinstance(found, list | tuple):
        return "[" + " ".join(tell(world, one) for one in found) + "]"
    if isinstance(found, VisitType):
        return "*"
    if isinstance(found, RoleGrant):
        return found.role
    if isinstance(found, Base | UUID):
        return world.named(found)
    if isinstance(found, Mapping):
        parts = [f"{key}: {tell(world, value)}" for key, value in found.items()]
        return "{" + ", ".join(parts) + "}"
    if is_dataclass(found):
        parts = [tell(world, getattr(found, one.name)) for one in fields(found)]
        return "(" + ",".join(parts) + ")"
    return str(found)


def answer(world: World, question: Question, viewer: Principal) -> str:
    """What a door gives one viewer, and the looks it notes."""
    world.locked = False
    with world.session() as session:
        try:
            said = tell(world, question[1](session, viewer))
        except (NotFound, NoResultFound):
            said = "NotFound"
        looks = sorted(
            f"{one.action}@{world.named(one.target_id)}/{world.named(one.patient_id)}"
            for one in session.info.get("looks", {})
        )
        session.rollback()
    return said + "".join(f" !{one}" for one in looks) + (" +locked" if world.locked else "")


GROUPS: dict[str, Callable[[World], Iterator[Question]]] = {
    "said": of_said,
    "patients": of_patients,
    "visits": of_visits,
    "holds": of_holds,
    "messages": of_messages,
    "money": of_money,
    "staff": of_staff,
    "video": of_video,
    "held": of_held,
    "beside": of_beside,
    "encounters": of_encounters,
    "house": of_house,
    "counts": of_counts,
    "log": of_log,
    "past": of_past,
}


def account_of(world: World, group: str) -> Iterator[str]:
    """A line for each question and each different answer: who gets it."""
    everybody = viewers(world.cast, world.patients)
    for question in GROUPS[group](world):
        answers: dict[str, list[str]] = {}
        for name, viewer in everybody.items():
            answers.setdefault(answer(world, question, viewer), []).append(name)
        for said, who in answers.items():
            yield f"{question[0]} | {', '.join(who)} | {said}"
