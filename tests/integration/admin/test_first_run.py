"""The list before the first patient: red until it is proven, and the gate that it opens."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask

from shared import clock
from shared.access.log_proof import LogProof, Verification
from shared.access.principal import Role
from shared.access.readiness import Standing
from shared.config import Settings
from shared.db import open_session
from shared.events import act
from shared.jobs.ground import tell_of_ground
from shared.jobs.registry import Job
from shared.models.attention_item import AttentionItem
from shared.models.practice import Practice
from shared.models.readiness import ReadinessFinding
from shared.models.vendor import Vendor
from shared.preflight import LINES, AnswerRefused, read_stands, sign
from shared.preflight.standing import RESTORED_WITHIN, Facts, judge
from shared.proof.verifying import keep_verification
from tests.browsing import Browser, signed_in
from tests.people import Cast, before_opening

DAY = timedelta(days=1)


@pytest.fixture
def maya(app: Flask, cast: Cast) -> Browser:
    """The owner."""
    return signed_in(app, cast.seagrape, cast.seagrape.staff["maya"])


def colours(page: str) -> dict[str, int]:
    """How many points are of each state."""
    return {
        state: len(re.findall(f'class="first-run--{state}"', page))
        for state in ("green", "signed", "red")
    }


def keep(cast: Cast, kind: str, *, outcome: str = "passed", ago: timedelta = timedelta()) -> None:
    """A finished run."""
    at = clock.now() - ago
    with clock.freeze(at), open_session(cast.seagrape.context()) as session:
        keep_verification(
            session,
            practice_id=cast.seagrape.id,
            kind=kind,
            started_at=at,
            outcome=outcome,
            details={},
        )


def sign_everything(cast: Cast, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """As if nothing were beyond an explanation; then the owner explains it all."""
    lines = tuple(replace(line, may_explain=True) for line in LINES)
    for module in ("lines", "standing"):
        monkeypatch.setattr(f"shared.preflight.{module}.LINES", lines)
    monkeypatch.setattr("shared.preflight.lines._BY_NAME", {line.name: line for line in lines})
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    until = clock.now().date() + 30 * DAY
    with open_session(owner.context()) as session:
        zone = cast.seagrape.view.time_zone
        for stand in read_stands(session, viewer=owner, settings=settings, zone=zone):
            if not stand.good:
                name = stand.line.name
                sign(
                    session, name=name, reason="For a test of the gate.", expires_on=until, by=owner
                )


def test_much_is_red_at_first_and_says_where_it_is_done(maya: Browser) -> None:
    page = maya.get("/admin/first-run").get_data(as_text=True)
    found = colours(page)
    assert sum(found.values()) == len(LINES)
    assert found["red"] > found["green"] > 3
    assert "not looked at yet" in page
    for href in re.findall(r'first-run__acts"><a href="([^"]+)"', page):
        assert maya.get(href).status_code in (200, 303)


def test_only_owners_see_the_list(app: Flask, cast: Cast) -> None:
    rosa = signed_in(app, cast.seagrape, cast.seagrape.staff["rosa"])
    assert rosa.get("/admin/first-run").status_code == 403


def test_a_drill_counts_for_as_long_as_it_is_fresh(maya: Browser, cast: Cast) -> None:
    keep(cast, "restore")
    before = maya.get("/admin/first-run").get_data(as_text=True)
    assert '<li class="first-run--green" data-line="restore">' in before
    with clock.freeze(clock.now() + RESTORED_WITHIN + DAY):
        again = signed_in(maya.client.application, cast.seagrape, cast.seagrape.staff["maya"])
        after = again.get("/admin/first-run").get_data(as_text=True)
    assert '<li class="first-run--red" data-line="restore">' in after


def test_an_owner_signs_for_a_red_point_and_takes_it_back(maya: Browser) -> None:
    form = "/admin/first-run/backups/signature/new"
    assert maya.get(form).status_code == 200
    until = (clock.now() + 30 * DAY).date().isoformat()
    words = "The cluster is made next week; a dump is taken by hand each evening."
    short = maya.post(
        "/admin/first-run/backups/signature",
        {"reason": "soon", "expires_on": until},
        printed_on=form,
    )
    assert short.status_code == 422
    signed = maya.post(
        "/admin/first-run/backups/signature",
        {"reason": words, "expires_on": until},
        printed_on=form,
    )
    assert signed.status_code == 303
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert '<li class="first-run--signed" data-line="backups">' in page
    assert words in page
    assert "Maya" in page
    maya.post("/admin/first-run/backups/signature/end", printed_on="/admin/first-run")
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert '<li class="first-run--red" data-line="backups">' in page


def test_nobody_signs_for_what_has_to_be_green(maya: Browser, cast: Cast) -> None:
    assert maya.get("/admin/first-run/roles/signature/new").status_code == 404
    assert maya.get("/admin/first-run/nothing/signature/new").status_code == 404
    owner = cast.seagrape.staff["maya"].acting(Role.OWNER)
    far = clock.now().date() + 400 * DAY
    for name, expires, problem in (
        ("roles", clock.now().date() + DAY, "not_here"),
        ("backups", far, "too_late"),
        ("backups", clock.now().date(), "too_early"),
    ):
        with open_session(owner.context()) as session, pytest.raises(AnswerRefused) as refusal:
            sign(session, name=name, reason="A good reason.", expires_on=expires, by=owner)
        assert refusal.value.problem == problem


def test_the_gate_stays_shut_while_a_point_is_red(
    maya: Browser, cast: Cast, settings: Settings
) -> None:
    before_opening(settings, cast.seagrape)
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert "Patients cannot book yet" in page
    assert "practice-open" not in page
    refused = maya.post("/admin/first-run/open", printed_on="/admin/first-run")
    assert refused.status_code == 409
    with open_session(cast.seagrape.context()) as session:
        assert session.get_one(Practice, cast.seagrape.id).opened_at is None


def test_an_owner_opens_a_practice_without_red_points(
    maya: Browser, cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_opening(settings, cast.seagrape)
    sign_everything(cast, monkeypatch, settings)
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert "Ready for the first patient" in page
    opened = maya.post("/admin/first-run/open", printed_on="/admin/first-run")
    assert opened.status_code == 303
    assert "The practice is open" in maya.get("/admin/first-run").get_data(as_text=True)
    with open_session(cast.seagrape.context()) as session:
        assert session.get_one(Practice, cast.seagrape.id).opened_at is not None


def test_an_open_practice_that_turns_red_is_told_and_stays_open(
    cast: Cast, settings: Settings
) -> None:
    production = replace(settings, env="production")
    tell_of_ground(Job("test", cast.seagrape.id, production))
    tell_of_ground(Job("test", cast.seagrape.id, production))
    with open_session(cast.seagrape.context()) as session:
        items = (
            session.query(AttentionItem).filter_by(kind="ground_red").execution_options(door=True)
        )
        assert [item.times for item in items] == [1]
        assert session.get_one(Practice, cast.seagrape.id).opened_at is not None


def test_a_practice_for_trying_things_out_is_not_nagged(cast: Cast, settings: Settings) -> None:
    tell_of_ground(Job("test", cast.seagrape.id, settings))
    with open_session(cast.seagrape.context()) as session:
        items = (
            session.query(AttentionItem).filter_by(kind="ground_red").execution_options(door=True)
        )
        assert items.count() == 0


def test_what_was_found_outside_is_shown_until_it_is_too_old(maya: Browser, cast: Cast) -> None:
    with open_session(cast.seagrape.context()) as session:
        row = ReadinessFinding(practice_id=cast.seagrape.id, line="mail_domain")
        row.good, row.code, row.checked_at = False, "no_dmarc", clock.now()
        row.seen = {"domain": "seagrape.example", "name": "_dmarc.seagrape.example"}
        session.add(row)
        act(session, "readiness.examined", target=("practice", cast.seagrape.id))
    page = maya.get("/admin/first-run").get_data(as_text=True)
    assert "DMARC is missing at _dmarc.seagrape.example" in page


Change = Callable[[Facts], Facts]


def facts(cast: Cast, **known: object) -> Facts:
    """A practice that has everything but what `known` says."""
    now = clock.now()
    today = now.date()
    agreed = {"handles_phi": True, "agreed_on": today - DAY, "renews_on": None}
    vendors = [
        Vendor(practice_id=cast.seagrape.id, name=name, exempt_because="", ended_at=None, **agreed)
        for name in ("Amazon Web Services", "Stripe", "Whereby", "Resend")
    ]
    run = {
        kind: Verification(kind, now, "passed", ())
        for kind in ("chain", "archive", "replay", "restore")
    }
    values: dict[str, object] = {
        "standing": Standing(
            staff=4, equipped=4, owners=2, with_hours=2, practitioners=2, licensed=2,
            licence_ends_on=today + 300 * DAY, visit_types=2, test_mail_at=now, rehearsed_at=now,
            stripe_heard_at=now, crisis_words=True, escalation_phone="+15615550132",
            opened_at=now, warm_up_on=today, sheet_keys=1, sheet_for=today,
        ),
        "proof": LogProof(now, 7, 9, run),
        "vendors": vendors,
        "sender_problem": None,
        "payment_problem": None,
        "heard_at": now,
        "silent": False,
        "now": now,
        "today": today,
    }  # fmt: skip
    return Facts(**{**values, **known})  # type: ignore[arg-type]  # test data


def less(**known: object) -> Change:
    """The same practice with something else in its counts."""
    return lambda all_of_it: replace(
        all_of_it,
        standing=replace(all_of_it.standing, **known),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("passkeys", less(equipped=3)),
        ("owners", less(owners=1)),
        ("escalation_phone", less(escalation_phone="")),
        ("hours", less(with_hours=1)),
        ("hours", less(with_hours=0, practitioners=0)),
        ("visit_types", less(visit_types=0)),
        ("licences", less(licensed=1)),
        ("licences", lambda it: less(licence_ends_on=it.today + 9 * DAY)(it)),
        ("crisis_contacts", less(crisis_words=False)),
        ("rehearsal_visit", less(rehearsed_at=None)),
        ("test_mail", less(test_mail_at=None)),
        ("warm_up", less(warm_up_on=None)),
        ("stripe", less(stripe_heard_at=None)),
        ("downtime_sheet", less(sheet_keys=0)),
        ("downtime_sheet", lambda it: less(sheet_for=it.today - DAY)(it)),
        ("sender", lambda it: replace(it, sender_problem="no_row")),
        ("payments", lambda it: replace(it, payment_problem="no_row")),
        ("worker", lambda it: replace(it, silent=True)),
        ("worker", lambda it: replace(it, heard_at=None)),
        ("vendors", lambda it: replace(it, vendors=it.vendors[1:])),
        ("sealed", lambda it: replace(it, proof=LogProof(it.now - DAY, 7, 9, {}))),
        ("restore", lambda it: replace(it, now=it.now + RESTORED_WITHIN)),
        ("chain", lambda it: replace(it, proof=LogProof(it.now, 7, 9, {}))),
    ],
)
def test_a_point_is_green_only_while_it_is_true(
    cast: Cast, settings: Settings, name: str, change: Change
) -> None:
    whole = facts(cast)
    assert judge(name, whole, settings)[0]
    assert not judge(name, change(whole), settings)[0]


def test_test_cards_are_red_where_patients_are_real(cast: Cast, settings: Settings) -> None:
    assert judge("stripe", facts(cast), settings)[0]
    good, code, _ = judge("stripe", facts(cast), replace(settings, env="production"))
    assert (good, code) == (False, "test_key")
