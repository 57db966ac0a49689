"""Sessions: how they are kept alive, how they end, and what a cookie is worth."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from shared import clock
from shared.access.errors import FreshFactorNeeded
from shared.access.principal import Principal, Role
from shared.auth.sessions import StartedSession, end_sessions_of, require_fresh, start_session
from shared.auth.visits import find_viewer_session
from shared.db import open_session
from shared.models.account import Account
from shared.models.web_session import WebSession
from shared.onboarding import begin_sign_in
from tests.people import SEEDED_AT, Cast, PatientOf
from tests.visiting import Visitor, mails

MINUTE = timedelta(minutes=1)


@pytest.fixture
def ana(cast: Cast) -> PatientOf:
    return cast.seagrape.patients["ana"]


def begin(cast: Cast, ana: PatientOf, at: datetime, face: str = "portal") -> StartedSession:
    """A session that starts at a moment."""
    with clock.freeze(at), open_session(cast.seagrape.context("bedside_gate")) as session:
        account_id = ana.account_id if face == "portal" else cast.seagrape.staff["maya"].account_id
        return start_session(
            session,
            account=session.get_one(Account, (cast.seagrape.id, account_id)),
            face=face,
            factor="link",
            device="Test browser",
            patient_id=ana.id if face == "portal" else None,
        )


def who(
    practice_id: UUID, token: str, at: datetime, *, face: str = "portal", polling: bool = False
) -> Principal | None:
    """Whom the pipeline takes the cookie for."""
    with clock.freeze(at):
        return find_viewer_session(practice_id=practice_id, face=face, token=token, polling=polling)


def test_session_stands_for_patient_and_account(app: Flask, cast: Cast, ana: PatientOf) -> None:
    started = begin(cast, ana, SEEDED_AT)
    found = who(cast.seagrape.id, started.token, SEEDED_AT)
    assert found is not None
    assert found.roles == {Role.PATIENT}
    assert (found.patient_id, found.account_id) == (ana.id, ana.account_id)
    assert found.session_id == started.row.id


@pytest.mark.parametrize(("face", "minutes"), [("portal", 30), ("admin", 15)])
def test_idle_session_ends(app: Flask, cast: Cast, ana: PatientOf, face: str, minutes: int) -> None:
    token = begin(cast, ana, SEEDED_AT, face).token
    last = SEEDED_AT + minutes * MINUTE - timedelta(seconds=1)
    assert who(cast.seagrape.id, token, last, face=face, polling=True)
    assert who(cast.seagrape.id, token, SEEDED_AT + minutes * MINUTE, face=face) is None


def test_activity_keeps_a_session_alive_and_polling_does_not(
    app: Flask, cast: Cast, ana: PatientOf
) -> None:
    token = begin(cast, ana, SEEDED_AT).token
    assert who(cast.seagrape.id, token, SEEDED_AT + 20 * MINUTE)
    assert who(cast.seagrape.id, token, SEEDED_AT + 49 * MINUTE, polling=True)
    assert who(cast.seagrape.id, token, SEEDED_AT + 51 * MINUTE) is None


def test_busiest_session_ends_after_twelve_hours(app: Flask, cast: Cast, ana: PatientOf) -> None:
    token = begin(cast, ana, SEEDED_AT).token
    at = SEEDED_AT
    while at < SEEDED_AT + timedelta(hours=12) - 20 * MINUTE:
        at += 20 * MINUTE
        assert who(cast.seagrape.id, token, at)
    assert who(cast.seagrape.id, token, SEEDED_AT + timedelta(hours=12)) is None


def test_cookie_is_worth_nothing_on_the_other_face_or_at_another_practice(
    app: Flask, cast: Cast, ana: PatientOf
) -> None:
    token = begin(cast, ana, SEEDED_AT).token
    assert who(cast.seagrape.id, token, SEEDED_AT, face="admin") is None
    assert who(cast.ironbound.id, token, SEEDED_AT) is None
    assert who(cast.seagrape.id, token[::-1], SEEDED_AT) is None
    assert who(cast.seagrape.id, "", SEEDED_AT) is None


def test_sessions_end_when_the_account_is_closed_or_the_access_taken(
    app: Flask, cast: Cast, ana: PatientOf
) -> None:
    token = begin(cast, ana, SEEDED_AT).token
    with open_session(cast.seagrape.context("bedside_job")) as session:
        session.execute(text("select set_config('app.action', 'account.named', true)"))
        session.execute(
            text("update patient_access set ended_at = now() where patient_id = :id"),
            {"id": ana.id},
        )
    assert who(cast.seagrape.id, token, SEEDED_AT) is None
    token = begin(cast, ana, SEEDED_AT, "admin").token
    assert who(cast.seagrape.id, token, SEEDED_AT, face="admin")
    with open_session(cast.seagrape.context("bedside_job")) as session:
        session.execute(text("select set_config('app.action', 'account.named', true)"))
        session.execute(text("update account set closed_at = now()"))
    assert who(cast.seagrape.id, token, SEEDED_AT, face="admin") is None


def test_every_session_of_an_account_can_be_ended(app: Flask, cast: Cast, ana: PatientOf) -> None:
    tokens = [begin(cast, ana, SEEDED_AT).token for _ in range(3)]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        ended = end_sessions_of(
            session, practice_id=cast.seagrape.id, account_id=ana.account_id, reason="revoked"
        )
    assert ended == 3
    assert all(who(cast.seagrape.id, token, SEEDED_AT) is None for token in tokens)


def test_factor_is_fresh_for_five_minutes(app: Flask, cast: Cast, ana: PatientOf) -> None:
    found = who(cast.seagrape.id, begin(cast, ana, SEEDED_AT).token, SEEDED_AT)
    assert found is not None
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        with clock.freeze(SEEDED_AT + 4 * MINUTE):
            require_fresh(session, found)
        with clock.freeze(SEEDED_AT + 5 * MINUTE), pytest.raises(FreshFactorNeeded):
            require_fresh(session, found)
        with pytest.raises(FreshFactorNeeded):
            require_fresh(session, cast.seagrape.anonymous())


def sign_in(app: Flask, cast: Cast, ana: PatientOf, visitor: Visitor) -> None:
    """A patient signed in by link."""
    visitor.get("/portal/sign-in")
    visitor.submit("/portal/sign-in", email=ana.email)
    visitor.get(mails(cast.seagrape.id)[-1][1]["link"])
    assert visitor.submit("/portal/sign-in/link").status_code == 303


def test_signing_in_again_ends_the_session_before(app: Flask, cast: Cast, ana: PatientOf) -> None:
    visitor = Visitor(app)
    sign_in(app, cast, ana, visitor)
    before = visitor.cookie("bedside_portal")
    visitor.get("/portal/sign-in?again=1")
    visitor.submit("/portal/sign-in", email=ana.email)
    visitor.get(mails(cast.seagrape.id)[-1][1]["link"])
    visitor.submit("/portal/sign-in/link")
    after = visitor.cookie("bedside_portal")
    assert before
    assert after
    assert before != after
    assert who(cast.seagrape.id, before, clock.now()) is None
    assert who(cast.seagrape.id, after, clock.now())


def test_planted_cookie_is_worth_nothing_after_signing_in(
    app: Flask, cast: Cast, ana: PatientOf
) -> None:
    visitor = Visitor(app)
    planted = "A" * 43
    visitor.client.set_cookie("bedside_portal", planted, domain="localhost")
    sign_in(app, cast, ana, visitor)
    assert visitor.cookie("bedside_portal") != planted
    assert who(cast.seagrape.id, planted, clock.now()) is None


def test_signing_out_ends_the_session_and_clears_the_browser(
    app: Flask, cast: Cast, ana: PatientOf
) -> None:
    visitor = Visitor(app)
    sign_in(app, cast, ana, visitor)
    token = visitor.cookie("bedside_portal") or ""
    visitor.get("/portal/sign-in?again=1")
    _, fields = visitor.form("/portal/sign-in")
    answer = visitor.post("/portal/sign-out", {"csrf_token": fields["csrf_token"]})
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not visitor.cookie("bedside_portal")
    assert who(cast.seagrape.id, token, clock.now()) is None


def test_staying_signed_in_needs_the_form(app: Flask, cast: Cast, ana: PatientOf) -> None:
    visitor = Visitor(app)
    sign_in(app, cast, ana, visitor)
    assert visitor.post("/portal/session", {}).status_code == 400
    assert visitor.get("/portal/session").status_code in (404, 405)


def test_tokens_and_codes_are_nowhere_in_the_database(
    app: Flask, cast: Cast, ana: PatientOf
) -> None:
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        begin_sign_in(
            session,
            practice=cast.seagrape.view,
            email=ana.email,
            browser=b"b" * 32,
            network="192.0.2.1",
        )
    context = mails(cast.seagrape.id)[-1][1]
    token = context["link"].rpartition("/")[2]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        row = session.execute(text("select sign_in_attempt::text from sign_in_attempt")).scalar()
    assert token not in str(row)
    assert token.encode().hex() not in str(row)
    assert ana.email.encode().hex() not in str(row)
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        assert session.get(WebSession, (cast.seagrape.id, ana.id)) is None
