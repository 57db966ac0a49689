"""The lowest layer: ids, the clock, settings, the context of a transaction."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from shared import clock
from shared.config import SettingsError, load_settings
from shared.db import Context
from shared.ids import new_id, new_reference

GOOD = {"BEDSIDE_ENV": "test", "BEDSIDE_SECRET_KEY": "k" * 40}


def test_ids_are_version_seven_and_in_the_order_of_time() -> None:
    ids = [new_id() for _ in range(50)]
    assert {(value.version, value.variant) for value in ids} == {(7, ids[0].variant)}
    millisecond = [value.int >> 80 for value in ids]
    assert millisecond == sorted(millisecond)
    assert len(set(ids)) == 50


def test_references_are_easy_to_say() -> None:
    for _ in range(200):
        assert re.fullmatch(r"[ACDEFGHJKMNPQRTUVWXY]{2}[2-9]-[2-9]{2}[A-Y]{2}", new_reference())


def test_the_clock_can_be_stopped() -> None:
    at = datetime(2027, 3, 14, 6, 59, tzinfo=UTC)
    with clock.freeze(at):
        assert clock.now() == at
        assert clock.today("America/New_York").isoformat() == "2027-03-14"
        assert clock.today("Pacific/Honolulu").isoformat() == "2027-03-13"
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_stopped_clock_needs_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"), clock.freeze(datetime(2027, 1, 1)):  # noqa: DTZ001 - the point
        pass


@pytest.mark.parametrize(
    ("content", "seconds"),
    [('{"offset_seconds": 3600}', 3600), ("rubbish", 0), ("{}", 0), ('{"offset_seconds": "x"}', 0)],
)
def test_the_sandbox_moves_time(tmp_path: Path, content: str, seconds: int) -> None:
    file = tmp_path / "clock.json"
    file.write_text(content)
    clock.follow_sandbox(file)
    try:
        assert clock.offset() == timedelta(seconds=seconds)
    finally:
        clock.follow_sandbox(None)


def test_a_missing_setting_is_named_with_its_purpose() -> None:
    with pytest.raises(SettingsError, match="BEDSIDE_SECRET_KEY is not set: signs visitor cookies"):
        load_settings({"BEDSIDE_ENV": "test"})


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("from a file, long enough to be a key\n")
    settings = load_settings(
        {"BEDSIDE_ENV": "test", "BEDSIDE_SECRET_KEY_FILE": str(tmp_path / "key")}
    )
    assert settings.secret_key == "from a file, long enough to be a key"
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings({"BEDSIDE_ENV": "test", "BEDSIDE_SECRET_KEY_FILE": str(tmp_path / "no")})


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"BEDSIDE_ENV": "staging"}, "BEDSIDE_ENV must be"),
        ({"BEDSIDE_SECRET_KEY": "short"}, "at least 32"),
        ({"BEDSIDE_ENV": "production", "BEDSIDE_SANDBOX_URL": "http://x"}, "refuses to run on it"),
        ({"BEDSIDE_ENV": "production", "BEDSIDE_SCHEME": "http"}, "must be https"),
        ({"BEDSIDE_ENV": "production", "AWS_REGION": "eu-west-1"}, "AWS_REGION must be one of"),
        ({"BEDSIDE_DATABASE_AUTH": "trust"}, "must be password or iam"),
    ],
)
def test_combinations_that_must_never_run_are_refused(changes: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words):
        load_settings(GOOD | changes)


@pytest.mark.parametrize("process", ["web", "worker"])
@pytest.mark.parametrize("value", ["", "  ", "bedside", "mysql://x/y"])
def test_an_address_that_leads_to_no_database_is_told_in_one_sentence(
    process: str, value: str
) -> None:
    name = f"BEDSIDE_{process.upper()}_DSN"
    settings = load_settings(GOOD | {name: value})
    with pytest.raises(SettingsError, match=f"{name} is (empty|no address of a database): set it"):
        settings.database_of(process)


KEY_OF_A_PERSON = "AKIA" + "EXAMPLEEXAMPLE00"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_SECRET_ACCESS_KEY", "x"),
        ("AWS_ACCESS_KEY_ID", "x"),
        ("AWS_PROFILE", "practice"),
        ("MAIL_FALLBACK", f"key={KEY_OF_A_PERSON}; region=us-east-1"),
    ],
    ids=["secret", "id", "profile", "elsewhere"],
)
def test_production_refuses_static_aws_keys(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    load_settings(GOOD | {"BEDSIDE_ENV": "production"})
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=rf"Static AWS keys are set \({name}\)") as refusal:
        load_settings(GOOD | {"BEDSIDE_ENV": "production"})
    assert value not in str(refusal.value)


def test_production_refuses_a_file_of_aws_keys(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "credentials"
    file.write_text("[default]\n")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(file))
    with pytest.raises(SettingsError, match="Static AWS keys"):
        load_settings(GOOD | {"BEDSIDE_ENV": "production"})


def test_a_context_names_one_of_our_roles() -> None:
    with pytest.raises(ValueError, match="postgres"):
        Context(uuid4(), "postgres", "nobody")


def test_a_context_says_everything_as_text() -> None:
    values = Context(None, "bedside_public", "visitor", visitor=b"\x01" * 32).settings()
    assert values["role"] == "bedside_public"
    assert values["app.practice_id"] == ""
    assert values["app.visitor"] == "01" * 32
    assert json.dumps(values)
