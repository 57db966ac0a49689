"""What was taken away is gone at the next click: roles, sessions, passkeys, codes, accounts."""

import pytest
from flask import Flask
from sqlalchemy import select, text

from shared.access.principal import Role
from shared.auth.closing import close_account, close_patient_account
from shared.auth.errors import GrantRefused, SignInRefused
from shared.auth.recovery_codes import issue_recovery_codes, prove_recovery_code
from shared.auth.roles import add_grant, end_role
from shared.db import open_session
from shared.models.account import Account
from shared.models.role_grant import RoleGrant
from shared.onboarding import invite_staff
from tests.belongings import belongings_of
from tests.browsing import Browser, signed_in
from tests.integration.attack.people import hire
from tests.people import Cast, StaffOf
from tests.visiting import Visitor, mails


def account_of(session: object, cast: Cast, person: StaffOf) -> Account:
    """The account's row."""
    return session.get_one(Account, (cast.seagrape.id, person.account_id))  # type: ignore[attr-defined]  # a session


def close(owner: Browser, person: StaffOf) -> int:
    """Close a colleague's sign-in by the page an owner uses."""
    page = f"/admin/staff/{person.account_id}/closing"
    return owner.post(page, {}, printed_on=f"{page}/new").status_code


def acts(cast: Cast, name: str) -> int:
    """How often an act is in the log."""
    with open_session(cast.seagrape.context("bedside_auditor")) as session:
        return (
            session.scalar(
                text("select count(*) from audit.event where kind = 'act' and action = :name"),
                {"name": name},
            )
            or 0
        )


def end_roles_of(cast: Cast, person: StaffOf) -> None:
    """Take all they hold away, as the first owner."""
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
        for grant in session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == person.account_id)
        ).all():
            end_role(session, grant_id=grant.id, by=owner)


def test_a_role_taken_away_closes_the_next_page(app: Flask, cast: Cast) -> None:
    nora = hire(cast.seagrape, Role.NURSE, Role.RECEPTIONIST)
    browser = signed_in(app, cast.seagrape, nora)
    assert browser.get("/admin/schedule").status_code == 200
    end_roles_of(cast, nora)
    answer = browser.get("/admin/schedule")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/admin/sign-in")


