"""The clock: a week of practice in two minutes."""

from datetime import datetime
from typing import Final

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from shared.sandbox.ui.present import ZONE
from shared.sandbox.world import sandbox

clock_page = Blueprint("clock_page", __name__, url_prefix="/clock")
STEPS: Final = (
    ("600", "10 minutes on"),
    ("3600", "1 hour on"),
    ("tomorrow", "Tomorrow at 8:00 am"),
    ("86400", "1 day on"),
    ("604800", "1 week on"),
    ("2592000", "30 days on"),
)
MORNING = 8


@clock_page.get("")
def show() -> str:
    return _page("")


def _page(problem: str) -> str:
    there = sandbox().clock.now().astimezone(ZONE)
    return render_template(
        "clock.html", steps=STEPS, exact=f"{there:%Y-%m-%dT%H:%M}", problem=problem
    )


def _move(wanted: str) -> None:
    clock = sandbox().clock
    if wanted == "now":
        clock.set_offset(0)
    elif wanted == "tomorrow":
        clock.to_tomorrow(MORNING, ZONE)
    elif wanted == "exact":
        at = datetime.fromisoformat(request.form.get("at", ""))
        clock.set_to(at.replace(tzinfo=ZONE))
    elif wanted in {step for step, _ in STEPS}:
        clock.advance(int(wanted))
    else:
        raise ValueError("choose one of the buttons")


@clock_page.post("")
def update() -> Response | tuple[str, int]:
    try:
        _move(request.form.get("move", ""))
    except (ValueError, OverflowError):
        return _page("That date could not be read, or is more than twenty years away."), 422
    return redirect(url_for("clock_page.show"), 303)
