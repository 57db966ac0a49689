"""Sending mail, and looking after mails whose sending stopped in the middle."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import cache
from uuid import UUID

from shared import clock
from shared.access.dispatches import list_unsettled_dispatch_ids
from shared.adapters.email.letter import Letter, Outcome, Refused
from shared.adapters.email.ses import FALLBACK_SENDER, SENDER_REFUSED, SesMail
from shared.config import Settings
from shared.jobs.registry import Job, every, task
from shared.messaging.email import ask_to_send
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
    letter, outcome = _send(mail(job.settings), claimed)
    with job.session() as session:
        record_outcome(
            session, viewer=job.principal, claimed=claimed, letter=letter, outcome=outcome
        )


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


def _send(client: SesMail, claimed: Claimed) -> tuple[Letter, Outcome]:
    """Send; when the vendor refuses the practice's own sender, send under the fallback's."""
    outcome = client.send(claimed.letter)
    own = claimed.letter.sender.source == "row"
    if own and isinstance(outcome, Refused) and outcome.reason == SENDER_REFUSED:
        fallback = replace(FALLBACK_SENDER, name=claimed.letter.sender.name)
        letter = replace(claimed.letter, sender=fallback)
        return letter, client.send(letter)
    return claimed.letter, outcome
