"""Tasks, their waits and their schedules, before any queue."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from shared.config import load_settings
from shared.jobs.registry import SCHEDULES, TASKS, Job, Task, TryLater, load_tasks, task

SETTINGS = load_settings({"BEDSIDE_ENV": "test", "BEDSIDE_SECRET_KEY": "x" * 32})
JOB = Job("something", uuid4(), SETTINGS, id=7)


def test_waits_grow_to_a_quarter_of_an_hour_and_end() -> None:
    some = Task("some", print, attempts=12)
    waits = [some.wait(RuntimeError(), attempt) for attempt in range(1, 13)]
    assert waits[:3] == [timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20)]
    assert waits[10] == timedelta(minutes=15)
    assert waits[11] is None


def test_a_task_may_name_its_own_wait_but_not_for_ever() -> None:
    some = Task("some", print, attempts=3)
    later = TryLater(timedelta(minutes=1), "not known yet")
    assert some.wait(later, 2) == timedelta(minutes=1)
    assert some.wait(later, 3) is None


def test_ids_arrive_as_uuids_and_the_rest_as_text() -> None:
    seen: list[object] = []
    some = Task("some", lambda job, patient_id, kind: seen.extend((patient_id, kind)), attempts=1)
    some.call(JOB, {"patient_id": str(JOB.practice_id), "kind": "x"})
    assert seen == [UUID(str(JOB.practice_id)), "x"]


def test_a_job_asked_for_with_the_wrong_arguments_says_so_before_it_runs() -> None:
    some = Task("some", lambda job, patient_id: pytest.fail("ran"), attempts=1)
    with pytest.raises(TypeError):
        some.call(JOB, {"other_id": str(uuid4())})


def test_two_tasks_cannot_share_a_name() -> None:
    load_tasks()
    with pytest.raises(ValueError, match="send_dispatch"):
        task("send_dispatch")(print)


def test_every_schedule_asks_for_a_task_that_is_not_repeated_on_failure() -> None:
    load_tasks()
    assert {"expire_holds", "sweep_dispatches"} <= set(SCHEDULES)
    assert all(TASKS[name].attempts == 1 for name in SCHEDULES)


def test_a_job_acts_as_a_job_of_its_practice() -> None:
    context = JOB.principal.context()
    assert (context.db_role, context.actor_kind) == ("bedside_job", "job")
    assert (context.practice_id, context.reason) == (JOB.practice_id, "something")
