"""The front page, the card terminal and the delivery log."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from shared.sandbox.delivery import describe
from shared.sandbox.faults import list_faults
from shared.sandbox.store import unpack
from shared.sandbox.stripe.cards import CARDS
from shared.sandbox.world import sandbox

pages = Blueprint("pages", __name__)
SHOWN = 100


def _count(sql: str) -> int:
    row = sandbox().store.one(sql)
    return int(row[0]) if row else 0


@pages.get("/")
def index() -> str:
    open_sessions = (
        "select count(*) from stripe_object where kind = 'checkout.session'"
        ' and body like \'%"status":"open"%\''
    )
    return render_template(
        "index.html",
        mails=_count("select count(*) from mail"),
        open_sessions=_count(open_sessions),
        waiting=_count("select count(*) from delivery where state <> 'delivered'"),
        faults=len(list_faults(sandbox().store)),
    )


@pages.get("/terminal")
def terminal() -> str:
    sql = (
        "select account, body, extra from stripe_object where kind = 'checkout.session'"
        " order by seq desc limit ?"
    )
    found: list[dict[str, Any]] = []
    for row in sandbox().store.all(sql, SHOWN):
        names = [item["description"] for item in unpack(row["extra"]).get("items", [])]
        found.append(
            {"account": row["account"], "what": ", ".join(names), "session": unpack(row["body"])}
        )
    return render_template("terminal.html", payments=found, cards=CARDS)


@pages.get("/deliveries")
def deliveries() -> str:
    sql = "select * from delivery order by created desc, rowid desc limit ?"
    rows = sandbox().store.all(sql, SHOWN)
    return render_template("deliveries.html", deliveries=[describe(row) for row in rows])


@pages.post("/deliveries/<delivery_id>/resend")
def deliveries_resend(delivery_id: str) -> Response:
    if not sandbox().postman.resend(delivery_id):
        raise NotFound
    return redirect(url_for("pages.deliveries"), 303)
