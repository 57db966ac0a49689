"""What an outsider found, so that nobody finds it again."""

import os
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from shared.auth import limits
from shared.auth.recovery_codes import issue_recovery_codes
from shared.booking import find_next_times, get_visit_type
from shared.db import open_session
from shared.models.account import Account
from shared.models.recovery_code import RecoveryCode
from shared.web.admission import Admission, Gate
from shared.web.bodies import MAX_BODY_BYTES, Bodies
from shared.web.policy import file_routes
from tests.belongings import belongings_of
from tests.browsing import signed_in, stranger
from tests.people import Cast
from tests.visiting import Visitor


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "null", "//", "http://localhost:1"])
def test_an_origin_that_is_none_of_ours_is_refused(app: Flask, cast: Cast, origin: str) -> None:
    browser = stranger(app, cast.seagrape)
    answer = browser.client.post(
        "/portal/sign-in", base_url=browser.base, headers={"Origin": origin}
    )
    assert answer.status_code == 403


def test_one_network_cannot_hold_every_time(app: Flask, cast: Cast) -> None:
    with open_session(cast.seagrape.context()) as session:
        visit = get_visit_type(session, practice_id=cast.seagrape.id, slug="follow-up")
        times = find_next_times(session, visit_type=visit, count=limits.HOLDS_FROM_NETWORK.most + 1)
    statuses = []
    for each in times:
        visitor = Visitor(app)
        visitor.get("/portal/book/follow-up")
        _, fields = visitor.form("/holds")
        answer = visitor.post("/portal/holds", fields | {"starts_at": each.starts_at.isoformat()})
        statuses.append(answer.status_code)
    assert statuses == [303] * limits.HOLDS_FROM_NETWORK.most + [429]
    assert "Retry-After" in answer.headers


def test_six_new_sheets_at_once_leave_one_good(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]

    def press(_: int) -> None:
        with app.app_context(), open_session(cast.seagrape.context("bedside_gate")) as session:
            account = session.get_one(Account, (rosa.practice_id, rosa.account_id))
            issue_recovery_codes(session, account)

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(press, range(6)))
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        good = session.scalar(
            select(func.count())
            .select_from(RecoveryCode)
            .where(RecoveryCode.account_id == rosa.account_id, RecoveryCode.ended_at.is_(None))
        )
    assert good == 10


def test_a_calendar_holds_booked_visits_only(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    held = belongings_of(cast.seagrape, ana).ids["appointment_id"]
    browser = signed_in(app, cast.seagrape, ana)
    assert browser.get(f"/portal/appointments/{held}/calendar.ics").status_code == 404


@pytest.mark.parametrize(
    ("typed", "mailbox"),
    [
        ("v.ic.tim+x@googlemail.com", "victim@gmail.com"),
        ("v.ictim@other.example", "v.ictim@other.example"),
        ("Ana+1@Example.com", "ana@example.com"),
        ("ana@example.com", "ana@example.com"),
        ("+@example.com", "@example.com"),
        ("nonsense", "nonsense"),
    ],
)
def test_tags_lead_to_one_mailbox(typed: str, mailbox: str) -> None:
    assert limits.mailbox_of(typed) == mailbox


def test_a_slow_sender_takes_no_place() -> None:
    gate, seen = Gate(places=1, room=0), []

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            seen.append(gate.working)
            return super().read(size)

    def program(environ: Any, start_response: Any) -> list[bytes]:
        return [environ["wsgi.input"].read()]

    admission = Admission(program, gate, lambda _: ("503", [], b""))
    environ = {"PATH_INFO": "/portal/", "CONTENT_LENGTH": "5", "wsgi.input": Slow(b"hello")}
    assert admission(environ, lambda *_: None) == [b"hello"]
    assert set(seen) == {0}


def test_a_file_is_read_before_its_place_too(app: Flask) -> None:
    gate, seen = Gate(places=1, room=0), []
    body = os.urandom(MAX_BODY_BYTES + 70_000)

    class Slow(BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            seen.append(gate.working)
            return super().read(size)

    def program(environ: Any, start_response: Any) -> list[bytes]:
        return [environ["wsgi.input"].read()]

    assert file_routes(app).keys() >= {"/admin/settings/brand"}
    files = {"/admin/settings/brand": len(body)}
    admission = Admission(program, gate, lambda _: ("503", [], b""), files)
    environ = {
        "PATH_INFO": "/admin/settings/brand",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": Slow(body),
    }
    assert admission(environ, lambda *_: None) == [body]
    assert set(seen) == {0}
    one_more: Any = {"CONTENT_LENGTH": str(len(body) + 1), "wsgi.input": (late := Slow(body))}
    Bodies().take(one_more, len(body))
    assert one_more["wsgi.input"] is late


def test_a_form_of_countless_fields_is_not_read(app: Flask, cast: Cast) -> None:
    browser = stranger(app, cast.seagrape)
    many = {f"f{number}": "" for number in range(1_001)}
    assert browser.post("/portal/sign-in", many, printed_on="/portal/sign-in").status_code == 413
    few = {f"f{number}": "" for number in range(200)} | {"email": "a@b.example"}
    assert browser.post("/portal/sign-in", few, printed_on="/portal/sign-in").status_code == 303


def test_addresses_that_take_files_have_no_changing_parts(app: Flask) -> None:
    assert not [path for path in file_routes(app) if "<" in path]


@pytest.mark.parametrize("length", ["", "0", "-5", "x", str(MAX_BODY_BYTES + 1)])
def test_a_body_of_no_good_length_is_left_alone(length: str) -> None:
    body = BytesIO(b"hello")
    environ: Any = {"CONTENT_LENGTH": length, "wsgi.input": body}
    Bodies().take(environ)
    assert environ["wsgi.input"] is body
    assert body.tell() == 0
