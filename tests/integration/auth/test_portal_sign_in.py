"""A patient signs in by mail: with the link, with the code, here and elsewhere."""

import re
from collections.abc import Iterator
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import ColumnElement, func, select, text

from shared import clock
from shared.auth.limits import MAILS_TO_ADDRESS
from shared.db import Base, open_session
from shared.models.account import Account
from shared.models.sign_in_attempt import SignInAttempt
from shared.models.web_session import WebSession
from tests.people import SEEDED_AT, Cast
from tests.visiting import Visitor, mails

COOKIE = "bedside_portal"


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """Windows and expiries to the second."""
    with clock.freeze(SEEDED_AT):
        yield


@pytest.fixture
def email(cast: Cast) -> str:
    return cast.seagrape.patients["ana"].email


def ask(visitor: Visitor, email: str, **fields: str) -> str:
    """Ask for a mail; returns the address of the waiting page."""
    visitor.get("/portal/sign-in")
    answer = visitor.submit("/portal/sign-in", email=email, **fields)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def last_mail(cast: Cast) -> dict[str, str]:
    """The context of the newest mail."""
    return mails(cast.seagrape.id)[-1][1]


def count(cast: Cast, model: type[Base], *where: ColumnElement[bool]) -> int:
    """How many rows there are."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        return session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def acts(cast: Cast, action: str) -> int:
    """How often something was noted in the log."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        found = session.scalar(
            text("select count(*) from audit.event where action = :action and kind = 'act'"),
            {"action": action},
        )
        return int(found or 0)


