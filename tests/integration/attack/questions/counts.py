"""What is counted of a whole practice, and what its jobs sweep: about nobody in particular."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from shared.access import figures, readiness, reminders, resealing
from shared.access.principal import Principal
from shared.models.patient import Patient
from shared.models.suppression import Suppression
from tests.integration.attack.ground import TODAY
from tests.integration.attack.questions import Question
from tests.integration.attack.world import DAY, NOW, World

ZONE = "America/New_York"
# A day on which everything is as it was furnished, and the days around the end of a licence.
DAYS = {"today": TODAY, "in five months": TODAY.replace(month=6), "in years": TODAY.replace(2029)}


def of_counts(world: World) -> Iterator[Question]:
    """Standing, reminders, figures, and values that wait to be sealed anew."""
    for name, day in DAYS.items():
        yield (
            f"standing {name}",
            lambda s, v, d=day: readiness.read_standing(s, viewer=v, today=d),
        )
    yield "last proven room", lambda s, v: readiness.find_last_proven_room(s, viewer=v)
    for first, until in ((0, -30), (0, 0), (0, 30), (-12, 0), (-11, 3), (3, 4)):
        yield (
            f"reminders {first} {until}",
            lambda s, v, f=first, u=until: reminders.list_visits_to_remind(
                s, viewer=v, first=NOW + f * DAY, until=NOW + u * DAY
            ),
        )
    yield from _of_figures()
    yield from _of_sealing(world)


def _of_figures() -> Iterator[Question]:
    for weeks, month, now in ((31, 15, 0), (30, 10, 0), (1, 30, 0), (1, 30, 5)):
        yield (
            f"visits counted since -{weeks} -{month} at +{now}",
            lambda s, v, w=weeks, m=month, n=now: figures.count_visits(
                s,
                viewer=v,
                zone=ZONE,
                weeks_from=NOW - w * DAY,
                month_from=NOW - m * DAY,
                now=NOW + n * DAY,
            ),
        )
    for early in (timedelta(days=30), timedelta(days=8), timedelta(days=7, hours=23)):
        yield (
            f"money since -{early}",
            lambda s, v, w=early: figures.sum_money(s, viewer=v, zone=ZONE, weeks_from=NOW - w),
        )


def _of_sealing(world: World) -> Iterator[Question]:
    sealed = {model: (model, names) for model, names in resealing.sealed_models()}
    yield (
        "sealed models",
        lambda _, __: [
            all(names for _, names in resealing.sealed_models()),
            Patient in {model for model, _ in resealing.sealed_models()},
        ],
    )
    for model, version in ((Patient, 1), (Patient, 2), (Suppression, 1)):
        what = f"{model.__tablename__} {version}"
        yield (
            f"count {what}",
            lambda s, v, m=model, n=version: resealing.count_rows_sealed_otherwise(
                s, viewer=v, sealed=sealed[m], version=n
            ),
        )
        yield (
            f"rows {what}",
            lambda s, v, m=model, n=version: sorted(
                world.named(one)
                for one in resealing.lock_rows_sealed_otherwise(
                    s, viewer=v, sealed=sealed[m], version=n, limit=9
                )
            ),
        )
    yield (
        "rows but one of ana's",
        lambda s, v: sorted(
            world.named(one)
            for one in resealing.lock_rows_sealed_otherwise(
                s, viewer=v, sealed=sealed[Suppression], version=1, limit=9,
                but=[world.ids["seagrape.address-own"], world.ids["ironbound.address-own"]],
            )
        ),
    )  # fmt: skip
    yield "rows for a job by name alone", _by_name_alone


def _by_name_alone(session: Session, viewer: Principal) -> int:
    """Whoever is a job, and acts as nothing yet."""
    before = replace(viewer, acting_as=None)
    sealed = (Suppression, ("to",))
    return resealing.count_rows_sealed_otherwise(session, viewer=before, sealed=sealed, version=2)
