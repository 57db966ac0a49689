"""Going on by phone: one button on both sides; the patient confirms a number, the doctor calls."""

from sqlalchemy.orm import Session

from shared.access.principal import STAFF_ROLES, Principal
from shared.access.visits import get_visit
from shared.encounters import following
from shared.events import act
from shared.keyring import normalise_phone
from shared.models.visit import Visit
from shared.visits.errors import NumberUnusable, Over
from shared.visits.rooms import close_rooms
from shared.visits.signals import note_signal
from shared.visits.states import OVER, Status, check_move

# Why, in our own codes; the completion screen counts them.
REASONS = (
    "check_failed",
    "not_let_in",
    "alone",
    "no_picture",
    "no_room",
    "asked",
    "practice_asked",
)


def convert_to_phone(
    session: Session,
    *,
    visit: Visit,
    reason: str,
    number: str,
    by: Principal,
    browser: str = "unknown",
) -> Visit:
    """The visit goes on by phone. The patient's press agrees to that, and the log says so.

    A second press mends the number; why it came so stays. Raises NumberUnusable, Over, and
    ValueError for a reason that is not in REASONS.
    """
    if reason not in REASONS:
        raise ValueError(reason)
    try:
        callable_number = normalise_phone(number)
    except ValueError as error:
        raise NumberUnusable from error
    locked = get_visit(session, viewer=by, visit_id=visit.id, lock=True)
    if Status(locked.status) in OVER:
        raise Over
    first = locked.status != Status.CONVERTED_TO_PHONE
    if first:
        check_move(locked.status, Status.CONVERTED_TO_PHONE)
        locked.status = Status.CONVERTED_TO_PHONE.value
        locked.modality, locked.conversion_reason = "phone", reason
    locked.phone = callable_number
    act(session, "visit.converted", target=locked, patient_id=locked.patient_id, why=reason)
    if locked.practitioner_joined_at is not None:
        following.begin(session, visit=locked, by=by)
    if first:
        side = "practitioner" if by.acting_as in STAFF_ROLES else "patient"
        note_signal(
            session,
            visit=locked,
            side=side,
            kind="converted",
            reason=reason,
            browser=browser,
            by=by,
        )
    close_rooms(session, visit=locked, by=by)
    return locked
