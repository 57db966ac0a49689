"""The calls to Stripe: claim in one transaction, call in none, note the outcome in another.

Each may be run again at any moment, also after its worker was killed half-way: the claim ages,
and Stripe answers the same request with the same result.
"""

from dataclasses import replace
from uuid import UUID

from shared.access.patients import access_patient
from shared.access.payments import access_checkout, access_payment, access_refund
from shared.adapters.payments.accounts import payments
from shared.adapters.payments.errors import NotFound, PaymentsError, Unavailable
from shared.adapters.payments.values import CheckoutState
from shared.attention import raise_item, settle_item
from shared.billing.pages import claim_page, note_trouble
from shared.billing.refunds import (
    claim_refund,
    lock_refund,
    note_refund_refused,
    note_refund_unknown,
)
from shared.billing.states import CheckoutStatus
from shared.checkout.settling import end_unopened_page, settle_page, settle_refund
from shared.practices.work import VendorWork


def create_page(work: VendorWork, *, checkout_id: UUID) -> None:
    """Open a queued page at Stripe. Raises Unavailable, to be run again."""
    with work.session() as session:
        claim = claim_page(session, checkout_id=checkout_id, by=work.principal)
        if claim is None:
            return
        patient = access_patient(session, viewer=work.principal, patient_id=claim.patient_id)
        email = patient.email if claim.receipts else None
        request = replace(claim.request, customer_email=email)
        if claim.by_default:
            raise_item(session, "payment_fallback")
        else:
            settle_item(session, "payment_fallback")
    try:
        state = payments(work.settings, claim.account_key).create_checkout(request)
    except PaymentsError as error:
        again = isinstance(error, Unavailable)
        status = CheckoutStatus.UNKNOWN if again else CheckoutStatus.FAILED
        with work.session() as session:
            note_trouble(
                session, checkout_id=checkout_id, status=status, code=error.code, by=work.principal
            )
        if again:
            raise
        return
    _take_over(work, state)
    with work.session() as session:
        page = access_checkout(session, viewer=work.principal, checkout_id=checkout_id)
        unwanted = page.status == CheckoutStatus.EXPIRED
    if unwanted:
        expire_page(work, checkout_id=checkout_id)


def refresh_page(work: VendorWork, *, checkout_id: UUID) -> None:
    """Look at Stripe what became of a page; open it there if that is still to be done."""
    found = _known_page(work, checkout_id)
    if found is None:
        create_page(work, checkout_id=checkout_id)
        return
    account_key, vendor_id = found
    _take_over(work, payments(work.settings, account_key).retrieve_checkout(vendor_id))


def expire_page(work: VendorWork, *, checkout_id: UUID) -> None:
    """Close a page at Stripe, so that nobody can pay on it; paid meanwhile, it is settled."""
    found = _known_page(work, checkout_id)
    if found is None and _was_tried(work, checkout_id):
        create_page(work, checkout_id=checkout_id)
        found = _known_page(work, checkout_id)
    if found is None:
        _end_unopened(work, checkout_id)
        return
    account_key, vendor_id = found
    try:
        state = payments(work.settings, account_key).expire_checkout(vendor_id)
    except NotFound:
        _end_unopened(work, checkout_id)
        return
    _take_over(work, state)


def submit_refund(work: VendorWork, *, refund_id: UUID) -> None:
    """Carry a queued refund to Stripe. Raises Unavailable, to be run again."""
    with work.session() as session:
        claim = claim_refund(session, refund_id=refund_id, by=work.principal)
    if claim is None:
        return
    try:
        state = payments(work.settings, claim.account_key).refund(claim.request)
    except Unavailable as error:
        with work.session() as session:
            note_refund_unknown(session, refund_id=refund_id, code=error.code, by=work.principal)
        raise
    except PaymentsError as error:
        with work.session() as session:
            payment, refund = lock_refund(session, refund_id=refund_id, by=work.principal)
            note_refund_refused(session, payment=payment, refund=refund, code=error.code)
        return
    with work.session() as session:
        settle_refund(session, state=state, by=work.principal)


def refresh_refund(work: VendorWork, *, refund_id: UUID) -> None:
    """Look at Stripe what became of a refund; submit it if that is still to be done."""
    with work.session() as session:
        refund = access_refund(session, viewer=work.principal, refund_id=refund_id)
        payment = access_payment(session, viewer=work.principal, payment_id=refund.payment_id)
        account_key, vendor_id = payment.account_key, refund.vendor_id
    if vendor_id is None:
        submit_refund(work, refund_id=refund_id)
        return
    state = payments(work.settings, account_key).retrieve_refund(vendor_id)
    with work.session() as session:
        settle_refund(session, state=state, by=work.principal)


def _take_over(work: VendorWork, state: CheckoutState) -> None:
    with work.session() as session:
        settle_page(session, state=state, by=work.principal)


def _known_page(work: VendorWork, checkout_id: UUID) -> tuple[str, str] | None:
    """(account, id at Stripe) of a page that exists there."""
    with work.session() as session:
        page = access_checkout(session, viewer=work.principal, checkout_id=checkout_id)
        payment = access_payment(session, viewer=work.principal, payment_id=page.payment_id)
        return (payment.account_key, page.vendor_id) if page.vendor_id else None


def _was_tried(work: VendorWork, checkout_id: UUID) -> bool:
    """Whether Stripe may have been asked for the page: then asking again tells."""
    with work.session() as session:
        page = access_checkout(session, viewer=work.principal, checkout_id=checkout_id)
        return page.attempts > 0


def _end_unopened(work: VendorWork, checkout_id: UUID) -> None:
    with work.session() as session:
        end_unopened_page(session, checkout_id=checkout_id, by=work.principal)
