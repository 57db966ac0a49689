"""The key adapter against the sandbox's KMS, over HTTP, unmodified."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from shared.adapters.keys.kms import KeysRefused, KmsKeys
from shared.keyring import KeysUnavailable
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox

CONTEXT = {"practice": "0192f6c1", "purpose": "field", "version": "1"}


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-1"
    kms_key_id: str = "alias/bedside"


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
    running.fault("kms", "off")


def test_a_key_can_be_unwrapped_under_its_own_context(sandbox: SandboxHandle) -> None:
    plain, wrapped, key_id = KmsKeys(Settings()).generate(CONTEXT)
    assert len(plain) == 32
    assert plain not in wrapped
    another = KmsKeys(Settings())
    assert another.unwrap(wrapped, CONTEXT) == plain
    assert another.unwrap(wrapped, CONTEXT, key_id) == plain


def test_another_context_is_refused(sandbox: SandboxHandle) -> None:
    keys = KmsKeys(Settings())
    _, wrapped, _ = keys.generate(CONTEXT)
    with pytest.raises(KeysRefused):
        keys.unwrap(wrapped, CONTEXT | {"practice": "another"})


def test_a_tampered_key_is_refused(sandbox: SandboxHandle) -> None:
    keys = KmsKeys(Settings())
    _, wrapped, _ = keys.generate(CONTEXT)
    with pytest.raises(KeysRefused):
        keys.unwrap(wrapped[:-1] + bytes([wrapped[-1] ^ 1]), CONTEXT)


def test_an_unknown_key_is_refused(sandbox: SandboxHandle) -> None:
    with pytest.raises(KeysRefused):
        KmsKeys(Settings(kms_key_id="alias/nobody")).generate(CONTEXT)


def test_one_failure_is_retried(sandbox: SandboxHandle) -> None:
    sandbox.fault("kms", "status", 500, times=1)
    plain, _, _ = KmsKeys(Settings()).generate(CONTEXT)
    assert len(plain) == 32


def test_a_service_that_stays_away_is_named_soon(
    sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_KMS", f"http://127.0.0.1:{free_port()}")
    started = time.monotonic()
    with pytest.raises(KeysUnavailable) as away:
        KmsKeys(Settings()).generate(CONTEXT)
    assert not isinstance(away.value, KeysRefused)
    assert time.monotonic() - started < 10


def test_an_answer_that_is_rubbish_is_no_key(sandbox: SandboxHandle) -> None:
    sandbox.fault("kms", "garbage", times=2)
    with pytest.raises(KeysUnavailable):
        KmsKeys(Settings()).generate(CONTEXT)
