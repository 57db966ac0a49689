"""A double click on a button that signs in: the browser shows the second answer only.

Without scripts nothing swallows the second press, and the cookie of the first answer may be lost
with it. And what one practice's host or face gave a browser is worth nothing at another.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from shared import clock
from shared.auth.recovery_codes import issue_recovery_codes
from shared.db import open_session
from shared.models.account import Account
from shared.onboarding.staff import invite_staff
from tests.people import SEEDED_AT, Cast
from tests.visiting import Visitor, mails

Way = Callable[[Flask, Cast], tuple[Visitor, str, dict[str, str]]]


def visit_of(visitor: Visitor, target: str) -> str:
    """What the browser sends with a press: the cookie it has before the first answer comes."""
    found = visitor.cookie(f"bedside_{target.split('/')[1]}_visit")
    assert found is not None
    return found


def again(app: Flask, visit: str, target: str, fields: dict[str, str]) -> Visitor:
    """The same form from the same browser, which never saw the first answer; what it has then."""
    face = target.split("/")[1]
    second = Visitor(app)
    second.client.set_cookie(f"bedside_{face}_visit", visit, domain=second.host)
    second.post(target, fields)
    return second


def answer_of(visitor: Visitor) -> TestResponse:
    """The last answer."""
    assert visitor.last is not None
    return visitor.last


def by_link(app: Flask, cast: Cast) -> tuple[Visitor, str, dict[str, str]]:
    """A patient about to press the button of the mail's link."""
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    visitor.submit("/portal/sign-in", email=cast.seagrape.patients["ana"].email)
    visitor.get(mails(cast.seagrape.id)[-1][1]["link"])
    return visitor, *visitor.form("/portal/sign-in/link")


def by_code(app: Flask, cast: Cast) -> tuple[Visitor, str, dict[str, str]]:
    """A patient who has typed the digits."""
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    sent = visitor.submit("/portal/sign-in", email=cast.seagrape.patients["ana"].email)
    visitor.get(sent.headers["Location"])
    target, fields = visitor.form("/code")
    return visitor, target, fields | {"code": mails(cast.seagrape.id)[-1][1]["code"]}


def by_recovery_code(app: Flask, cast: Cast) -> tuple[Visitor, str, dict[str, str]]:
    """Somebody at the desk with a sheet of paper."""
    rosa = cast.seagrape.staff["rosa"]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (rosa.practice_id, rosa.account_id))
        codes = issue_recovery_codes(session, account)
    visitor = Visitor(app)
    visitor.get("/admin/sign-in")
    target, fields = visitor.form("/admin/sign-in/recovery")
    return visitor, target, fields | {"email": rosa.email, "code": codes[0]}


def by_invitation(app: Flask, cast: Cast) -> tuple[Visitor, str, dict[str, str]]:
    """Somebody new who has typed the digits of their invitation."""
    with open_session(cast.seagrape.context()) as session:
        invited = invite_staff(
            session, email="nora@new.example", name="Nora", roles=["nurse"], by=cast.seagrape.job()
        )
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    target, fields = visitor.form("/admin/invitations")
    return visitor, target, fields | {"code": invited.code}


def test_accepting_twice_loses_neither_the_session_nor_the_codes(app: Flask, cast: Cast) -> None:
    with clock.freeze(SEEDED_AT):
        visitor, target, fields = by_invitation(app, cast)
        visit = visit_of(visitor, target)
        assert visitor.post(target, fields).status_code == 303
        second = again(app, visit, target, fields)
        way_on = answer_of(second).headers["Location"]
        assert way_on == "/admin/security/recovery-codes"
        assert second.cookie("bedside_admin") == visitor.cookie("bedside_admin")
        second.get(way_on)
        sheets = [second.submit(way_on) for _ in range(2) if second.get(way_on)]
    codes = [re.findall(r"<code>([^<]+)</code>", one.text) for one in sheets]
    assert [len(sheet) for sheet in codes] == [10, 10]
    # The sheet that was shown last is the one that counts.
    for sheet, status in zip(codes, (422, 303), strict=True):
        other = Visitor(app)
        other.get("/admin/sign-in")
        sent = other.submit("/admin/sign-in/recovery", email="nora@new.example", code=sheet[0])
        assert sent.status_code == status


@pytest.mark.parametrize("way", [by_link, by_code, by_recovery_code])
def test_the_second_press_ends_signed_in(app: Flask, cast: Cast, way: Way) -> None:
    with clock.freeze(SEEDED_AT):
        visitor, target, fields = way(app, cast)
        face, visit = target.split("/")[1], visit_of(visitor, target)
        assert visitor.post(target, fields).status_code == 303
        second = again(app, visit, target, fields)
        assert answer_of(second).headers["Location"] == f"/{face}/"
        assert second.cookie(f"bedside_{face}") == visitor.cookie(f"bedside_{face}")
        assert second.get(f"/{face}/security").status_code == 200


@pytest.mark.parametrize("way", [by_link, by_recovery_code])
def test_later_presses_and_other_browsers_get_no_session(app: Flask, cast: Cast, way: Way) -> None:
    with clock.freeze(SEEDED_AT):
        visitor, target, fields = way(app, cast)
        face, visit = target.split("/")[1], visit_of(visitor, target)
        visitor.post(target, fields)
        other = Visitor(app)
        other.get(f"/{face}/sign-in")
        _, own = other.form("/sign-in")
        other.post(target, fields | {"csrf_token": own["csrf_token"]})
        assert other.cookie(f"bedside_{face}") is None
    with clock.freeze(SEEDED_AT + timedelta(seconds=31)):
        late = again(app, visit, target, fields)
        assert late.cookie(f"bedside_{face}") is None


def test_who_signed_out_stays_so_whatever_is_pressed_again(app: Flask, cast: Cast) -> None:
    with clock.freeze(SEEDED_AT):
        visitor, target, fields = by_link(app, cast)
        visit = visitor.cookie("bedside_portal_visit")
        visitor.post(target, fields)
        visitor.get("/portal/security")
        visitor.submit("/portal/sign-out")
        visitor.client.set_cookie("bedside_portal_visit", visit or "", domain=visitor.host)
        visitor.post(target, fields)
        assert visitor.cookie("bedside_portal") in (None, "")


def test_a_visit_cookie_is_worth_nothing_at_another_host_or_face(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    target, fields = visitor.form("/portal/sign-in")
    value = visitor.cookie("bedside_portal_visit")
    assert value is not None
    email = {"email": cast.seagrape.patients["ana"].email}
    for host, face in ((cast.ironbound.host, "portal"), ("localhost", "admin")):
        carried = Visitor(app, host=host)
        carried.client.set_cookie(f"bedside_{face}_visit", value, domain=host)
        way = target if face == "portal" else "/admin/sign-in/recovery"
        assert carried.post(way, fields | email).status_code == 400
    assert visitor.post(target, fields | email).status_code == 303
