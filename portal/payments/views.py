"""From a held time, or a visit to be paid later, to a paid one. No card is ever typed here."""

from uuid import UUID

from flask import Response, request
from flask_babel import gettext as _

from portal import blueprint
from portal.booking.refusals import refusal_words
from portal.payments.presenters import present_checkout, present_payments, present_receipt
from portal.reader import own_zone
from shared.access.appointments import access_appointment
from shared.billing.errors import NothingToPay, TooManyPages
from shared.booking import HoldGone, SlotRefused
from shared.checkout import ask_stripe, money_of_payment, open_checkout
from shared.checkout.listing import list_own_payments
from shared.checkout.reading import FINAL, Standing
from shared.web.answers import invalid, page, to
from shared.web.current import practice, settings, transaction, viewer
from shared.web.policy import requires

PAGE = 10


@blueprint.get("/appointments/<uuid:appointment_id>/payment")
@requires("payment.make")
def payments_new(appointment_id: UUID) -> Response:
    """What it costs, for which time, and the way to pay."""
    shown = present_checkout(transaction(), viewer=viewer(), appointment_id=appointment_id)
    if shown.is_booked and not shown.is_owed:
        return to("portal.appointments_show", appointment_id=appointment_id)
    if not (shown.is_held or shown.is_owed):
        return page("portal/payments/gone.html", shown=shown)
    return page("portal/payments/new.html", shown=shown)


@blueprint.post("/appointments/<uuid:appointment_id>/payment")
@requires("payment.make")
def payments_create(appointment_id: UUID) -> Response:
    """Open a payment page; a free visit is booked at once."""
    held = access_appointment(transaction(), viewer=viewer(), appointment_id=appointment_id)
    try:
        payment = open_checkout(transaction(), appointment=held, by=viewer(), settings=settings())
    except HoldGone:
        return to("portal.payments_new", appointment_id=appointment_id)
    except NothingToPay:
        return to("portal.appointments_show", appointment_id=appointment_id)
    except SlotRefused as refused:
        return _refused(appointment_id, refusal_words(refused.refusal))
    except TooManyPages:
        problem = _("We could not open the payment page. You were not charged. Please call us.")
        return _refused(appointment_id, problem)
    if payment is None:
        return to("portal.appointments_show", appointment_id=appointment_id)
    return to("portal.payments_wait", payment_id=payment.id)


def _refused(appointment_id: UUID, problem: str) -> Response:
    shown = present_checkout(transaction(), viewer=viewer(), appointment_id=appointment_id)
    return invalid("portal/payments/new.html", status=409, shown=shown, problem=problem)


@blueprint.get("/payments/<uuid:payment_id>/pay")
@requires("payment.make")
def payments_wait(payment_id: UUID) -> Response:
    """Wait a moment for the payment page, then go there by a plain link."""
    return standing_page("portal/payments/wait.html", payment_id)


@blueprint.get("/payments/<uuid:payment_id>/return")
@requires("payment.make")
def payments_return(payment_id: UUID) -> Response:
    """Back from Stripe. That somebody came back proves nothing: Stripe is asked."""
    return standing_page("portal/payments/return.html", payment_id)


@blueprint.get("/payments/<uuid:payment_id>/standing")
@requires("payment.make")
def payments_standing(payment_id: UUID) -> Response:
    """How it stands now, for a page that waits: the same words, or on to where it ended."""
    money = money_of_payment(transaction(), viewer=viewer(), payment_id=payment_id)
    back = "back" in request.args
    if money.standing in FINAL:
        return to("portal.payments_return", payment_id=payment_id)
    return page("portal/payments/_standing.html", money=money, back=back)


@blueprint.post("/payments/<uuid:payment_id>/check")
@requires("payment.make")
def payments_check(payment_id: UUID) -> Response:
    """Ask Stripe now, for somebody who does not want to wait for its message."""
    ask_stripe(transaction(), payment_id=payment_id, by=viewer())
    return to("portal.payments_return", payment_id=payment_id)


@blueprint.get("/payments")
@requires("payment.read")
def payments_index() -> Response:
    """What was paid, newest first, each with its receipt."""
    before = read_id(request.args.get("before"))
    found = list_own_payments(transaction(), viewer=viewer(), before=before, limit=PAGE + 1)
    return page(
        "portal/payments/index.html",
        payments=present_payments(transaction(), found[:PAGE], viewer=viewer()),
        older=found[PAGE - 1].payment_id if len(found) > PAGE else None,
        first=before is None,
        zone=own_zone(),
    )


@blueprint.get("/payments/<uuid:payment_id>")
@requires("payment.read")
def payments_show(payment_id: UUID) -> Response:
    """The receipt."""
    receipt = present_receipt(transaction(), viewer=viewer(), payment_id=payment_id)
    return page("portal/payments/show.html", receipt=receipt, issuer=practice())


def standing_page(template: str, payment_id: UUID) -> Response:
    """A page about a payment under way; a settled one has its own."""
    money = money_of_payment(transaction(), viewer=viewer(), payment_id=payment_id)
    if money.standing is Standing.PAID:
        return to("portal.appointments_show", appointment_id=money.appointment_id)
    shown = present_checkout(transaction(), viewer=viewer(), appointment_id=money.appointment_id)
    return page(template, money=money, shown=shown)


def read_id(written: str | None) -> UUID | None:
    """The page's key, as our own link wrote it; anything else begins at the newest."""
    try:
        return UUID(written) if written else None
    except ValueError:
        return None
