"""Stripe's own page, played: a card form that works without JavaScript and cannot charge twice."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from shared.sandbox.store import unpack
from shared.sandbox.stripe.cards import BY_NUMBER, CARDS, CardProblem, read_card
from shared.sandbox.stripe.objects import Json, extra_of
from shared.sandbox.stripe.payments import ask_bank, decline, pay, refuse_bank
from shared.sandbox.stripe.webhooks import host_of
from shared.sandbox.world import sandbox

hosted = Blueprint("hosted", __name__, url_prefix="/stripe")
Answer = str | Response | AnyResponse | tuple[str, int]


def _session(session_id: str) -> tuple[str, Json]:
    """Account and session. The page's address is the secret, so no key is asked."""
    sql = "select account, body from stripe_object where id = ? and kind = 'checkout.session'"
    row = sandbox().store.one(sql, session_id)
    if row is None:
        raise NotFound
    session: Json = unpack(row["body"])
    if session["status"] == "open" and session["expires_at"] <= sandbox().clock.timestamp():
        # The sweep is up to half a second behind; the page must not be.
        session = session | {"status": "expired"}
    return str(row["account"]), session


def _return_url(session: Json) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _allow_way_back(session: Json) -> None:
    # Chromium applies form-action to the redirect after Pay, so the shop must be named in it.
    urls = (session["success_url"], session["cancel_url"] or "")
    g.form_targets = {url.split("/", 3)[0] + "//" + host_of(url) for url in urls if url}


def _form_page(session: Json, form: dict[str, str], problem: str = "", status: int = 200) -> Answer:
    _allow_way_back(session)
    page = render_template(
        "checkout.html",
        session=session,
        items=extra_of(sandbox(), session["id"]).get("items", []),
        cards=CARDS,
        form=form,
        problem=problem,
    )
    return page, status


def _closed_page(session: Json) -> Answer:
    return render_template("checkout_closed.html", session=session, back=_return_url(session))


def _typed() -> dict[str, str]:
    names = ("number", "expiry", "cvc", "name", "email")
    return {name: request.form.get(name, "").strip() for name in names}


def _person(form: dict[str, str]) -> Json:
    return {"name": form["name"] or None, "email": form["email"] or None}


@hosted.get("/checkout/<session_id>")
def checkout_show(session_id: str) -> Answer:
    _, session = _session(session_id)
    if session["status"] != "open":
        return _closed_page(session)
    chosen = BY_NUMBER.get(request.args.get("card", ""))
    form = {
        "number": chosen.spaced if chosen else "",
        "expiry": "12 / 40" if chosen else "",
        "cvc": "123" if chosen else "",
        "name": "Test Person" if chosen else "",
        "email": session["customer_email"] or "",
    }
    return _form_page(session, form)


@hosted.post("/checkout/<session_id>")
def checkout_pay(session_id: str) -> Answer:
    """Pay once. A second press finds the session complete and only leads back."""
    world, form = sandbox(), _typed()
    account, session = _session(session_id)
    if session["status"] != "open":
        return _after_closed(session)
    try:
        card, month, year = read_card(
            form["number"], form["expiry"], form["cvc"], world.clock.now()
        )
    except CardProblem as problem:
        return _form_page(session, form, str(problem), 422)
    if not session["customer_email"] and "@" not in form["email"]:
        return _form_page(session, form, "Write the e-mail address for your receipt.", 422)
    person = _person(form) | (
        {"email": session["customer_email"]} if session["customer_email"] else {}
    )
    paying: dict[str, Any] = {"month": month, "year": year, "person": person}
    with world.store.transaction():
        account, session = _session(session_id)
        if session["status"] != "open":
            return _after_closed(session)
        if card.decline_code:
            message = decline(world, account, session, card, paying)
            return _form_page(session, form, message, 402)
        if card.authenticates:
            ask_bank(world, account, session, card, paying)
            return redirect(url_for("hosted.authenticate_show", session_id=session_id), 303)
        pay(world, account, session, card, paying)
    return redirect(_return_url(session), 303)


def _after_closed(session: Json) -> Answer:
    if session["status"] == "complete":
        return redirect(_return_url(session), 303)
    return _closed_page(session)


@hosted.get("/checkout/<session_id>/authenticate")
def authenticate_show(session_id: str) -> Answer:
    _, session = _session(session_id)
    if session["status"] != "open":
        return _closed_page(session)
    if not extra_of(sandbox(), session_id).get("challenge"):
        return redirect(url_for("hosted.checkout_show", session_id=session_id), 303)
    _allow_way_back(session)
    return render_template("authenticate.html", session=session)


@hosted.post("/checkout/<session_id>/authenticate")
def authenticate_decide(session_id: str) -> Answer:
    """The bank's question answered: `confirm` pays, anything else goes back to the form."""
    world = sandbox()
    with world.store.transaction():
        account, session = _session(session_id)
        if session["status"] != "open":
            return _after_closed(session)
        challenge = extra_of(world, session_id).get("challenge")
        if not challenge:
            return redirect(url_for("hosted.checkout_show", session_id=session_id), 303)
        if request.form.get("answer") != "confirm":
            problem = refuse_bank(world, account, session)
            email = session["customer_email"] or challenge["form"]["person"].get("email") or ""
            blank = dict.fromkeys(("number", "expiry", "cvc", "name"), "")
            return _form_page(session, blank | {"email": email}, problem, 402)
        pay(world, account, session, BY_NUMBER[challenge["number"]], challenge["form"])
    return redirect(_return_url(session), 303)


@hosted.get("/receipts/<charge_id>")
def receipt_show(charge_id: str) -> Answer:
    sql = "select body from stripe_object where id = ? and kind = 'charge'"
    row = sandbox().store.one(sql, charge_id)
    if row is None:
        raise NotFound
    return render_template("receipt.html", charge=unpack(row["body"]))
