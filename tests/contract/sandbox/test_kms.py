"""KMS as boto3 meets it."""

import hashlib

import pytest
from botocore.exceptions import ClientError, ParamValidationError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.sandbox_process import start_sandbox

CONTEXT = {"practice": "p1", "purpose": "phi"}


def code_of(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_data_key_opens_only_with_its_exact_context(aws):
    kms = aws("kms")
    made = kms.generate_data_key(
        KeyId="alias/bedside", KeySpec="AES_256", EncryptionContext=CONTEXT
    )
    opened = kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=CONTEXT)
    assert opened["Plaintext"] == made["Plaintext"]
    assert len(made["Plaintext"]) == 32
    for wrong in ({}, {"practice": "p1"}, CONTEXT | {"practice": "p2"}, CONTEXT | {"more": "x"}):
        with pytest.raises(kms.exceptions.InvalidCiphertextException):
            kms.decrypt(CiphertextBlob=made["CiphertextBlob"], EncryptionContext=wrong)


def test_ciphertext_is_refused_when_altered_or_foreign(aws):
    kms = aws("kms")
    blob = kms.encrypt(KeyId="alias/bedside", Plaintext=b"secret")["CiphertextBlob"]
    for bad in (blob[:-1] + bytes([blob[-1] ^ 1]), b"nonsense", bytes([2]) + blob[1:]):
        with pytest.raises(kms.exceptions.InvalidCiphertextException):
            kms.decrypt(CiphertextBlob=bad)
    other = kms.create_key()["KeyMetadata"]["KeyId"]
    with pytest.raises(kms.exceptions.IncorrectKeyException):
        kms.decrypt(CiphertextBlob=blob, KeyId=other)


def test_disabled_key_neither_seals_nor_opens_until_enabled(aws):
    kms = aws("kms")
    key = kms.create_key(Description="one")["KeyMetadata"]["KeyId"]
    blob = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "Disabled"
    with pytest.raises(kms.exceptions.DisabledException):
        kms.decrypt(CiphertextBlob=blob)
    with pytest.raises(kms.exceptions.DisabledException):
        kms.generate_data_key(KeyId=key, KeySpec="AES_256")
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_rotation_keeps_old_ciphertexts_readable(aws):
    kms = aws("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    before = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=64)
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=90)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 90
    kms.rotate_key_on_demand(KeyId=key)
    after = kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=64)
    assert before["KeyMaterialId"] != after["KeyMaterialId"]
    assert len(kms.decrypt(CiphertextBlob=before["CiphertextBlob"])["Plaintext"]) == 64
    moved = kms.re_encrypt(
        CiphertextBlob=before["CiphertextBlob"],
        DestinationKeyId="alias/bedside",
        DestinationEncryptionContext=CONTEXT,
    )
    kms.decrypt(CiphertextBlob=moved["CiphertextBlob"], EncryptionContext=CONTEXT)


def test_signature_verifies_outside_for_raw_and_digest(aws):
    kms = aws("kms")
    key, message = "alias/bedside-signing", b"checkpoint" * 20
    raw = kms.sign(KeyId=key, Message=message, SigningAlgorithm="ECDSA_SHA_256")
    digest = hashlib.sha256(message).digest()
    public = serialization.load_der_public_key(kms.get_public_key(KeyId=key)["PublicKey"])
    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(raw["Signature"], message, ec.ECDSA(hashes.SHA256()))
    wanted = {"KeyId": key, "SigningAlgorithm": "ECDSA_SHA_256", "MessageType": "DIGEST"}
    kms.verify(Message=digest, Signature=raw["Signature"], **wanted)
    with pytest.raises(kms.exceptions.KMSInvalidSignatureException):
        kms.verify(Message=bytes(32), Signature=raw["Signature"], **wanted)
    with pytest.raises(ClientError, match="Digest is invalid length"):
        kms.sign(Message=b"short", **wanted)


@pytest.mark.parametrize(
    ("call", "params", "code"),
    [
        ("generate_data_key", {"KeyId": "alias/none", "KeySpec": "AES_256"}, "NotFoundException"),
        ("generate_data_key", {"KeyId": "alias/bedside"}, "ValidationException"),
        (
            "generate_data_key",
            {"KeyId": "alias/bedside", "KeySpec": "AES_512"},
            "ValidationException",
        ),
        (
            "create_alias",
            {"AliasName": "alias/bedside", "TargetKeyId": "alias/bedside"},
            "AlreadyExistsException",
        ),
        (
            "generate_data_key",
            {"KeyId": "alias/bedside-signing", "KeySpec": "AES_256"},
            "InvalidKeyUsageException",
        ),
        ("generate_random", {"NumberOfBytes": 8}, "NotImplemented"),
    ],
)
def test_refusals_carry_the_services_own_code(aws, call, params, code):
    with pytest.raises(ClientError) as error:
        getattr(aws("kms"), call)(**params)
    assert code_of(error) == code


def test_unknown_operation_is_501_by_name_so_that_no_sdk_retries_it(aws):
    with pytest.raises(ClientError) as error:
        aws("kms").generate_random(NumberOfBytes=8)
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert "GenerateRandom" in str(error.value)


def test_model_is_enforced_when_the_client_does_not_look(aws):
    loose = aws("kms", parameter_validation=False)
    with pytest.raises(ClientError) as error:
        loose.create_alias(AliasName="alias/x")
    assert code_of(error) == "ValidationException"
    with pytest.raises(ParamValidationError):
        aws("kms").create_alias(AliasName="alias/x")


def test_keys_survive_a_restart(tmp_path):
    import boto3

    first = start_sandbox(tmp_path)
    try:
        blob = boto3.client("kms", **first.aws()).encrypt(
            KeyId="alias/bedside", Plaintext=b"kept", EncryptionContext=CONTEXT
        )["CiphertextBlob"]
    finally:
        first.stop()
    second = start_sandbox(tmp_path)
    try:
        kms = boto3.client("kms", **second.aws())
        opened = kms.decrypt(CiphertextBlob=blob, EncryptionContext=CONTEXT)
        assert opened["Plaintext"] == b"kept"
    finally:
        second.stop()


def test_wrong_secret_is_refused(sandbox):
    import boto3

    kms = boto3.client("kms", **(sandbox.aws() | {"aws_secret_access_key": "guess"}))
    with pytest.raises(ClientError) as error:
        kms.list_keys()
    assert code_of(error) == "InvalidSignatureException"
