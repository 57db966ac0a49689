"""Staff: invited, enrolled, signed in by passkey or recovery code, and ended at once."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from shared import clock
from shared.auth.invitations import OpenedInvitation
from shared.auth.limits import RECOVERY_FROM_PLACE
from shared.auth.recovery_codes import issue_recovery_codes
from shared.db import open_session
from shared.models.account import Account
from shared.models.passkey import Passkey
from shared.models.web_session import WebSession
from shared.onboarding import invite_staff
from tests.passkeys import VirtualPasskey
from tests.people import SEEDED_AT, Cast
from tests.visiting import Visitor, mails

COOKIE = "bedside_admin"
ORIGIN = "http://localhost"
CODES = re.compile(r"<code>([0-9A-Z-]{19})</code>")


@pytest.fixture(autouse=True)
def standing_clock() -> Iterator[None]:
    """Windows and expiries to the second."""
    with clock.freeze(SEEDED_AT):
        yield


def invite(cast: Cast, *roles: str, email: str = "nadia@seagrape.example") -> OpenedInvitation:
    """An invitation made by the operator."""
    with open_session(cast.seagrape.context()) as session:
        return invite_staff(
            session, email=email, name="Nadia O'Neil <b>", roles=roles, by=cast.seagrape.job()
        )


def join(app: Flask, invited: OpenedInvitation) -> tuple[Visitor, list[str]]:
    """Accept an invitation; returns the browser and the recovery codes."""
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    answer = visitor.submit("/admin/invitations", code=invited.code)
    assert answer.headers["Location"] == "/admin/security/recovery-codes", answer.text
    visitor.get(answer.headers["Location"])
    page = visitor.submit("/admin/security/recovery-codes")
    assert page.status_code == 200, page.text
    return visitor, CODES.findall(page.text)


def codes_of(cast: Cast, who: str) -> list[str]:
    """A fresh sheet for somebody who works here."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        key = (cast.seagrape.id, cast.seagrape.staff[who].account_id)
        return issue_recovery_codes(session, session.get_one(Account, key))


def sign_in(app: Flask, cast: Cast, who: str) -> Visitor:
    """Somebody at the desk, by recovery code."""
    visitor = Visitor(app)
    visitor.get("/admin/sign-in")
    answer = visitor.submit(
        "/admin/sign-in/recovery",
        email=cast.seagrape.staff[who].email,
        code=codes_of(cast, who)[0],
    )
    assert answer.status_code == 303, answer.text
    return visitor


def options(visitor: Visitor, form: str, path: str) -> dict[str, Any]:
    """Ask for a challenge the way the page's script does."""
    _, fields = visitor.form(form)
    page = visitor.last
    answer = visitor.post(path, {"csrf_token": fields["csrf_token"]})
    assert answer.status_code == 200, answer.text
    visitor.last = page
    return dict(json.loads(answer.text))


def enrol(visitor: Visitor, passkey: VirtualPasskey) -> Any:
    """Add a passkey in a browser that is signed in."""
    visitor.get("/admin/security")
    asked = options(visitor, "/admin/security/passkeys", "/admin/security/passkeys/options")
    return visitor.submit("/admin/security/passkeys", credential=json.dumps(passkey.create(asked)))


def use(visitor: Visitor, passkey: VirtualPasskey, **fields: str) -> Any:
    """Sign in with a passkey."""
    visitor.get("/admin/sign-in")
    asked = options(visitor, "/admin/sign-in/passkey", "/admin/sign-in/passkey/options")
    values = {"credential": json.dumps(passkey.get(asked))} | fields
    return visitor.submit("/admin/sign-in/passkey", **values)


