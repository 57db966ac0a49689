"""Several people at the same moment: each step in a thread of its own, all let go at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

DONE = "done"


def all_at_once(
    app: Flask, steps: Sequence[Callable[[], Any]], *, told: tuple[type[Exception], ...] = ()
) -> list[str]:
    """How each step ended: what it returned in words, "done", or the refusal's name.

    `told` are the refusals a person may be told; anything else is a failure of the test.
    """
    together = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> str:
        with app.app_context():
            together.wait()
            try:
                found = step()
            except told as refusal:
                return type(refusal).__name__
            return DONE if found is None else str(found)

    with ThreadPoolExecutor(len(steps)) as threads:
        return list(threads.map(run, steps))
