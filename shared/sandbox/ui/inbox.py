"""The inbox: every mail the product sent, as its reader would see it."""

from collections import Counter
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest, NotFound
from werkzeug.wrappers import Response as AnyResponse

from shared.sandbox.aws.ses_events import KINDS, tell_later
from shared.sandbox.control import body_of, list_mails, open_mail
from shared.sandbox.store import Row, unpack
from shared.sandbox.ui.security import MAIL_CSP
from shared.sandbox.world import sandbox

inbox = Blueprint("inbox", __name__, url_prefix="/inbox")
VIEWS = ("html", "text", "source")
FEW = 200


def _find(mail_id: str) -> Row:
    row = sandbox().store.one("select * from mail where id = ?", mail_id)
    if row is None:
        raise NotFound
    return row


def _line(row: Row) -> dict[str, Any]:
    return {
        "id": row["id"],
        "to": ", ".join(unpack(row["recipients"])),
        "sender": row["sender"],
        "subject": row["subject"] or "(no subject)",
        "created": row["created"],
        "state": row["state"],
        "provider": row["provider"],
    }


def _lists(to: str) -> dict[str, Any]:
    every = sandbox().store.all("select recipients from mail")
    people = Counter(address for row in every for address in unpack(row["recipients"]))
    lines = [_line(row) for row in list_mails(sandbox(), to)[:FEW]]
    return {"lines": lines, "people": sorted(people.items()), "to": to, "total": len(every)}


def _attachments(row: Row) -> list[dict[str, Any]]:
    found = []
    for number, part in enumerate(open_mail(row).iter_attachments()):
        name = part.get_filename() or f"attachment-{number + 1}"
        size = len(part.get_payload(decode=True) or b"")
        found.append(
            {"number": number, "name": name, "type": part.get_content_type(), "size": size}
        )
    return found


@inbox.get("")
def index() -> str:
    return render_template("inbox.html", **_lists(request.args.get("to", "")), mail=None)


@inbox.get("/<mail_id>")
def show(mail_id: str) -> str:
    row = _find(mail_id)
    message = open_mail(row)
    html, text = body_of(message, "html"), body_of(message, "plain")
    view = request.args.get("view", "")
    if view not in VIEWS:
        view = "html" if html else "text"
    sql = "select * from mail_event where message_id = ? order by id"
    return render_template(
        "inbox.html",
        **_lists(request.args.get("to", "")),
        mail=_line(row) | {"from": str(message.get("From", row["sender"]))},
        view=view,
        has_html=bool(html),
        text=text,
        source=bytes(row["raw"]).decode("utf-8", "replace"),
        attachments=_attachments(row),
        events=sandbox().store.all(sql, row["message_id"]),
    )


@inbox.get("/<mail_id>/body")
def body(mail_id: str) -> Response:
    """The HTML part as a document of its own that runs nothing and opens links in a new tab."""
    html = body_of(open_mail(_find(mail_id)), "html")
    page = Markup('<!doctype html><base target="_blank">') + Markup(html)  # noqa: S704  sandboxed
    answer = Response(page, content_type="text/html; charset=utf-8")
    answer.headers["Content-Security-Policy"] = MAIL_CSP
    return answer


@inbox.get("/<mail_id>/source")
def source(mail_id: str) -> Response:
    row = _find(mail_id)
    answer = Response(bytes(row["raw"]), content_type="message/rfc822")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{mail_id[:8]}.eml")
    return answer


@inbox.get("/<mail_id>/attachments/<int:number>")
def attachment(mail_id: str, number: int) -> Response:
    parts = list(open_mail(_find(mail_id)).iter_attachments())
    if number >= len(parts):
        raise NotFound
    part = parts[number]
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    answer = Response(data, content_type=part.get_content_type())
    name = part.get_filename() or f"attachment-{number + 1}"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@inbox.post("/<mail_id>/events")
def events_create(mail_id: str) -> AnyResponse:
    kind = request.form.get("kind", "")
    if kind not in KINDS:
        raise BadRequest
    tell_later(sandbox(), str(_find(mail_id)["message_id"]), kind)
    return redirect(url_for("inbox.show", mail_id=mail_id, to=request.args.get("to") or None), 303)


@inbox.post("/empty")
def empty() -> AnyResponse:
    with sandbox().store.transaction() as store:
        store.run("delete from mail_event")
        store.run("delete from mail")
    return redirect(url_for("inbox.index"), 303)
