"""What is asked outside: right answers, wrong ones, and nobody answering."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask

from shared import clock
from shared.adapters.email.identity import Identity, SesIdentities
from shared.adapters.email.ses import MailUnavailable
from shared.adapters.ground.certificates import Certificate, HostUnavailable
from shared.adapters.ground.clusters import Backups, Clusters
from shared.adapters.ground.names import NamesUnavailable
from shared.adapters.keys.rotation import KeyRotation
from shared.config import Settings
from shared.jobs.registry import Job
from shared.preflight import outside
from shared.preflight.mail_domain import judge_domain
from tests.people import Cast
from tools import postgres

TOKENS = ("one", "two", "three")
AT_VENDOR = Identity(verified=True, tokens=TOKENS, mail_from="mail.sea.example")


class Zone:
    """A name system in a dictionary."""

    def __init__(self, **less: str | None) -> None:
        self.records: dict[str, str | None] = {
            **{f"{one}._domainkey.sea.example": f"{one}.dkim.amazonses.com" for one in TOKENS},
            "mail.sea.example": "v=spf1 include:amazonses.com ~all",
            "_dmarc.sea.example": "v=DMARC1; p=quarantine",
            **{name.replace("__", "."): value for name, value in less.items()},
        }

    def texts(self, name: str) -> list[str]:
        found = self.records.get(name)
        return [found] if found else []

    def alias(self, name: str) -> str | None:
        return self.records.get(name)


def work(cast: Cast, settings: Settings) -> Job:
    return Job("look_at_ground", cast.seagrape.id, settings)


def test_a_domain_with_all_three_is_green() -> None:
    assert judge_domain("sea.example", AT_VENDOR, Zone())[:2] == (True, "domain_ok")


@pytest.mark.parametrize(
    ("identity", "zone", "code"),
    [
        (None, Zone(), "not_at_vendor"),
        (replace(AT_VENDOR, tokens=()), Zone(), "not_at_vendor"),
        (AT_VENDOR, Zone(**{"two._domainkey__sea__example": None}), "no_dkim"),
        (AT_VENDOR, Zone(**{"two._domainkey__sea__example": "key.evil.example"}), "no_dkim"),
        (AT_VENDOR, Zone(mail__sea__example="v=spf1 -all"), "no_spf"),
        (AT_VENDOR, Zone(mail__sea__example="include:amazonses.com"), "no_spf"),
        (AT_VENDOR, Zone(_dmarc__sea__example=None), "no_dmarc"),
        (replace(AT_VENDOR, verified=False), Zone(), "not_verified"),
    ],
)
def test_the_first_thing_missing_is_named(identity: Identity | None, zone: Zone, code: str) -> None:
    assert judge_domain("sea.example", identity, zone)[:2] == (False, code)


def test_nobody_answering_leaves_points_red_and_the_rest_goes_on(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> Any:
        raise MailUnavailable("no_answer")

    monkeypatch.setattr(SesIdentities, "find", away)
    found = outside.examine(work(cast, replace(settings, scheme="http")))
    assert found["mail_domain"] == (False, "no_answer", {"why": "no_answer"})
    assert found["roles"][0], found["roles"]
    assert found["hosts"][1] == "plain_http"
    assert set(found) == set(outside.ASKED)


def test_a_grant_nobody_reviewed_turns_the_roles_red(
    cast: Cast, settings: Settings, server: postgres.Server, database: str
) -> None:
    with psycopg.connect(server.dsn_for(dbname=database)) as admin:
        admin.execute("grant truncate on patient to bedside_worker")
    good, code, seen = outside.ask_roles(work(cast, settings))
    assert (good, code, seen["num"]) == (False, "differs", 1)
    assert "TRUNCATE on public.patient to bedside_worker" in seen["first"]


def test_hosts_are_green_while_their_certificates_last(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    https = work(cast, replace(settings, scheme="https"))
    last = timedelta(days=60)
    monkeypatch.setattr(
        outside, "read_certificate", lambda _: Certificate(clock.now() + last, "TLSv1.3")
    )
    assert outside.ask_hosts(https)[:2] == (True, "hosts_ok")
    last = timedelta(days=3)
    assert outside.ask_hosts(https)[:2] == (False, "host_ends")

    def bad(_: str) -> Certificate:
        raise HostUnavailable("certificate")

    monkeypatch.setattr(outside, "read_certificate", bad)
    assert outside.ask_hosts(https)[:2] == (False, "host_certificate")


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"days": 35}, "days"),
        ({"days": 7}, "days"),
        ({"protected": False}, "unprotected"),
        ({"encrypted": False}, "unprotected"),
        ({"latest": datetime(2020, 1, 1, tzinfo=UTC)}, "behind"),
        ({"latest": None}, "behind"),
    ],
)
def test_backups_are_green_at_35_days_up_to_minutes_ago(
    cast: Cast,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, Any],
    code: str,
) -> None:
    known: dict[str, Any] = {
        "days": 35, "protected": True, "encrypted": True, "latest": clock.now()
    }  # fmt: skip
    monkeypatch.setattr(Clusters, "backups", lambda _: Backups(**{**known, **told}))
    assert outside.ask_backups(work(cast, settings))[:2] == (False, "no_cluster")
    judged = outside.ask_backups(work(cast, replace(settings, database_cluster="bedside")))
    assert judged[:2] == (told == {"days": 35}, code)


def test_keys_are_green_while_both_are_turned(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(KeyRotation, "days", lambda _: 90)
    assert outside.ask_keys(work(cast, settings))[1] == "turned"
    with clock.freeze(clock.now() + timedelta(days=500)):
        assert outside.ask_keys(work(cast, settings))[1] == "data_key"
    monkeypatch.setattr(KeyRotation, "days", lambda _: 365)
    assert outside.ask_keys(work(cast, settings))[:2] == (False, "kms_days")
    monkeypatch.setattr(KeyRotation, "days", lambda _: None)
    assert outside.ask_keys(work(cast, settings))[:2] == (False, "kms_never")


def test_names_that_are_away_are_no_answer(
    cast: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def __init__(self, _: object) -> None:
            raise NamesUnavailable("LifetimeTimeout")

    monkeypatch.setattr(SesIdentities, "find", lambda *_: AT_VENDOR)
    monkeypatch.setattr(outside, "Names", Away)
    assert outside._ask("mail_domain", work(cast, settings))[1] == "no_answer"


def test_the_command_says_what_is_red_and_exits_with_it(app: Flask, cast: Cast) -> None:
    run = app.test_cli_runner().invoke
    told = run(args=["preflight", "--practice", "seagrape", "--offline"])
    assert told.exit_code == 1, told.output
    assert "RED" in told.output
    plain = run(args=["preflight", "--offline", "--json"])
    found = json.loads(plain.output)
    assert set(found) == {"seagrape", "ironbound"}
    assert {point["state"] for point in found["seagrape"]} == {"green", "red"}
    assert run(args=["preflight", "--practice", "nobody"]).exit_code == 1
