"""The mail adapter against the sandbox's SES, over HTTP, unmodified."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from shared.adapters.email.letter import Deferred, Letter, Sender, Sent, Unknown
from shared.adapters.email.ses import SesMail
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox

INVITATION = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Test//EN\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\n"
    "UID:1@test\r\nDTSTAMP:20270101T000000Z\r\nDTSTART:20270104T143000Z\r\n"
    "SUMMARY:Visit with Seagrape Médical\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
LETTER = Letter(
    to="rosa@patients.example",
    sender=Sender("Seagrape Médical", "visits@seagrape.example", "row", "front@seagrape.example"),
    subject="Booked: Monday 4 January 2027, 9:30 am Eastern",
    text="Hello Rosa,\n\nYou are booked: see you then.\n",
    html="<!doctype html><title>Booked</title><p>You are booked: see you then.</p>",
    tags={
        "dispatch": "0192f6c1-8a6e-7c3d-9f10-2b7e5c1d4a90",
        "practice": "0192f6c1-8a6e-7c3d-9f10-2b7e5c1d4a91",
    },
)


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-1"
    ses_configuration_set: str = "bedside"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle, monkeypatch: pytest.MonkeyPatch) -> Iterator[SandboxHandle]:
    for name, value in running.env.items():
        monkeypatch.setenv(name, value)
    yield running
    running.fault("ses", "off")
    running.reset()


@pytest.fixture
def client(sandbox: SandboxHandle) -> SesMail:
    return SesMail(Settings())


def kept(sandbox: SandboxHandle) -> EmailMessage:
    found = sandbox.mails("rosa@patients.example", count=1)
    assert len(found) == 1
    message = message_from_bytes(found[0]["raw"].encode(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_plain_mail_arrives_with_both_bodies(sandbox: SandboxHandle, client: SesMail) -> None:
    outcome = client.send(LETTER)
    assert isinstance(outcome, Sent)
    assert outcome.message_id
    message = kept(sandbox)
    assert message["Subject"] == LETTER.subject
    assert message["From"].addresses[0].display_name == "Seagrape Médical"
    assert message["From"].addresses[0].addr_spec == "visits@seagrape.example"
    assert "front@seagrape.example" in str(message["Reply-To"])
    types = [part.get_content_type() for part in message.walk() if not part.is_multipart()]
    assert types == ["text/plain", "text/html"]


def test_an_invitation_is_the_last_alternative_without_a_disposition(
    sandbox: SandboxHandle, client: SesMail
) -> None:
    assert isinstance(client.send(replace(LETTER, calendar=INVITATION)), Sent)
    message = kept(sandbox)
    assert message.get_content_type() == "multipart/alternative"
    assert message["Auto-Submitted"] == "auto-generated"
    parts = list(message.iter_parts())
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    calendar = parts[-1]
    assert isinstance(calendar, EmailMessage)
    assert calendar.get_content_disposition() is None
    assert calendar["Content-Type"].params["method"] == "REQUEST"
    assert calendar.get_content().replace("\n", "\r\n").replace("\r\r", "\r") == INVITATION


def test_the_tags_are_the_ids_we_gave(sandbox: SandboxHandle, client: SesMail) -> None:
    client.send(LETTER)
    found = sandbox.mails("rosa@patients.example", count=1)[0]
    assert found["tags"] == {name: [value] for name, value in LETTER.tags.items()}


def test_a_refused_connection_has_certainly_not_sent(
    sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", f"http://127.0.0.1:{free_port()}")
    assert SesMail(Settings()).send(LETTER) == Deferred("no_connection")


def test_a_vendor_that_is_down_is_asked_later(sandbox: SandboxHandle, client: SesMail) -> None:
    sandbox.fault("ses", "status", 503, times=1)
    assert isinstance(client.send(LETTER), Deferred)
    assert sandbox.mails("rosa@patients.example") == []
    assert isinstance(client.send(LETTER), Sent)


def test_a_throttle_is_asked_later(sandbox: SandboxHandle, client: SesMail) -> None:
    sandbox.fault("ses", "status", 429, times=1)
    assert isinstance(client.send(LETTER), Deferred)


@pytest.mark.parametrize("mode", [("reset", "after"), ("garbage", ""), ("status", "504")])
def test_an_answer_that_never_came_is_unknown_and_asked_once(
    sandbox: SandboxHandle, client: SesMail, mode: tuple[str, str]
) -> None:
    before = len(sandbox.calls("ses"))
    sandbox.fault("ses", *mode, times=1)
    assert isinstance(client.send(LETTER), Unknown)
    assert len(sandbox.calls("ses")) - before <= 1
    assert len(sandbox.mails("rosa@patients.example")) <= 1
