"""Sending mail, and looking after mails whose sending stopped in the middle."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from uuid import UUID

from shared import clock
from shared.access.dispatches import list_unsettled_dispatch_ids
from shared.access.suppressions import access_suppression
from shared.adapters.email.resend import ResendMail
from shared.adapters.email.ses import SesMail
from shared.config import Settings
from shared.jobs.registry import Job, every, task
from shared.messaging.email import ask_to_send
from shared.messaging.providers import Attempt, send_by_either, send_by_first
from shared.messaging.sending import Claimed, claim, record_outcome

# A call to the vendor lasts 12 seconds at most; what is `sending` for longer lost its process.
STUCK_AFTER = timedelta(minutes=5)
SWEEP_AT_ONCE = 200


@task("send_dispatch")
def send_dispatch(job: Job, *, dispatch_id: UUID) -> None:
    """Send one mail: claim and render, call, record. Nothing is locked during the call."""
    with job.session() as session:
        claimed = claim(
            session, viewer=job.principal, dispatch_id=dispatch_id, settings=job.settings
        )
    if claimed is None:
        return
    attempt = _send(job.settings, claimed)
    with job.session() as session:
        record_outcome(
            session,
            viewer=job.principal,
            claimed=claimed,
            letter=attempt.letter,
            outcome=attempt.outcome,
            provider=attempt.provider,
        )


@task("lift_suppression_at_vendor")
def lift_suppression_at_vendor(job: Job, *, suppression_id: UUID) -> None:
    """The vendor keeps a list of its own: take the address off it, unless it is on ours again."""
    with job.session() as session:
        row = access_suppression(session, viewer=job.principal, suppression_id=suppression_id)
        address = row.to
    mail(job.settings).unsuppress(address)


@every(60)
def sweep_dispatches(job: Job) -> None:
    """Ask again about mails that are `sending` for too long: the next run settles them."""
    with job.session() as session:
        stuck = list_unsettled_dispatch_ids(
            session,
            viewer=job.principal,
            statuses=("sending",),
            before=clock.now() - STUCK_AFTER,
            limit=SWEEP_AT_ONCE,
        )
        for dispatch_id in stuck:
            ask_to_send(session, dispatch_id)


@cache
def mail(settings: Settings) -> SesMail:
    """The vendor's client of this process."""
    return SesMail(settings)


@cache
def second_mail(settings: Settings) -> ResendMail:
    """The second vendor's client of this process."""
    return ResendMail(settings)


def _send(settings: Settings, claimed: Claimed) -> Attempt:
    """Send through the first provider, and where two mails are harmless through the second."""
    if not claimed.second_provider:
        return send_by_first(mail(settings), claimed.letter)
    key = f"dispatch/{claimed.dispatch_id}"
    return send_by_either(mail(settings), second_mail(settings), claimed.letter, key=key)