def acts(cast: Cast, action: str) -> int:
    """How often something was noted in the log."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        found = session.scalar(
            text("select count(*) from audit.event where action = :action and kind = 'act'"),
            {"action": action},
        )
        return int(found or 0)


def test_invited_person_joins_enrols_and_signs_in_with_the_passkey(app: Flask, cast: Cast) -> None:
    invited = invite(cast, "receptionist")
    template, context = mails(cast.seagrape.id)[-1]
    assert template == "staff_invitation"
    assert context["link"] == f"/admin/invitations/{invited.token}"
    visitor, codes = join(app, invited)
    assert len(codes) == 10
    passkey = VirtualPasskey(origin=ORIGIN)
    assert enrol(visitor, passkey).status_code == 303
    assert "Your passkey is ready" in visitor.get("/admin/security").text
    fresh = Visitor(app)
    answer = use(fresh, passkey, back="/admin/security")
    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"] == "/admin/security"
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    assert fresh.get("/admin/security").status_code == 200
    for action in ("staff.invited", "invitation.accepted", "passkey.enrolled", "passkey.used"):
        assert acts(cast, action) == 1


def test_invitation_page_looks_the_same_for_any_token_and_writes_nothing(
    app: Flask, cast: Cast
) -> None:
    invited = invite(cast, "nurse")

    def skeleton(token: str) -> str:
        page = Visitor(app).get(f"/admin/invitations/{token}")
        assert page.status_code == 200
        return re.sub(r'value="[^"]*"', "", page.text)

    assert skeleton(invited.token) == skeleton("A" * 43)
    join(app, invited)


def test_invitation_is_refused_when_it_was_used_expired_or_replaced(app: Flask, cast: Cast) -> None:
    def refused(invited: OpenedInvitation) -> bool:
        visitor = Visitor(app)
        visitor.get(f"/admin/invitations/{invited.token}")
        return visitor.submit("/admin/invitations", code=invited.code).status_code == 410

    used = invite(cast, "nurse")
    join(app, used)
    assert refused(used)
    replaced = invite(cast, "nurse", email="b@seagrape.example")
    current = invite(cast, "nurse", email="B@seagrape.example")
    assert refused(replaced)
    with clock.freeze(SEEDED_AT + timedelta(days=7)):
        assert refused(current)


def test_invitation_is_refused_for_good_after_five_wrong_codes(app: Flask, cast: Cast) -> None:
    invited = invite(cast, "nurse")
    visitor = Visitor(app)
    for _ in range(5):
        visitor.get(f"/admin/invitations/{invited.token}")
        assert visitor.submit("/admin/invitations", code="1").status_code == 422
    visitor.get(f"/admin/invitations/{invited.token}")
    assert visitor.submit("/admin/invitations", code=invited.code).status_code == 410
    assert visitor.cookie(COOKIE) is None


def test_passkey_is_refused_with_another_browsers_challenge(app: Flask, cast: Cast) -> None:
    visitor, _ = join(app, invite(cast, "nurse"))
    passkey = VirtualPasskey(origin=ORIGIN)
    enrol(visitor, passkey)
    asking, stealing = Visitor(app), Visitor(app)
    asking.get("/admin/sign-in")
    asked = options(asking, "/admin/sign-in/passkey", "/admin/sign-in/passkey/options")
    stealing.get("/admin/sign-in")
    answer = stealing.submit("/admin/sign-in/passkey", credential=json.dumps(passkey.get(asked)))
    assert answer.status_code == 422
    assert stealing.cookie(COOKIE) is None


def test_challenge_is_spent_by_the_first_answer_even_a_wrong_one(app: Flask, cast: Cast) -> None:
    visitor, _ = join(app, invite(cast, "nurse"))
    passkey = VirtualPasskey(origin=ORIGIN)
    enrol(visitor, passkey)
    fresh = Visitor(app)
    fresh.get("/admin/sign-in")
    asked = options(fresh, "/admin/sign-in/passkey", "/admin/sign-in/passkey/options")
    answer = json.dumps(passkey.get(asked))
    assert fresh.submit("/admin/sign-in/passkey", credential="{}").status_code == 422
    fresh.get("/admin/sign-in")
    assert fresh.submit("/admin/sign-in/passkey", credential=answer).status_code == 422


@pytest.mark.parametrize(
    "credential", ["", "null", "[]", "{", '{"id": 1}', "[" * 20_000, "\x00", '"é"', "1e999"]
)
def test_garbage_credentials_are_refused(app: Flask, cast: Cast, credential: str) -> None:
    visitor = Visitor(app)
    visitor.get("/admin/sign-in")
    options(visitor, "/admin/sign-in/passkey", "/admin/sign-in/passkey/options")
    assert visitor.submit("/admin/sign-in/passkey", credential=credential).status_code == 422


def test_passkey_of_one_practice_opens_no_other(app: Flask, cast: Cast) -> None:
    visitor, _ = join(app, invite(cast, "nurse"))
    passkey = VirtualPasskey(origin=ORIGIN)
    enrol(visitor, passkey)
    elsewhere = Visitor(app, host=cast.ironbound.host)
    passkey.origin = f"http://{cast.ironbound.host}"
    passkey.rp_id = cast.ironbound.host
    assert use(elsewhere, passkey).status_code == 422


def test_copied_passkey_is_noticed(app: Flask, cast: Cast) -> None:
    visitor, _ = join(app, invite(cast, "nurse"))
    passkey = VirtualPasskey(origin=ORIGIN)
    enrol(visitor, passkey)
    passkey.sign_count = 8
    use(Visitor(app), passkey)
    assert acts(cast, "passkey.clone_suspected") == 0
    passkey.sign_count = 3
    assert use(Visitor(app), passkey).status_code == 303
    assert acts(cast, "passkey.clone_suspected") == 1
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        assert session.scalar(select(func.max(Passkey.sign_count))) == 9


def test_recovery_code_works_once(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    code = codes_of(cast, "rosa")[0]
    for status in (303, 422):
        visitor = Visitor(app)
        visitor.get("/admin/sign-in")
        answer = visitor.submit(
            "/admin/sign-in/recovery", email=rosa.email.upper(), code=code.lower().replace("-", " ")
        )
        assert answer.status_code == status
    assert acts(cast, "recovery_code.used") == 1
    assert acts(cast, "sign_in.refused") == 1


def test_recovery_answers_alike_for_unknown_people_and_is_limited(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]

    def attempt(email: str) -> tuple[int, str]:
        visitor = Visitor(app)
        visitor.get("/admin/sign-in")
        answer = visitor.submit("/admin/sign-in/recovery", email=email, code="AAAA-AAAA-AAAA-AAAA")
        return answer.status_code, re.sub(r'value="[^"]*"|<code>.*?</code>', "", answer.text)

    assert attempt(rosa.email) == attempt("nobody@seagrape.example")
    for _ in range(RECOVERY_FROM_PLACE.most - 1):
        assert attempt(rosa.email)[0] == 422
    assert attempt(rosa.email)[0] == 429


def test_new_sheet_ends_the_old_one_and_needs_a_fresh_factor(app: Flask, cast: Cast) -> None:
    visitor, codes = join(app, invite(cast, "nurse"))
    visitor.get("/admin/security")
    page = visitor.submit("/admin/security/recovery-codes")
    assert len(CODES.findall(page.text)) == 10
    other = Visitor(app)
    other.get("/admin/sign-in")
    answer = other.submit("/admin/sign-in/recovery", email="nadia@seagrape.example", code=codes[0])
    assert answer.status_code == 422
    with clock.freeze(SEEDED_AT + timedelta(minutes=6)):
        visitor.get("/admin/security")
        target, fields = visitor.form("/admin/security/recovery-codes")
        stale = visitor.post(target, fields, headers={"Referer": "http://localhost/admin/security"})
        assert stale.status_code == 303
        assert stale.headers["Location"] == "/admin/sign-in?back=/admin/continue&again=1"
        assert "confirm that it is you" in visitor.get(stale.headers["Location"]).text
        proven = visitor.submit(
            "/admin/sign-in/recovery",
            email="nadia@seagrape.example",
            code=CODES.findall(page.text)[0],
        )
        assert proven.headers["Location"] == "/admin/continue"
        assert "Nothing you typed was lost" in visitor.get("/admin/continue").text
        assert CODES.findall(visitor.post(target, fields).text)


def test_role_that_was_ended_is_gone_with_the_next_click(app: Flask, cast: Cast) -> None:
    owner, nurse = sign_in(app, cast, "maya"), sign_in(app, cast, "rosa")
    assert nurse.get("/admin/security").status_code == 200
    owner.get("/admin/staff")
    ended = owner.submit("/end")
    assert ended.status_code == 303, ended.text
    assert nurse.get("/admin/security").status_code in (302, 303, 403)
    assert acts(cast, "role.ended") == 1


def test_owner_gives_a_role_and_invites(app: Flask, cast: Cast) -> None:
    owner = sign_in(app, cast, "maya")
    owner.get("/admin/staff")
    rosa = cast.seagrape.staff["rosa"]
    assert owner.submit(f"/admin/staff/{rosa.account_id}/roles", role="biller").status_code == 303
    assert "Biller" in owner.get("/admin/staff").text
    owner.get("/admin/staff/new")
    answer = owner.submit(
        "/admin/staff", name='<img src=x onerror="x">', email="new@seagrape.example", roles="nurse"
    )
    assert answer.status_code == 303, answer.text
    page = owner.get("/admin/staff").text
    assert "<img src=x" not in page
    assert "&lt;img" in page


def test_owner_cannot_change_their_own_roles_nor_invite_themselves(app: Flask, cast: Cast) -> None:
    owner = sign_in(app, cast, "maya")
    owner.get("/admin/staff")
    maya = cast.seagrape.staff["maya"]
    _, fields = owner.form("/roles")
    answer = owner.post(f"/admin/staff/{maya.account_id}/roles", fields | {"role": "auditor"})
    assert answer.status_code == 422
    owner.get("/admin/staff/new")
    answer = owner.submit("/admin/staff", name="Me", email=maya.email, roles="auditor")
    assert answer.status_code == 422


def test_staff_room_is_refused_to_everyone_but_owners(app: Flask, cast: Cast) -> None:
    assert sign_in(app, cast, "rosa").get("/admin/staff").status_code == 403
    stranger = Visitor(app).get("/admin/staff")
    assert stranger.status_code == 303
    assert stranger.headers["Location"].startswith("/admin/sign-in")


def test_account_without_a_role_cannot_open_the_desk(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (cast.seagrape.id, ana.account_id))
        code = issue_recovery_codes(session, account)[0]
    visitor = Visitor(app)
    visitor.get("/admin/sign-in")
    answer = visitor.submit("/admin/sign-in/recovery", email=ana.email, code=code)
    assert answer.status_code == 422
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        assert session.scalar(select(func.count()).select_from(WebSession)) == 0


def test_enrolment_is_refused_when_the_answer_is_garbage(app: Flask, cast: Cast) -> None:
    visitor, _ = join(app, invite(cast, "nurse"))
    visitor.get("/admin/security")
    options(visitor, "/admin/security/passkeys", "/admin/security/passkeys/options")
    assert visitor.submit("/admin/security/passkeys", credential="{}").status_code == 422
    assert "was not made" in visitor.last.text if visitor.last else False


def test_passkey_of_a_closed_account_is_refused(app: Flask, cast: Cast) -> None:
    visitor, _ = join(app, invite(cast, "nurse"))
    passkey = VirtualPasskey(origin=ORIGIN)
    enrol(visitor, passkey)
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        session.execute(text("select set_config('app.action', 'account.named', true)"))
        session.execute(text("update account set closed_at = now() where name like 'Nadia%'"))
    assert use(Visitor(app), passkey).status_code == 422


def test_signed_in_staff_skip_the_sign_in_page_and_keep_a_good_sheet(
    app: Flask, cast: Cast
) -> None:
    owner = sign_in(app, cast, "maya")
    assert owner.get("/admin/sign-in").headers["Location"] == "/admin/"
    invited = invite(cast, "biller", email=cast.seagrape.staff["rosa"].email)
    codes_of(cast, "rosa")
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    answer = visitor.submit("/admin/invitations", code=invited.code)
    assert answer.headers["Location"] == "/admin/security"


def test_malformed_invitation_tokens_are_refused(app: Flask, cast: Cast) -> None:
    visitor = Visitor(app)
    for token in ("x", "A" * 43):
        visitor.get(f"/admin/invitations/{token}")
        assert visitor.submit("/admin/invitations", code="12345678").status_code == 410