def test_link_signs_in_by_one_press_when_opened_in_the_browser_that_asked(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    assert mails(cast.seagrape.id)[-1][0] == "sign_in"
    assert visitor.get(last_mail(cast)["link"]).status_code == 200
    answer = visitor.submit("/portal/sign-in/link")
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/portal/"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for flag in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in cookie
    assert "Domain" not in cookie
    assert acts(cast, "session.started") == 1


def test_code_signs_in_when_typed_where_the_mail_was_asked_for(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    visitor.get(ask(visitor, email))
    answer = visitor.submit("/code", code=last_mail(cast)["code"])
    assert answer.status_code == 303
    assert visitor.cookie(COOKIE)


def test_link_asks_for_the_digits_when_opened_in_another_browser(
    app: Flask, cast: Cast, email: str
) -> None:
    ask(Visitor(app), email)
    other = Visitor(app)
    other.get(last_mail(cast)["link"])
    page = other.submit("/portal/sign-in/link")
    assert page.status_code == 200
    assert other.cookie(COOKIE) is None
    assert "finish where you started" in page.text
    answer = other.submit("/portal/sign-in/link/code", code=last_mail(cast)["code"])
    assert answer.status_code == 303
    assert other.cookie(COOKIE)


def test_waiting_page_is_not_shown_to_another_browser(app: Flask, cast: Cast, email: str) -> None:
    where = ask(Visitor(app), email)
    assert Visitor(app).get(where).status_code == 404


def test_waiting_tab_goes_on_when_the_link_was_used_in_the_same_browser(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    where = ask(visitor, email)
    headers = {"HX-Request": "true"}
    waiting = visitor.get(f"{where}/status?poll=1", headers=headers)
    assert 'id="waiting"' in waiting.text
    assert "<html" not in waiting.text
    visitor.get(last_mail(cast)["link"])
    visitor.submit("/portal/sign-in/link")
    noticed = visitor.get(f"{where}/status?poll=1", headers=headers)
    assert noticed.headers["HX-Redirect"] == "/portal/"
    assert visitor.get(where).headers["Location"] == "/portal/"


def test_waiting_tab_says_so_when_the_link_was_used_elsewhere(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor, other = Visitor(app), Visitor(app)
    where = ask(visitor, email)
    other.get(last_mail(cast)["link"])
    other.submit("/portal/sign-in/link")
    other.submit("/portal/sign-in/link/code", code=last_mail(cast)["code"])
    noticed = visitor.get(f"{where}/status?poll=1", headers={"HX-Request": "true"})
    assert "another device" in noticed.text
    assert visitor.cookie(COOKIE) is None


def test_get_and_head_of_a_link_write_nothing_and_look_the_same_for_any_token(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    link = last_mail(cast)["link"]
    made_up = "/portal/sign-in/link/" + "A" * 43

    def skeleton(path: str) -> str:
        page = visitor.get(path)
        assert page.status_code == 200
        return re.sub(r'value="[^"]*"|<code>.*?</code>', "", page.text)

    assert skeleton(link) == skeleton(made_up) == skeleton("/portal/sign-in/link/x")
    for _ in range(3):
        visitor.client.head(link, base_url="http://localhost")
    assert count(cast, SignInAttempt, SignInAttempt.used_at.is_not(None)) == 0
    visitor.get(link)
    assert visitor.submit("/portal/sign-in/link").status_code == 303


def test_link_is_refused_when_it_has_expired(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    with clock.freeze(SEEDED_AT + timedelta(minutes=10)):
        visitor.get(last_mail(cast)["link"])
        answer = visitor.submit("/portal/sign-in/link")
    assert answer.status_code == 410
    assert visitor.cookie(COOKIE) is None
    assert acts(cast, "sign_in.refused") == 1


def test_link_is_refused_when_it_was_used(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    link = last_mail(cast)["link"]
    visitor.get(link)
    target, fields = visitor.form("/portal/sign-in/link")
    assert visitor.post(target, fields).status_code == 303
    visitor.get(link)
    assert visitor.submit("/portal/sign-in/link").status_code == 410
    assert count(cast, WebSession) == 1


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\x00" * 43, "é" * 43, "A" * 5000])
def test_link_is_refused_when_its_token_was_made_up(app: Flask, cast: Cast, token: str) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in/link/x")
    answer = visitor.submit("/portal/sign-in/link", token=token)
    assert answer.status_code == 410


def test_link_is_refused_when_one_letter_was_changed(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    link = last_mail(cast)["link"]
    tampered = link[:-2] + ("A" if link[-2] != "A" else "B") + link[-1]
    visitor.get(tampered)
    assert visitor.submit("/portal/sign-in/link").status_code == 410


def test_link_is_refused_at_another_practice(app: Flask, cast: Cast, email: str) -> None:
    ask(Visitor(app), email)
    elsewhere = Visitor(app, host=cast.ironbound.host)
    elsewhere.get(last_mail(cast)["link"])
    assert elsewhere.submit("/portal/sign-in/link").status_code == 410


def test_only_one_session_comes_of_a_link_pressed_sixteen_times_at_once(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    visitor.get(last_mail(cast)["link"])
    target, fields = visitor.form("/portal/sign-in/link")
    fields.pop("idempotency_key")
    cookies = "; ".join(
        f"{name}={cookie.value}" for (_, _, name), cookie in (visitor.client._cookies or {}).items()
    )
    barrier, statuses = Barrier(16), []

    def press() -> None:
        barrier.wait()
        answer = app.test_client(use_cookies=False).post(
            target, data=fields, base_url="http://localhost", headers={"Cookie": cookies}
        )
        statuses.append(answer.status_code)

    threads = [Thread(target=press) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses.count(303) == 1, statuses
    assert count(cast, WebSession) == 1


def test_code_is_refused_for_good_when_it_was_wrong_five_times(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    where = ask(visitor, email)
    right = last_mail(cast)["code"]
    wrong = "00000000" if right != "0000 0000" else "11111111"
    for left in (4, 3, 2, 1, 0):
        visitor.get(where)
        answer = visitor.submit("/code", code=wrong)
        assert answer.status_code == 422
        assert (f"{left} tr" in answer.text) or left == 0
        assert "<title>Error:" in answer.text
    visitor.get(where)
    assert visitor.submit("/code", code=right).status_code == 410
    assert visitor.cookie(COOKIE) is None
    assert acts(cast, "sign_in.refused") >= 5


def test_a_hundred_guesses_at_once_are_five_tries(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    where = ask(visitor, email)
    visitor.get(where)
    target, fields = visitor.form("/code")
    fields.pop("idempotency_key")
    for guess in range(12):
        visitor.post(target, fields | {"code": f"{guess:08d}"})
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        assert session.scalar(select(SignInAttempt.code_tries)) == 5


def test_unknown_address_is_answered_like_a_known_one(app: Flask, cast: Cast, email: str) -> None:
    def skeleton(address: str) -> tuple[int, str, int]:
        visitor = Visitor(app)
        before = len(mails(cast.seagrape.id))
        where = ask(visitor, address)
        page = visitor.get(where)
        body = re.sub(r'value="[^"]*"|[0-9a-f-]{36}|<strong>.*?</strong>', "", page.text)
        return page.status_code, body, len(mails(cast.seagrape.id)) - before

    assert skeleton(email) == skeleton("nobody@unknown.example")
    template, context = mails(cast.seagrape.id)[-1]
    assert template == "sign_in_unknown"
    assert "sign-in/link" not in context["link"]
    assert "code" not in context
    assert count(cast, Account, Account.email_bidx == b"") == 0


def test_another_practices_patient_is_unknown_here(app: Flask, cast: Cast) -> None:
    ask(Visitor(app), cast.ironbound.patients["cleo"].email)
    assert mails(cast.seagrape.id)[-1][0] == "sign_in_unknown"


def test_asking_is_limited_per_address_and_counts_although_refused(
    app: Flask, cast: Cast, email: str
) -> None:
    for _ in range(MAILS_TO_ADDRESS.most):
        ask(Visitor(app), email)
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    # The same mailbox in other letters is the same mailbox.
    answer = visitor.submit("/portal/sign-in", email=f" {email.upper()} ")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0
    assert len(mails(cast.seagrape.id)) == MAILS_TO_ADDRESS.most
    ask(Visitor(app), cast.seagrape.patients["ben"].email)
    with clock.freeze(SEEDED_AT + MAILS_TO_ADDRESS.window):
        ask(Visitor(app), email)


def test_resending_keeps_the_way_back_and_is_limited(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in?back=/portal/appointments")
    where = visitor.submit("/portal/sign-in", email=email).headers["Location"]
    visitor.get(where)
    again = visitor.submit("/resend")
    assert again.status_code == 303
    visitor.get(last_mail(cast)["link"])
    answer = visitor.submit("/portal/sign-in/link")
    assert answer.headers["Location"] == "/portal/appointments"


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/admin/", "/\\evil"])
def test_way_back_never_leads_away(app: Flask, cast: Cast, email: str, back: str) -> None:
    visitor = Visitor(app)
    ask(visitor, email, back=back)
    visitor.get(last_mail(cast)["link"])
    assert visitor.submit("/portal/sign-in/link").headers["Location"] == "/portal/"


def test_forms_are_refused_without_their_token(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    ask(visitor, email)
    sent = len(mails(cast.seagrape.id))
    token = last_mail(cast)["link"].rpartition("/")[2]
    for path, fields in (
        ("/portal/sign-in", {"email": email}),
        ("/portal/sign-in/link", {"token": token}),
        ("/portal/sign-out", {}),
    ):
        assert visitor.post(path, fields).status_code == 400
    assert len(mails(cast.seagrape.id)) == sent
    assert count(cast, WebSession) == 0


def test_forms_are_refused_when_another_site_sends_them(app: Flask, cast: Cast, email: str) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    target, fields = visitor.form("/portal/sign-in")
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        answer = visitor.post(target, fields | {"email": email}, headers=headers)
        assert answer.status_code == 403


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1"])
def test_unknown_hosts_are_refused(app: Flask, cast: Cast, host: str) -> None:
    assert Visitor(app, host=host).get("/portal/sign-in").status_code == 421


def test_link_in_the_mail_never_follows_the_request_host(
    app: Flask, cast: Cast, email: str
) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    target, fields = visitor.form("/portal/sign-in")
    visitor.post(target, fields | {"email": email}, headers={"X-Forwarded-Host": "evil.example"})
    assert last_mail(cast)["link"].startswith("/portal/sign-in/link/")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "no address",
        "<script>alert(1)</script>@x.example",
        "a@b.example\r\nBcc: c@d.example",
        "\x00@x.example",
        "a" * 300 + "@x.example",
        "' or 1=1 --@x",
    ],
)
def test_hostile_addresses_are_refused_kept_and_escaped(app: Flask, cast: Cast, typed: str) -> None:
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    answer = visitor.submit("/portal/sign-in", email=typed)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.text
    assert mails(cast.seagrape.id) == []