def test_a_role_given_back_revives_no_session(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    browser = signed_in(app, cast.seagrape, rosa)
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    with open_session(cast.seagrape.context()) as session:
        held = session.scalars(
            select(RoleGrant).where(RoleGrant.account_id == rosa.account_id)
        ).all()
    for grant in held:
        path = f"/admin/staff/roles/{grant.id}/end"
        assert owner.post(path, {}, printed_on="/admin/staff").status_code == 303
    assert acts(cast, "session.ended") == 1
    with open_session(cast.seagrape.context()) as session:
        account = session.get_one(Account, (cast.seagrape.id, rosa.account_id))
        for grant in held:
            add_grant(session, account=account, role=grant.role, granted_by=None)
    assert browser.get("/admin/schedule").headers["Location"].startswith("/admin/sign-in")
    assert signed_in(app, cast.seagrape, rosa).get("/admin/schedule").status_code == 200


def test_one_role_of_two_taken_away_leaves_the_other(app: Flask, cast: Cast) -> None:
    both = hire(cast.seagrape, Role.OWNER, Role.RECEPTIONIST)
    browser = signed_in(app, cast.seagrape, both)
    with open_session(cast.seagrape.context()) as session:
        owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
        grant = session.scalars(
            select(RoleGrant).where(
                RoleGrant.account_id == both.account_id, RoleGrant.role == "receptionist"
            )
        ).one()
        end_role(session, grant_id=grant.id, by=owner)
    assert browser.get("/admin/schedule").status_code == 403
    assert browser.get("/admin/staff").status_code == 200


def test_closing_a_colleague_ends_everything_they_had(app: Flask, cast: Cast) -> None:
    nora = hire(cast.seagrape, Role.NURSE)
    browser = signed_in(app, cast.seagrape, nora)
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        codes = issue_recovery_codes(session, account_of(session, cast, nora))
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    assert "signed out everywhere" in owner.get(f"/admin/staff/{nora.account_id}/closing/new").text
    assert close(owner, nora) == 303
    assert browser.get("/admin/schedule").status_code == 303
    assert "is closed" in owner.get("/admin/staff").text
    with (
        open_session(cast.seagrape.context("bedside_gate")) as session,
        pytest.raises(SignInRefused),
    ):
        prove_recovery_code(session, practice_id=cast.seagrape.id, email=nora.email, code=codes[0])
    for name in ("account.closed", "role.ended", "session.ended", "recovery_codes.ended"):
        assert acts(cast, name) == 1, name


def test_closing_is_refused_for_oneself_the_last_owner_and_patients(app: Flask, cast: Cast) -> None:
    maya = cast.seagrape.staff["maya"]
    owner = signed_in(app, cast.seagrape, maya)
    assert close(owner, maya) == 409
    ana = cast.seagrape.patients["ana"]
    assert owner.get(f"/admin/staff/{ana.account_id}/closing/new").status_code == 404
    other = hire(cast.seagrape, Role.NURSE)
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        with pytest.raises(GrantRefused) as refused:
            close_account(session, account_of(session, cast, maya), by=other.acting(Role.OWNER))
        assert refused.value.reason == "last_owner"
        with pytest.raises(GrantRefused):
            close_patient_account(
                session, account_of(session, cast, maya), by=other.acting(Role.RECEPTIONIST)
            )
        session.rollback()


def test_a_closed_colleague_comes_back_by_a_new_invitation_only(app: Flask, cast: Cast) -> None:
    nora = hire(cast.seagrape, Role.NURSE)
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    assert close(owner, nora) == 303
    with open_session(cast.seagrape.context()) as session:
        invited = invite_staff(
            session, email=nora.email, name="Nora", roles=["biller"], by=cast.seagrape.job()
        )
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    assert visitor.submit("/admin/invitations", code=invited.code).status_code == 303
    assert visitor.get("/admin/schedule").status_code == 403
    assert acts(cast, "account.reopened") == 1


def test_a_patients_sign_in_is_closed_and_let_in_again(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    portal = signed_in(app, cast.seagrape, ana)
    desk = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    page = f"/admin/patients/{ana.id}/sign-ins"
    assert ana.email in desk.get(page).text
    assert desk.post(f"{page}/{ana.account_id}/close", {}, printed_on=page).status_code == 303
    assert portal.get("/portal/").status_code == 303
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    visitor.submit("/portal/sign-in", email=ana.email)
    assert mails(cast.seagrape.id)[-1][0] == "sign_in_unknown"
    assert desk.post(f"{page}/{ana.account_id}/reopen", {}, printed_on=page).status_code == 303
    visitor.get("/portal/sign-in")
    visitor.submit("/portal/sign-in", email=ana.email)
    assert mails(cast.seagrape.id)[-1][0] == "sign_in"


def test_a_link_on_its_way_opens_nothing_once_the_account_is_closed(app: Flask, cast: Cast) -> None:
    ana = cast.seagrape.patients["ana"]
    visitor = Visitor(app)
    visitor.get("/portal/sign-in")
    visitor.submit("/portal/sign-in", email=ana.email)
    link = mails(cast.seagrape.id)[-1][1]["link"]
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        account = session.get_one(Account, (cast.seagrape.id, ana.account_id))
        close_account(session, account, by=cast.seagrape.staff["rosa"].acting(Role.RECEPTIONIST))
    visitor.get(link)
    assert visitor.submit("/portal/sign-in/link").status_code == 410
    assert visitor.cookie("bedside_portal") is None


def test_a_withdrawn_invitation_is_worth_nothing(app: Flask, cast: Cast) -> None:
    with open_session(cast.seagrape.context()) as session:
        invited = invite_staff(
            session, email="x@s.example", name="X", roles=["nurse"], by=cast.seagrape.job()
        )
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    end = f"/admin/staff/invitations/{invited.row.id}/end"
    assert end in owner.get("/admin/staff").text
    assert owner.post(end, {}, printed_on="/admin/staff").status_code == 303
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    assert visitor.submit("/admin/invitations", code=invited.code).status_code == 410
    assert owner.post(end, {}, printed_on="/admin/staff").status_code == 404


@pytest.mark.parametrize("how", ["closed", "no role"])
def test_an_old_invitation_does_not_outlive_the_leaving_of_who_was_invited(
    app: Flask, cast: Cast, how: str
) -> None:
    nora = hire(cast.seagrape, Role.NURSE)
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    with open_session(cast.seagrape.context()) as session:
        invited = invite_staff(
            session, email=nora.email, name="Nora", roles=["biller"], by=cast.seagrape.job()
        )
    if how == "closed":
        assert close(owner, nora) == 303
    else:
        end_roles_of(cast, nora)
    assert "/admin/staff/invitations/" not in owner.get("/admin/staff").text
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    assert visitor.submit("/admin/invitations", code=invited.code).status_code == 410
    assert acts(cast, "account.reopened") == 0


@pytest.mark.parametrize("how", ["closed", "owner no more"])
def test_an_invitation_is_worth_what_its_owner_is(app: Flask, cast: Cast, how: str) -> None:
    other = hire(cast.seagrape, Role.OWNER)
    with open_session(cast.seagrape.context()) as session:
        by = other.acting(Role.OWNER)
        invited = invite_staff(session, email="puppet@s.example", name="P", roles=["owner"], by=by)
    owner = signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])
    if how == "closed":
        assert close(owner, other) == 303
    else:
        end_roles_of(cast, other)
    visitor = Visitor(app)
    visitor.get(f"/admin/invitations/{invited.token}")
    assert visitor.submit("/admin/invitations", code=invited.code).status_code == 410
    assert acts(cast, "invitation.accepted") == 0


