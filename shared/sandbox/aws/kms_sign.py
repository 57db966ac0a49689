"""KMS for signing: ECDSA on P-256 over a raw message or its SHA-256 digest."""

from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.kms_keys import Key, arn_of, find_key, usable_key
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
ALGORITHM = "ECDSA_SHA_256"
SIGNS = "SIGN_VERIFY"


def _private(key: Key) -> ec.EllipticCurvePrivateKey:
    loaded = serialization.load_pem_private_key(key["pem"].encode(), password=None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey):
        raise AwsError("KMSInternalException", "the stored key is no P-256 key", 500)
    return loaded


def _scheme(params: Params) -> ec.ECDSA:
    """How the message is to be read. Raises AwsError for another algorithm or a wrong digest."""
    if params["SigningAlgorithm"] != ALGORITHM:
        message = f"Algorithm {params['SigningAlgorithm']} is incompatible with key spec."
        raise AwsError("InvalidKeyUsageException", message)
    kind = params.get("MessageType", "RAW")
    if kind == "RAW":
        return ec.ECDSA(hashes.SHA256())
    if kind != "DIGEST":
        raise AwsError("ValidationException", f"MessageType {kind} does not fit {ALGORITHM}")
    if len(params["Message"]) != 32:
        raise AwsError("ValidationException", "Digest is invalid length for algorithm.")
    return ec.ECDSA(utils.Prehashed(hashes.SHA256()))


def sign(world: Sandbox, params: Params) -> Params:
    key = usable_key(world, params["KeyId"], SIGNS)
    signature = _private(key).sign(params["Message"], _scheme(params))
    return {
        "KeyId": arn_of(world, key["id"]),
        "Signature": signature,
        "SigningAlgorithm": ALGORITHM,
    }


def verify(world: Sandbox, params: Params) -> Params:
    key = usable_key(world, params["KeyId"], SIGNS)
    scheme = _scheme(params)
    try:
        _private(key).public_key().verify(params["Signature"], params["Message"], scheme)
    except InvalidSignature as error:
        raise AwsError("KMSInvalidSignatureException", " ") from error
    return {
        "KeyId": arn_of(world, key["id"]),
        "SignatureValid": True,
        "SigningAlgorithm": ALGORITHM,
    }


def get_public_key(world: Sandbox, params: Params) -> Params:
    key = find_key(world, params["KeyId"])
    if key["usage"] != SIGNS:
        raise AwsError("UnsupportedOperationException", "symmetric keys have no public part")
    public = _private(key).public_key()
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    return {
        "KeyId": arn_of(world, key["id"]),
        "PublicKey": public.public_bytes(serialization.Encoding.DER, spki),
        "KeySpec": key["spec"],
        "KeyUsage": SIGNS,
        "SigningAlgorithms": [ALGORITHM],
    }


SIGN_OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "Sign": sign,
    "Verify": verify,
    "GetPublicKey": get_public_key,
}
