"""KMS keys on disk: symmetric keys with a history of material, and P-256 signing keys."""

import base64
import os
import time
import uuid
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.store import pack, unpack
from shared.sandbox.world import Sandbox

Key = dict[str, Any]
SYMMETRIC = "SYMMETRIC_DEFAULT"
SIGNING = "ECC_NIST_P256"
SIGNING_ALIAS = "alias/bedside-signing"


def arn_of(world: Sandbox, key_id: str) -> str:
    return f"arn:aws:kms:{world.settings.region}:{world.settings.account_id}:key/{key_id}"


def new_material() -> dict[str, str]:
    return {"id": os.urandom(32).hex(), "secret": base64.b64encode(os.urandom(32)).decode()}


def _new_pem() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def make_key(world: Sandbox, spec: str, usage: str, description: str) -> Key:
    """Create and keep one key. Raises AwsError for a spec the sandbox does not play."""
    wanted = {SYMMETRIC: "ENCRYPT_DECRYPT", SIGNING: "SIGN_VERIFY"}.get(spec)
    if wanted is None:
        raise AwsError("UnsupportedOperationException", f"the sandbox has no {spec} keys")
    if usage != wanted:
        raise AwsError("ValidationException", f"KeyUsage {usage} does not fit {spec}")
    key: Key = {
        "id": str(uuid.uuid4()),
        "spec": spec,
        "usage": usage,
        "description": description,
        "created": time.time(),
        "enabled": True,
        "rotation_days": None,
        "rotations": 0,
        "materials": [new_material()] if spec == SYMMETRIC else [],
        "pem": _new_pem() if spec == SIGNING else "",
    }
    save_key(world, key)
    return key


def save_key(world: Sandbox, key: Key) -> None:
    sql = "insert or replace into kms_key (id, body) values (?, ?)"
    world.store.run(sql, key["id"], pack(key))


def name_key(world: Sandbox, alias: str, key_id: str) -> None:
    """Give a key an alias; refuses one that is taken."""
    if world.store.one("select 1 from kms_alias where name = ?", alias):
        raise AwsError("AlreadyExistsException", f"An alias with the name {alias} already exists")
    world.store.run("insert into kms_alias (name, key_id) values (?, ?)", alias, key_id)


def find_key(world: Sandbox, reference: str) -> Key:
    """Key by id, key ARN, alias or alias ARN."""
    name = reference.rpartition(":")[2] if reference.startswith("arn:") else reference
    if name.startswith("alias/"):
        row = world.store.one("select key_id from kms_alias where name = ?", name)
        if row is None:
            raise AwsError("NotFoundException", f"Alias {reference} is not found.")
        name = row["key_id"]
    row = world.store.one("select body from kms_key where id = ?", name.removeprefix("key/"))
    if row is None:
        raise AwsError("NotFoundException", f"Key '{reference}' does not exist")
    found: Key = unpack(row["body"])
    return found


def usable_key(world: Sandbox, reference: str, usage: str) -> Key:
    """The key, enabled and meant for this use."""
    key = find_key(world, reference)
    if not key["enabled"]:
        raise AwsError("DisabledException", f"{arn_of(world, key['id'])} is disabled.")
    if key["usage"] != usage:
        message = f"{arn_of(world, key['id'])} key usage is {key['usage']}, not {usage}."
        raise AwsError("InvalidKeyUsageException", message)
    return key


def ensure_first_keys(world: Sandbox) -> None:
    """At the very first start: the alias the product encrypts under, and one that signs."""
    with world.store.transaction():
        alias = world.settings.kms_alias
        wanted = [(SIGNING_ALIAS, SIGNING, "SIGN_VERIFY")]
        if alias.startswith("alias/"):
            wanted.append((alias, SYMMETRIC, "ENCRYPT_DECRYPT"))
        for name, spec, usage in wanted:
            if world.store.one("select 1 from kms_alias where name = ?", name) is None:
                name_key(world, name, make_key(world, spec, usage, "made at first start")["id"])
