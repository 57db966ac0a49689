"""KMS for encryption: data keys, contexts, re-encryption."""

import os
from collections.abc import Callable
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.kms_admin import KEY_OPERATIONS
from shared.sandbox.aws.kms_cipher import open_envelope, seal, unseal
from shared.sandbox.aws.kms_keys import SYMMETRIC, Key, arn_of, find_key, usable_key
from shared.sandbox.aws.kms_sign import SIGN_OPERATIONS
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
ENCRYPTS = "ENCRYPT_DECRYPT"


def _data_key(world: Sandbox, params: Params) -> tuple[bytes, Params]:
    if ("KeySpec" in params) == ("NumberOfBytes" in params):
        raise AwsError("ValidationException", "Please specify either number of bytes or key spec.")
    key = usable_key(world, params["KeyId"], ENCRYPTS)
    size = params.get("NumberOfBytes") or {"AES_256": 32, "AES_128": 16}[params["KeySpec"]]
    plaintext = os.urandom(size)
    blob = seal(key, plaintext, params.get("EncryptionContext", {}))
    named = {"KeyId": arn_of(world, key["id"]), "KeyMaterialId": key["materials"][-1]["id"]}
    return plaintext, {"CiphertextBlob": blob, **named}


def generate_data_key(world: Sandbox, params: Params) -> Params:
    plaintext, answer = _data_key(world, params)
    return {**answer, "Plaintext": plaintext}


def generate_data_key_without_plaintext(world: Sandbox, params: Params) -> Params:
    return _data_key(world, params)[1]


def encrypt(world: Sandbox, params: Params) -> Params:
    key = usable_key(world, params["KeyId"], ENCRYPTS)
    blob = seal(key, params["Plaintext"], params.get("EncryptionContext", {}))
    return {
        "CiphertextBlob": blob,
        "KeyId": arn_of(world, key["id"]),
        "EncryptionAlgorithm": SYMMETRIC,
    }


def _opened(
    world: Sandbox, blob: bytes, context: dict[str, str], named: str | None
) -> tuple[Key, bytes]:
    envelope = open_envelope(blob)
    try:
        key = usable_key(world, envelope.key_id, ENCRYPTS)
    except AwsError as error:
        if error.code != "NotFoundException":
            raise
        raise AwsError("InvalidCiphertextException", " ") from error
    if named and find_key(world, named)["id"] != key["id"]:
        message = (
            "The key ID in the request does not identify a CMK that can perform this operation."
        )
        raise AwsError("IncorrectKeyException", message)
    return key, unseal(key, envelope, context)


def decrypt(world: Sandbox, params: Params) -> Params:
    if "CiphertextBlob" not in params:
        raise AwsError("ValidationException", "CiphertextBlob is required")
    context = params.get("EncryptionContext", {})
    key, plaintext = _opened(world, params["CiphertextBlob"], context, params.get("KeyId"))
    material = open_envelope(params["CiphertextBlob"]).material_id
    return {
        "KeyId": arn_of(world, key["id"]),
        "Plaintext": plaintext,
        "EncryptionAlgorithm": SYMMETRIC,
        "KeyMaterialId": material,
    }


def re_encrypt(world: Sandbox, params: Params) -> Params:
    context = params.get("SourceEncryptionContext", {})
    source, plaintext = _opened(world, params["CiphertextBlob"], context, params.get("SourceKeyId"))
    key = usable_key(world, params["DestinationKeyId"], ENCRYPTS)
    blob = seal(key, plaintext, params.get("DestinationEncryptionContext", {}))
    return {
        "CiphertextBlob": blob,
        "SourceKeyId": arn_of(world, source["id"]),
        "KeyId": arn_of(world, key["id"]),
        "SourceEncryptionAlgorithm": SYMMETRIC,
        "DestinationEncryptionAlgorithm": SYMMETRIC,
    }


OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "GenerateDataKey": generate_data_key,
    "GenerateDataKeyWithoutPlaintext": generate_data_key_without_plaintext,
    "Encrypt": encrypt,
    "Decrypt": decrypt,
    "ReEncrypt": re_encrypt,
    **KEY_OPERATIONS,
    **SIGN_OPERATIONS,
}