def test_the_last_way_in_stays(app: Flask, cast: Cast) -> None:
    things = belongings_of(cast.seagrape, cast.seagrape.patients["ana"])
    first = next(iter(cast.seagrape.staff.values()))
    browser = signed_in(app, cast.seagrape, first)
    path = f"/admin/security/passkeys/{things.ids['passkey_id']}/end"
    somebody = hire(cast.seagrape, Role.NURSE)
    stranger = signed_in(app, cast.seagrape, somebody)
    assert stranger.post(path, {}, printed_on="/admin/security").status_code == 404
    assert browser.post(path, {}, printed_on="/admin/security").status_code == 409
    with open_session(cast.seagrape.context("bedside_gate")) as session:
        issue_recovery_codes(session, account_of(session, cast, first))
    assert browser.post(path, {}, printed_on="/admin/security").status_code == 303


@pytest.mark.parametrize("face", ["portal", "admin"])
def test_every_other_place_is_signed_out_at_once(app: Flask, cast: Cast, face: str) -> None:
    person = cast.seagrape.patients["ana"] if face == "portal" else cast.seagrape.staff["rosa"]
    here, there = (signed_in(app, cast.seagrape, person) for _ in range(2))
    security = f"/{face}/security"
    assert "Sign out everywhere else" in here.get(security).text
    done = here.post(f"{security}/sign-out-others", {}, printed_on=security)
    assert done.status_code == 303
    assert here.get(security).status_code == 200
    assert there.get(security).status_code == 303
    again = here.post(f"{security}/sign-out-others", {}, printed_on=security)
    assert again.status_code == 303
    assert "nowhere else" in here.get(security).text


def test_one_other_place_of_staff_is_signed_out(app: Flask, cast: Cast) -> None:
    rosa = cast.seagrape.staff["rosa"]
    there, here = (signed_in(app, cast.seagrape, rosa) for _ in range(2))
    visitor = Visitor(app)
    visitor.client = there.client
    visitor.get("/admin/security")
    mine, _ = visitor.form("/sessions/")
    assert here.post(mine, {}, printed_on="/admin/security").status_code == 303
    assert there.get("/admin/security").status_code == 303
