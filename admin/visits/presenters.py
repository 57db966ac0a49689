"""A visit in words: how far it is, who is where, what its practitioner can do now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from shared import clock
from shared.visits.attending import absent_from
from shared.visits.presence import FRESH
from shared.visits.states import OVER, Status
from shared.web.formats import clock_time, duration, relative
from shared.web.i18n import gettext as _
from shared.web.states import state_name

if TYPE_CHECKING:
    from shared.access.held_visits import WaitingVisit
    from shared.models.dispatch import Dispatch
    from shared.models.visit import VideoRoom, Visit
    from shared.models.visit_company import VisitGuest

MET = frozenset({Status.IN_PROGRESS, Status.DROPPED})
MINUTE = timedelta(minutes=1)
# The mail with a guest's link will not come any more.
MAIL_FAILED = frozenset({"bounced", "complained", "suppressed", "failed", "cancelled", "skipped"})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the waiting list."""

    id: UUID
    patient_id: UUID
    name: str
    starts: str
    visit: str
    with_whom: str
    mine: bool
    words: str
    tone: str
    detail: str
    # How somebody who closed the waiting room comes back.
    recall: str
    video: str
    is_over: bool
    waits: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How a visit stands, for its practitioner: a headline, a sentence, and what is possible."""

    title: str
    text: str
    tone: str
    is_over: bool
    by_phone: bool
    joined: bool
    may_start: bool
    may_note_absence: bool
    absence_words: str | None


def present_waiting(one: "WaitingVisit", own: UUID | None, zone: str) -> Line:
    """A line of the list, told to the whole desk; nothing clinical in it."""
    visit, mine = one.visit, one.practitioner_id == own
    words, tone = _far(visit, one.patient_seen_at)
    away = visit.status == Status.PATIENT_CHECKED_IN and not is_fresh(one.patient_seen_at)
    return Line(
        id=visit.id,
        patient_id=one.patient.id,
        name=f"{one.patient.given_name} {one.patient.family_name}",
        starts=clock_time(visit.starts_at, zone),
        visit=one.visit_type,
        with_whom=one.practitioner,
        mine=mine,
        words=words,
        tone=tone,
        detail=_detail(visit, zone),
        recall=_recall(mine) if away else "",
        video=_video(visit, one.room),
        is_over=Status(visit.status) in OVER,
        waits=visit.status == Status.PATIENT_CHECKED_IN,
    )


def _far(visit: "Visit", seen_at: datetime | None) -> tuple[str, str]:
    here = is_fresh(seen_at)
    said = {
        Status.SCHEDULED: (_("Not here yet"), "neutral"),
        Status.ROOM_READY: (_("Not here yet"), "neutral"),
        Status.PATIENT_CHECKED_IN: (_("Waiting"), "warn")
        if here
        else (_("Stepped away"), "neutral"),
        Status.PRACTITIONER_JOINED: (_("Started"), "accent"),
        Status.IN_PROGRESS: (_("In the call"), "good"),
        Status.DROPPED: (_("Connection lost"), "bad"),
        Status.CONVERTED_TO_PHONE: (_("By phone"), "accent"),
        Status.NO_SHOW: (_("Did not come"), "neutral"),
        Status.CANCELLED: (_("Called off"), "neutral"),
    }
    took_place = visit.began_at is not None or visit.modality == "phone"
    ended = (_("Took place"), "good") if took_place else (_("Ended, nobody met"), "neutral")
    return said.get(Status(visit.status), ended)


def _recall(mine: bool) -> str:
    """What the waiting room promised to who closed it."""
    if mine:
        return _("Is told by e-mail when you start")
    return _("Is told by e-mail when the visit starts")


def _detail(visit: "Visit", zone: str) -> str:
    parts = []
    if Status(visit.status) in OVER:
        if visit.began_at and visit.ended_at:
            minutes = max(1, (visit.ended_at - visit.began_at) // MINUTE)
            parts.append(_("Lasted %(time)s", time=duration(minutes)))
    elif visit.checked_in_at:
        parts.append(
            _(
                "Checked in at %(time)s (%(ago)s)",
                time=clock_time(visit.checked_in_at, zone),
                ago=relative(visit.checked_in_at),
            )
        )
    elif visit.starts_at < clock.now():
        parts.append(_("Due %(ago)s", ago=relative(visit.starts_at)))
    if visit.location_state and visit.checked_in_at:
        parts.append(_("in %(state)s", state=state_name(visit.location_state)))
    if visit.late_minutes and Status(visit.status) not in OVER | MET:
        parts.append(_("told: %(minutes)s minutes late", minutes=visit.late_minutes))
    return ", ".join(parts)


def _video(visit: "Visit", room: str | None) -> str:
    if Status(visit.status) in OVER:
        return _("By phone") if visit.modality == "phone" else _("By video")
    if visit.modality == "phone":
        return _("By phone")
    return _("Video ready") if room == "ready" else _("Video not ready yet")


def guest_state(guest: "VisitGuest", mail: "Dispatch | None", at: datetime, zone: str) -> str:
    """Whether a link was opened, and what became of the mail it went by."""
    if guest.revoked_at:
        return _("Taken back")
    if guest.expires_at <= at:
        return _("Run out")
    if guest.opened_at:
        return _("Opened at %(time)s", time=clock_time(guest.opened_at, zone))
    if mail is not None and mail.status in MAIL_FAILED:
        return _("The mail did not arrive. Take it back, and pass a new link on yourself.")
    until = clock_time(guest.expires_at, zone)
    if mail is not None:
        return _("Sent by mail, not opened yet, good until %(time)s", time=until)
    return _("Not opened yet, good until %(time)s", time=until)


def is_fresh(seen_at: datetime | None) -> bool:
    """True while somebody's page speaks."""
    return seen_at is not None and seen_at > clock.now() - FRESH


