"""A visit in the patient's words: the wait, the call, the text that is agreed to."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shared import clock
from shared.visits.arriving import Wait
from shared.visits.states import Status
from shared.web.formats import clock_time
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext

if TYPE_CHECKING:
    from datetime import datetime

    from shared.models.visit import Visit
    from shared.people.consent_texts import ConsentText

_POINT = re.compile(r"^- (?:\*\*(.+?)\*\* )?(.*)$", re.DOTALL)
# Somebody alone for so long is asked whether to go on by phone.
ALONE_SECONDS = 90
MOST_KNOCKS = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a point of a list with its name."""

    text: str
    name: str = ""
    point: bool = False


def paragraphs(text: "ConsentText") -> list[Paragraph]:
    """A consent's text: paragraphs and points, as plain words."""
    found: list[Paragraph] = []
    for block in text.body.split("\n\n"):
        for piece in re.split(r"\n(?=- )", block):
            words = " ".join(piece.split())
            match = _POINT.match(words)
            found.append(
                Paragraph(match[2], match[1] or "", point=True) if match else Paragraph(words)
            )
    return found


def wait_words(wait: Wait, *, doctor: str, starts_at: "datetime", zone: str) -> list[str]:
    """What can honestly be said: who is before them, and when it should begin."""
    said = []
    if wait.line.ahead:
        said.append(
            ngettext("One person is before you.", "%(num)d people are before you.", wait.line.ahead)
        )
    elif wait.line.busy:
        said.append(_("%(doctor)s is with another patient. You are next.", doctor=doctor))
    else:
        said.append(_("You are next."))
    if wait.late_minutes and wait.expected_at:
        said.append(
            _(
                "%(doctor)s is about %(minutes)s minutes late. We expect to begin at %(time)s.",
                doctor=doctor,
                minutes=wait.late_minutes,
                time=clock_time(wait.expected_at, zone),
            )
        )
    elif wait.expected_at:
        said.append(_begins(wait.expected_at, zone))
    elif wait.excused:
        planned = clock_time(starts_at, zone)
        said.append(_("It was planned for %(time)s. You are not forgotten.", time=planned))
    else:
        said.append(
            _(
                "It was planned for %(time)s and should begin any moment. You are not forgotten.",
                time=clock_time(starts_at, zone),
            )
        )
    return said


def _begins(at: "datetime", zone: str) -> str:
    minutes = max(1, round((at - clock.now()).total_seconds() / 60))
    return ngettext(
        "Your visit begins at %(time)s, in about a minute.",
        "Your visit begins at %(time)s, in about %(num)d minutes.",
        minutes,
        time=clock_time(at, zone),
    )


def begin_words(checked: str) -> str:
    """How the call begins because of what the check found; nothing where it begins as ever."""
    said = {
        "lower": _("Your line was slow in the test, so the call begins with a smaller picture."),
        "audio_only": _(
            "Your line was too slow for a picture, so your camera is off at first. You can turn it"
            " on in the call."
        ),
        "microphone_absent": _(
            "The test found no camera and no microphone, so both are off at first. You can turn"
            " them on in the call."
        ),
    }
    camera = _(
        "The test could not use your camera, so it is off at first. You can turn it on in the call."
    )
    return said.get(checked, camera if checked.startswith("camera_") else "")


@dataclass(frozen=True, slots=True)
class CallStatus:
    """The line beside the frame: what is going on, and the way out when it does not."""

    tone: str
    words: str
    # Why going on by phone is offered in the open; empty while there is no reason to.
    phone_reason: str = ""


def call_status(
    visit: "Visit", *, doctor: str, doctor_in: bool, knocks: int, seconds: int
) -> CallStatus:
    """`seconds`: since this page was opened; `doctor_in`: whether the doctor is in the room now."""
    if visit.status == Status.IN_PROGRESS:
        return CallStatus("good", _("You are talking with %(doctor)s.", doctor=doctor))
    dropped = visit.dropped_at if visit.status == Status.DROPPED else None
    alone = int((clock.now() - dropped).total_seconds()) if dropped else seconds
    reason = ""
    if knocks >= MOST_KNOCKS:
        reason = "not_let_in"
    elif alone >= ALONE_SECONDS:
        reason = "alone"
    if dropped:
        words = _("The line was lost, or one of you left. The visit stays open.")
        return CallStatus("warn", words, reason)
    if doctor_in:
        words = _("%(doctor)s is here and lets you in.", doctor=doctor)
    else:
        words = _("%(doctor)s comes in a moment.", doctor=doctor)
    return CallStatus("info", words, reason)
