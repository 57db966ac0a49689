"""What the pages of a visit notice about the call, kept as evidence: codes only, no fingerprint."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.visit_signals import list_signals_of
from shared.events import act
from shared.models.visit import Visit
from shared.models.visit_signal import BROWSERS, KINDS, VisitSignal

# What a page may say by itself while the call goes on; checks and conversions have steps of their
# own.
HEARD = frozenset({"joined", "dropped", "reconnected", "first_picture"})
CHECKS = frozenset({"check_passed", "check_failed"})
# How a check ended: what the line is good for, or what stood in the way. One that was not made
# ("skipped") says nothing and is not kept.
LINES = frozenset({"full", "lower", "audio_only"})
CHECK_REASONS = LINES | {
    "camera_absent",
    "camera_busy",
    "camera_denied",
    "line_unknown",
    "microphone_absent",
    "no_sound",
    "no_webrtc",
}
MOST_OF_A_VISIT = 200
LONGEST = 86_400_000
_REASON = re.compile(r"[a-z0-9_]{0,40}")
_TOLD = re.compile(r"([a-z_]{1,20})(?:\.([0-9]{1,8}))?(?:\.([a-z0-9_]{1,40}))?")
# The first that fits: most browsers call themselves by several names.
_FAMILIES = (
    ("Edg", "edge"),
    ("SamsungBrowser", "samsung"),
    ("Firefox/", "firefox"),
    ("FxiOS/", "firefox"),
    ("CriOS/", "chrome"),
    ("Chrome/", "chrome"),
    ("Safari/", "safari"),
)


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing a page says it noticed."""

    kind: str
    milliseconds: int | None = None
    reason: str = ""


def browser_family(user_agent: str) -> str:
    """The family of a browser by its own description; never its version."""
    if not user_agent:
        return "unknown"
    return next((name for mark, name in _FAMILIES if mark in user_agent), "other")


def read_heard(told: str, *, most: int = 20) -> list[Heard]:
    """What a page wrote, such as "joined.1830 dropped.92000.line"; anything else is left out."""
    found = []
    for word in told.split()[:most]:
        match = _TOLD.fullmatch(word)
        if match and match[1] in HEARD:
            found.append(Heard(match[1], int(match[2]) if match[2] else None, match[3] or ""))
    return found


def note_signal(
    session: Session,
    *,
    visit: Visit,
    side: str,
    kind: str,
    reason: str = "",
    browser: str = "unknown",
    milliseconds: int | None = None,
    by: Principal,
) -> None:
    """Keep one signal; a page that never stops talking is not listened to any more.

    Raises ValueError for a kind, browser or reason that is not ours.
    """
    if kind not in KINDS or browser not in BROWSERS or not _REASON.fullmatch(reason):
        raise ValueError(kind)
    if len(list_signals_of(session, viewer=by, visit=visit)) >= MOST_OF_A_VISIT:
        return
    row = VisitSignal(
        practice_id=visit.practice_id,
        visit_id=visit.id,
        patient_id=visit.patient_id,
        side=side,
        kind=kind,
        reason=reason,
        browser=browser,
        milliseconds=None if milliseconds is None else min(milliseconds, LONGEST),
        at=clock.now(),
    )
    session.add(row)
    act(
        session,
        "visit.signalled",
        target=visit,
        patient_id=visit.patient_id,
        kind=kind,
        reason=reason,
    )


def note_heard(
    session: Session,
    *,
    visit: Visit,
    side: str,
    heard: Iterable[Heard],
    browser: str,
    by: Principal,
) -> None:
    """Keep what a page noticed since it last spoke.

    A beat may tell again what the one before it told. Whoever came before comes back, and only the
    first picture is the first.
    """
    known = [one for one in list_signals_of(session, viewer=by, visit=visit) if one.side == side]
    told = {(one.kind, one.milliseconds) for one in known}
    kinds = {one.kind for one in known}
    for one in heard:
        again = one.kind == "joined" and "joined" in kinds
        kind = "reconnected" if again else one.kind
        repeated = {(one.kind, one.milliseconds), (kind, one.milliseconds)} & told
        if repeated or (kind == "first_picture" and kind in kinds):
            continue
        note_signal(
            session,
            visit=visit,
            side=side,
            kind=kind,
            reason=one.reason,
            browser=browser,
            milliseconds=one.milliseconds,
            by=by,
        )
        kinds.add(kind)
        told.add((kind, one.milliseconds))


def last_check(session: Session, *, visit: Visit, by: Principal) -> str:
    """How the patient's last check of devices and line ended; "full" when they made none."""
    found = [
        one.reason
        for one in list_signals_of(session, viewer=by, visit=visit)
        if one.kind in CHECKS and one.reason in CHECK_REASONS
    ]
    return found[-1] if found else "full"
