"""Jobs about money: each loads an id and calls a service."""

from datetime import timedelta
from uuid import UUID

from shared import clock
from shared.access.payment_sweeps import (
    list_pages_to_close,
    list_pages_unheard,
    list_refunds_unheard,
)
from shared.checkout import calls
from shared.jobs.registry import Job, every, task
from shared.queue import defer

# How long a notification may take before we look for ourselves.
UNHEARD = timedelta(minutes=2)


@task("create_checkout")
def create_checkout(job: Job, *, checkout_id: UUID) -> None:
    """Open a payment page at Stripe."""
    calls.create_page(job, checkout_id=checkout_id)


@task("refresh_checkout")
def refresh_checkout(job: Job, *, checkout_id: UUID) -> None:
    """Look what became of a payment page."""
    calls.refresh_page(job, checkout_id=checkout_id)


@task("expire_checkout")
def expire_checkout(job: Job, *, checkout_id: UUID) -> None:
    """Close a payment page."""
    calls.expire_page(job, checkout_id=checkout_id)


@task("submit_refund")
def submit_refund(job: Job, *, refund_id: UUID) -> None:
    """Give money back."""
    calls.submit_refund(job, refund_id=refund_id)


@task("refresh_refund")
def refresh_refund(job: Job, *, refund_id: UUID) -> None:
    """Look what became of a refund."""
    calls.refresh_refund(job, refund_id=refund_id)


@every(60)
def expire_checkouts(job: Job) -> None:
    """Close the pages whose time is up, before their holds run out."""
    with job.session() as session:
        for page in list_pages_to_close(session, viewer=job.principal, at=clock.now()):
            defer(session, "expire_checkout", queueing_lock=f"expire:{page}", checkout_id=page)


@every(60)
def reconcile_payments(job: Job) -> None:
    """Find out what no notification told us."""
    before = clock.now() - UNHEARD
    with job.session() as session:
        for page in list_pages_unheard(session, viewer=job.principal, before=before):
            defer(session, "refresh_checkout", queueing_lock=f"refresh:{page}", checkout_id=page)
        for refund in list_refunds_unheard(session, viewer=job.principal, before=before):
            defer(session, "refresh_refund", queueing_lock=f"refresh:{refund}", refund_id=refund)
