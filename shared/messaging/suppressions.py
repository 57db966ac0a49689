"""An address that bounced or complained gets no mail any more, until it is proven or said mended.

Mail that somebody waits for in front of a screen (sign-in) is still tried.
"""

from uuid import UUID

from sqlalchemy.orm import Session

from shared import clock
from shared.access.principal import Principal
from shared.access.suppressions import access_suppression, find_suppression
from shared.attention import raise_item, settle_item
from shared.events import act
from shared.messaging.catalogue import find_template
from shared.models.dispatch import Dispatch
from shared.models.suppression import Suppression
from shared.queue import defer

BOUNCED, COMPLAINED = "bounced", "complained"
# Why a person lets mail go to an address again; a closed list, so that no free text is logged.
LIFT_REASONS = ("mended", "asked_for", "mistaken")
DELIVERED_SINCE = "delivered_since"


class UnknownReason(ValueError):
    """A reason that is not in the list."""


def learn_from_fate(session: Session, dispatch: Dispatch, *, viewer: Principal) -> None:
    """Draw the conclusion from what the vendor told about a message. Flushes."""
    status, reason = dispatch.status, dispatch.reason or ""
    if status == "complained":
        _suppress(session, dispatch, COMPLAINED, viewer)
    elif status == "suppressed" or (status == "bounced" and reason.startswith("permanent")):
        _suppress(session, dispatch, BOUNCED, viewer)
    elif status == "bounced":
        raise_failed(session, dispatch)
    elif status == "delivered":
        _prove_mended(session, dispatch, viewer)


def raise_failed(session: Session, dispatch: Dispatch) -> None:
    """A message did not arrive and nothing will be tried again: a person has to look."""
    raise_item(
        session,
        "mail_failed",
        subject=("dispatch", dispatch.id),
        patient_id=dispatch.patient_id,
        code=dispatch.reason,
    )


def lift_suppression(
    session: Session, *, suppression_id: UUID, reason: str, by: Principal
) -> Suppression:
    """Let mail go to the address again, here and at the vendor. Raises NotFound, UnknownReason."""
    if reason not in LIFT_REASONS:
        raise UnknownReason(reason)
    row = access_suppression(session, viewer=by, suppression_id=suppression_id, lock=True)
    if row.lifted_at is None:
        _lift(session, row, reason, by)
    return row


def _suppress(session: Session, dispatch: Dispatch, reason: str, viewer: Principal) -> None:
    if dispatch.to_bidx is None:
        return
    row = find_suppression(
        session, viewer=viewer, channel=dispatch.channel, to_bidx=dispatch.to_bidx
    )
    if row is None:
        row = Suppression(
            practice_id=dispatch.practice_id,
            channel=dispatch.channel,
            to=dispatch.to,
            to_bidx=dispatch.to_bidx,
            reason=reason,
            dispatch_id=dispatch.id,
            patient_id=dispatch.patient_id,
            created_at=clock.now(),
        )
        session.add(row)
        act(session, "suppression.made", target=row, patient_id=row.patient_id, reason=reason)
    raise_item(
        session,
        f"mail_{reason}",
        subject=("suppression", row.id),
        patient_id=row.patient_id,
        code=dispatch.reason or find_template(dispatch.template).name,
    )


def _prove_mended(session: Session, dispatch: Dispatch, viewer: Principal) -> None:
    """A sign-in mail that arrived proves that the mailbox is there; a complaint stands."""
    if dispatch.to_bidx is None:
        return
    row = find_suppression(
        session, viewer=viewer, channel=dispatch.channel, to_bidx=dispatch.to_bidx
    )
    if row is not None and row.reason == BOUNCED and dispatch.created_at > row.created_at:
        _lift(session, row, DELIVERED_SINCE, None)


def _lift(session: Session, row: Suppression, reason: str, by: Principal | None) -> None:
    row.lifted_at, row.lift_reason = clock.now(), reason
    row.lifted_by = by.account_id if by else None
    act(session, "suppression.lifted", target=row, patient_id=row.patient_id, reason=reason)
    defer(session, "lift_suppression_at_vendor", suppression_id=row.id)
    for kind in (f"mail_{BOUNCED}", f"mail_{COMPLAINED}"):
        settle_item(session, kind, subject=("suppression", row.id), by=by)
