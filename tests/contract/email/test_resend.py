"""The second provider's adapter against the sandbox's Resend, over HTTP, unmodified."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, replace

import httpx
import pytest

from shared.adapters.email.letter import Deferred, Outcome, Refused, Sent, Unknown
from shared.adapters.email.resend import (
    DEFAULT_SENDER,
    NOT_CONFIGURED,
    ResendMail,
    _read,
    from_second_provider,
)
from tests.contract.email.test_ses import INVITATION, LETTER
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox


@dataclass(frozen=True)
class Settings:
    resend_api_base: str
    resend_api_key: str = "re_sandbox"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxHandle]:
    handle = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield handle
    handle.stop()


@pytest.fixture
def sandbox(running: SandboxHandle) -> Iterator[SandboxHandle]:
    yield running
    running.fault("resend", "off")
    running.reset()


@pytest.fixture
def client(sandbox: SandboxHandle) -> ResendMail:
    return ResendMail(Settings(sandbox.url))


def test_a_letter_arrives_marked_as_the_second_providers(
    client: ResendMail, sandbox: SandboxHandle
) -> None:
    letter = from_second_provider(LETTER)
    outcome = client.send(letter, key="dispatch/1")
    assert isinstance(outcome, Sent)
    [mail] = sandbox.mails(LETTER.to)
    assert (mail["provider"], mail["message_id"]) == ("resend", outcome.message_id)
    assert DEFAULT_SENDER.address in mail["from"]
    assert mail["subject"] == LETTER.subject
    assert mail["text"].split() == LETTER.text.split()
    assert mail["headers"]["Auto-Submitted"] == "auto-generated"
    assert mail["headers"]["Reply-To"] == "front@seagrape.example"
    assert mail["tags"]["dispatch"] == [LETTER.tags["dispatch"]]


def test_the_same_key_sends_once(client: ResendMail, sandbox: SandboxHandle) -> None:
    first = client.send(from_second_provider(LETTER), key="dispatch/2")
    assert client.send(from_second_provider(LETTER), key="dispatch/2") == first
    other = replace(from_second_provider(LETTER), subject="Something else")
    assert client.send(other, key="dispatch/2") == Unknown("invalid_idempotent_request")
    assert len(sandbox.mails(LETTER.to)) == 1


def test_an_invitation_travels_as_an_attachment(client: ResendMail, sandbox: SandboxHandle) -> None:
    letter = replace(from_second_provider(LETTER), calendar=INVITATION)
    assert isinstance(client.send(letter, key="dispatch/3"), Sent)
    [mail] = sandbox.mails(LETTER.to)
    assert mail["attachments"] == [{"filename": "invite.ics", "content_type": "text/calendar"}]
    assert base64.b64encode(INVITATION.encode()).decode()[:40] in mail["raw"]


@pytest.mark.parametrize(
    ("mode", "value", "outcome"),
    [
        ("status", "500", Deferred("vendor_unavailable")),
        ("status", "429", Deferred("application_error")),
        ("status", "422", Refused("application_error")),
        ("status", "401", Deferred("application_error")),
        ("status", "502", Unknown("gateway_502")),
        ("garbage", "", Unknown("unreadable_answer")),
        ("reset", "after", Unknown("no_answer")),
        ("reset", "before", Unknown("no_answer")),
    ],
)
def test_each_trouble_has_its_outcome(
    client: ResendMail, sandbox: SandboxHandle, mode: str, value: str, outcome: Outcome
) -> None:
    sandbox.fault("resend", mode, value)
    assert client.send(from_second_provider(LETTER), key="dispatch/4") == outcome


def test_nobody_there_means_certainly_not_taken() -> None:
    away = ResendMail(Settings(f"http://127.0.0.1:{free_port()}"))
    assert away.send(LETTER, key="dispatch/5") == Deferred("no_connection")


def test_without_a_key_there_is_no_second_provider(sandbox: SandboxHandle) -> None:
    nobody = ResendMail(Settings(sandbox.url, resend_api_key=""))
    assert not nobody.is_configured
    assert nobody.send(LETTER, key="dispatch/6") == Deferred(NOT_CONFIGURED)
    wrong = ResendMail(Settings(sandbox.url, resend_api_key="re_other"))
    assert wrong.send(LETTER, key="dispatch/7") == Deferred("invalid_api_key")


def test_what_the_vendor_would_refuse_the_sandbox_refuses(
    client: ResendMail, sandbox: SandboxHandle
) -> None:
    nowhere = replace(LETTER, to="nobody")
    assert client.send(nowhere, key="dispatch/8") == Refused("validation_error")
    tagged = replace(LETTER, tags={"dispatch": "not a tag"})
    assert client.send(tagged, key="dispatch/9") == Refused("validation_error")
    empty = replace(LETTER, html="", text="")
    assert client.send(empty, key="dispatch/10") == Refused("missing_required_field")
    broken = replace(LETTER, calendar="BEGIN:VCALENDAR")
    assert client.send(broken, key="dispatch/11") == Refused("unwritable_letter")
    assert isinstance(client.send(LETTER, key="k" * 257), Refused)


def test_an_answer_of_another_kind_is_no_promise() -> None:
    assert _read(httpx.Response(200, json=["id"])) == Unknown("unreadable_answer")
    assert _read(httpx.Response(409, json={"name": "concurrent_idempotent_requests"})) == Unknown(
        "gateway_409"
    )


def test_a_fault_with_an_end_ends_by_itself(client: ResendMail, sandbox: SandboxHandle) -> None:
    sandbox.post("/_sandbox/faults", service="resend", mode="status", value="500", seconds=0.2)
    [fault] = sandbox.get("/_sandbox/faults")
    assert fault["until"] is not None
    assert isinstance(client.send(LETTER, key="dispatch/12"), Deferred)
    while sandbox.get("/_sandbox/faults"):
        pass
    assert isinstance(client.send(LETTER, key="dispatch/13"), Sent)
