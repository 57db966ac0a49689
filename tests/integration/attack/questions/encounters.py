"""Encounters, notes and summaries."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from shared.access import encounters, notes, summaries
from shared.access.principal import OpenGlass, Principal
from shared.models.encounter import Encounter
from shared.models.note import Note
from shared.models.visit_summary import VisitSummary
from tests.integration.attack.questions import Question
from tests.integration.attack.world import NOW, World

EVERY = ("planned", "arrived", "in_progress", "documented", "signed", "summary_sent")


def of_encounters(world: World) -> Iterator[Question]:
    for name, key in world.ids.items():
        if name.endswith(".encounter"):
            yield from _of_one(world, name.removesuffix(".encounter"), key)
        elif ".summary-" in name:
            yield (
                f"access_own_summary {name}",
                lambda s, v, i=key: summaries.access_own_summary(s, viewer=v, summary_id=i),
            )
    for name, person in world.patients.items():
        yield (
            f"list_encounters {name}",
            lambda s, v, i=person.id: encounters.list_encounters(s, viewer=v, patient_id=i),
        )
        yield f"reads_notes {name}", lambda _, v, i=person.id: notes.reads_notes(v, i)
        yield (
            f"reads_notes {name} behind ana's glass",
            lambda _, v, i=person.id: notes.reads_notes(_behind(world, v), i),
        )
    yield "list_own_summaries", lambda s, v: summaries.list_own_summaries(s, viewer=v)
    yield "reads_own_summaries", lambda _, v: summaries.reads_own_summaries(v)
    for scopes in ({"record"}, {"visits"}):
        yield (
            f"list_own_summaries with {sorted(scopes)}",
            lambda s, v, w=frozenset(scopes): summaries.list_own_summaries(
                s, viewer=replace(v, scopes=w)
            ),
        )
    yield from _of_writers(world)
    yield from _of_treating(world)
    # A moment before which Ana's last visit was planned, and was not over.
    for minutes in (0, 15, 45):
        yield (
            f"unfinished at {minutes} minutes of ana's visit",
            lambda s, v, m=minutes: encounters.list_unfinished(
                s, viewer=v, statuses=EVERY, before=NOW + timedelta(days=-10, minutes=m)
            ),
        )
    yield (
        "own encounters, the latest",
        lambda s, v: encounters.list_own_encounters(
            s, viewer=v, statuses=EVERY, latest_first=True, limit=2
        ),
    )
    for wanted in (EVERY, ("planned",)):
        yield (
            f"own encounters {len(wanted)}",
            lambda s, v, w=wanted: encounters.list_own_encounters(s, viewer=v, statuses=w),
        )
        yield (
            f"unfinished {len(wanted)}",
            lambda s, v, w=wanted: encounters.list_unfinished(
                s, viewer=v, statuses=w, before=NOW + timedelta(days=4)
            ),
        )


def _behind(world: World, viewer: Principal) -> Principal:
    """The viewer, who has broken the glass of Ana's record."""
    ana = world.patients["ana"].id
    return replace(viewer, glass=OpenGlass(ana, ana, "emergency", NOW + timedelta(hours=1)))


def _of_writers(world: World) -> Iterator[Question]:
    """Names of colleagues: of this practice and of the other, of one who has none, of nobody."""
    people = ("seagrape.maya", "ironbound.tomás", "seagrape.nameless")
    for asked in (people, ()):
        yield (
            f"name_writers of {len(asked)}",
            lambda s, v, a=asked: sorted(
                f"{world.named(key)} {name!r}"
                for key, name in notes.name_writers(
                    s, viewer=v, account_ids={world.ids[one] for one in a}
                ).items()
            ),
        )


def _of_treating(world: World) -> Iterator[Question]:
    """In each practice, with each practitioner."""
    where = {"seagrape": world.cast.seagrape, "ironbound": world.cast.ironbound}
    who = world.cast.seagrape.practitioners | world.cast.ironbound.practitioners
    for slug, practice in where.items():
        for name, person in who.items():
            encounter = Encounter(practice_id=practice.id, practitioner_id=person)
            yield (
                f"is_treating {name} of {slug}",
                lambda s, v, e=encounter: encounters.is_treating(s, viewer=v, encounter=e),
            )


def _of_one(world: World, name: str, key: UUID) -> Iterator[Question]:
    whose, booked = world.patients[name.partition(".")[0]], world.ids[name]
    other = world.patients["ben" if name.startswith("ana") else "ana"]
    for label, patient_id in (("", whose.id), (" of another", other.id)):
        yield (
            f"access_encounter {name}{label}",
            lambda s, v, p=patient_id: encounters.access_encounter(
                s, viewer=v, patient_id=p, encounter_id=key
            ),
        )
    yield (
        f"access_encounter_of {name}",
        lambda s, v: encounters.access_encounter_of(s, viewer=v, appointment_id=booked),
    )
    for lock in (False, True):
        yield (
            f"find_encounter_of {name} {lock}",
            lambda s, v, k=lock: encounters.find_encounter_of(
                s, viewer=v, appointment_id=booked, lock=k
            ),
        )
    yield (
        f"lock_encounter {name}",
        lambda s, v: encounters.lock_encounter(s, viewer=v, encounter_id=key),
    )
    yield (
        f"find_own_summary_of {name}",
        lambda s, v: summaries.find_own_summary_of(s, viewer=v, appointment_id=booked),
    )
    if name.endswith("done"):
        yield from _of_its_note(world, name, whose.id)


def _of_its_note(world: World, name: str, patient_id: UUID) -> Iterator[Question]:
    def encounter(practice_id: UUID) -> Encounter:
        return Encounter(
            id=world.ids[f"{name}.encounter"], practice_id=practice_id, patient_id=patient_id
        )

    def note(practice_id: UUID) -> Note:
        return Note(id=world.ids[f"{name}.note"], practice_id=practice_id, patient_id=patient_id)

    for lock in (False, True):
        yield (
            f"find_note {name} {lock}",
            lambda s, v, w=lock: notes.find_note(
                s, viewer=v, encounter=encounter(v.practice_id), lock=w
            ),
        )
    yield (
        f"find_note {name} behind ana's glass",
        lambda s, v: notes.find_note(
            s, viewer=_behind(world, v), encounter=encounter(v.practice_id)
        ),
    )
    for ask in (notes.list_versions, notes.find_aside, notes.list_addenda):
        yield (
            f"{ask.__name__} {name}",
            lambda s, v, a=ask: a(s, viewer=v, note=note(v.practice_id)),
        )
    for which, key in (("", world.ids[f"{name}.version-aside"]), (" that is none", patient_id)):
        yield (
            f"access_version {name}{which}",
            lambda s, v, i=key: notes.access_version(
                s, viewer=v, note=note(v.practice_id), version_id=i
            ),
        )
    for lock in (False, True):
        yield (
            f"list_summaries {name} {lock}",
            lambda s, v, w=lock: summaries.list_summaries(
                s, viewer=v, encounter=encounter(v.practice_id), lock=w
            ),
        )
    yield (
        f"find_first_opening {name}",
        lambda s, v: summaries.find_first_opening(
            s,
            viewer=v,
            summary=VisitSummary(
                id=world.ids[f"{name}.summary-2"],
                practice_id=v.practice_id,
                patient_id=patient_id,
            ),
        ),
    )
