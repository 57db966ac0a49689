"""The signing adapter against the sandbox's KMS, over HTTP, unmodified."""

from collections.abc import Iterator
from dataclasses import dataclass

import boto3
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.adapters.keys.kms import KeysRefused
from shared.adapters.keys.signing import KmsSigning, Signed
from shared.keyring import KeysUnavailable
from tests.sandbox_process import SandboxHandle, start_sandbox

MESSAGE = b'{"format":"bedside-checkpoint-1"}'


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-1"
    signing_key_id: str = "alias/bedside-signing"


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


@pytest.fixture
def signing(sandbox: SandboxHandle) -> KmsSigning:
    return KmsSigning(Settings())


def test_what_was_signed_is_taken_by_kms_and_by_the_public_key(signing: KmsSigning) -> None:
    signed = signing.sign(MESSAGE)
    assert signed.key_id.startswith("arn:aws:kms:")
    assert signing.verify(MESSAGE, signed)
    assert signing.check(MESSAGE, signed)
    public = serialization.load_pem_public_key(signing.public_pem())
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signed.signature, MESSAGE, ec.ECDSA(hashes.SHA256()))


def test_another_message_is_not_what_was_signed(signing: KmsSigning) -> None:
    signed = signing.sign(MESSAGE)
    assert not signing.verify(MESSAGE + b" ", signed)
    assert not signing.check(MESSAGE + b" ", signed)


def test_a_key_that_kms_does_not_know_proves_nothing(signing: KmsSigning) -> None:
    signed = Signed(signing.sign(MESSAGE).signature, "arn:aws:kms:us-east-1:000000000000:key/no")
    assert not signing.check(MESSAGE, signed)


def test_a_key_for_data_does_not_sign(sandbox: SandboxHandle) -> None:
    other = KmsSigning(Settings(signing_key_id="alias/bedside"))
    with pytest.raises(KeysRefused):
        other.sign(MESSAGE)
    with pytest.raises(KeysUnavailable):
        other.check(MESSAGE, Signed(b"", "alias/bedside"))


def test_the_public_key_is_asked_for_once(sandbox: SandboxHandle, signing: KmsSigning) -> None:
    signed = signing.sign(MESSAGE)
    assert signing.check(MESSAGE, signed)
    sandbox.fault("kms", "status", 500)
    assert signing.check(MESSAGE, signed)
    with pytest.raises(KeysUnavailable):
        signing.sign(MESSAGE)
    with pytest.raises(KeysUnavailable):
        signing.verify(MESSAGE, signed)


def test_a_disabled_key_signs_no_more_but_what_it_signed_still_holds(
    sandbox: SandboxHandle,
) -> None:
    kms = boto3.client("kms")
    made = kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="SIGN_VERIFY")["KeyMetadata"]["Arn"]
    signing = KmsSigning(Settings(signing_key_id=made))
    signed = signing.sign(MESSAGE)
    kms.disable_key(KeyId=made)
    with pytest.raises(KeysRefused):
        signing.sign(MESSAGE)
    assert KmsSigning(Settings()).check(MESSAGE, signed)