def present_standing(
    visit: "Visit", *, name: str, here: bool, inside: set[str], room: "VideoRoom | None", zone: str
) -> Standing:
    """The visit as its practitioner needs to know it now."""
    status = Status(visit.status)
    title, text, tone = _told(visit, name, here, inside, room, zone)
    allowed_at = absent_from(visit)
    undecided = status not in OVER | MET and not (visit.checked_in_at and here)
    return Standing(
        title=title,
        text=text,
        tone=tone,
        is_over=status in OVER,
        by_phone=visit.modality == "phone",
        joined=visit.practitioner_joined_at is not None,
        may_start=status not in OVER and visit.practitioner_joined_at is None,
        may_note_absence=undecided and allowed_at is not None and clock.now() >= allowed_at,
        absence_words=_(
            "If they do not come, you can write that down from %(time)s on.",
            time=clock_time(allowed_at, zone),
        )
        if undecided and allowed_at is not None and clock.now() < allowed_at
        else None,
    )


def _told(
    visit: "Visit",
    name: str,
    here: bool,
    inside: set[str],
    room: "VideoRoom | None",
    zone: str,
) -> tuple[str, str, str]:
    status = Status(visit.status)
    if status in OVER:
        return (*_over(visit, status, zone), "info")
    if status == Status.CONVERTED_TO_PHONE:
        if visit.practitioner_joined_at:
            return _("By phone"), _("When you have finished, press End."), "info"
        return _("By phone"), _("Call %(name)s now.", name=name), "info"
    if visit.practitioner_joined_at is None:
        return _before(visit, name, here, zone)
    if room is None:
        words = _("It takes some seconds. If it does not come, go on by phone.")
        return _("The video room is being made"), words, "warn"
    if inside == {"patient", "practitioner"}:
        return _("You are connected"), _("%(name)s is in the call.", name=name), "good"
    if "practitioner" not in inside:
        words = _("Allow camera and microphone in the picture. Nobody sees you before that.")
        return _("Join the call"), words, "info"
    if here:
        words = _("Press “Let in” in the picture when it asks. That is the only press.")
        return _("%(name)s is at the door", name=name), words, "warn"
    if status == Status.DROPPED:
        words = _("Their page offers to come back, or to go on by phone.")
        return _("%(name)s is gone for the moment", name=name), words, "warn"
    return (*_before(visit, name, here, zone)[:2], "info")


def _before(visit: "Visit", name: str, here: bool, zone: str) -> tuple[str, str, str]:
    if visit.checked_in_at is None:
        due = relative(visit.starts_at)
        words = _("The visit is due %(when)s.", when=due)
        if visit.starts_at <= clock.now() - MINUTE:
            words = _("The visit was due %(when)s.", when=due)
        return _("%(name)s is not here yet", name=name), words, "info"
    since = clock_time(visit.checked_in_at, zone)
    place = state_name(visit.location_state or "")
    if here:
        words = _("Checked in at %(time)s, from %(place)s.", time=since, place=place)
        return _("%(name)s is waiting", name=name), words, "warn"
    if visit.practitioner_joined_at:
        words = _(
            "Checked in at %(time)s from %(place)s, and closed the page. If they do not come back,"
            " go on by phone.",
            time=since,
            place=place,
        )
    else:
        words = _(
            "Checked in at %(time)s from %(place)s, and closed the page. They are told by e-mail"
            " when you start.",
            time=since,
            place=place,
        )
    return _("%(name)s has stepped away", name=name), words, "info"


def _over(visit: "Visit", status: Status, zone: str) -> tuple[str, str]:
    ended = clock_time(visit.ended_at, zone) if visit.ended_at else ""
    if status == Status.NO_SHOW:
        return _("The patient did not come"), _("Written down at %(time)s.", time=ended)
    if status == Status.CANCELLED:
        return _("Called off"), _("The appointment was cancelled or moved.")
    gone = visit.torn_down_at is not None
    room = (
        _("The video room is gone: the vendor confirmed it.")
        if gone
        else _("The video room is being removed.")
    )
    how = _("It took place by phone.") if visit.modality == "phone" else room
    if visit.modality != "phone" and visit.began_at is None:
        how = _("Nobody met. %(room)s", room=room)
    return _("The visit has ended"), _("At %(time)s. %(how)s", time=ended, how=how)
