"""KMS keys managed: made, named, described, switched off and on, rotated."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.kms_keys import (
    SYMMETRIC,
    Key,
    arn_of,
    find_key,
    make_key,
    name_key,
    new_material,
    save_key,
    usable_key,
)
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
ENCRYPTS = "ENCRYPT_DECRYPT"
ON_DEMAND_LIMIT = 25


def _metadata(world: Sandbox, key: Key) -> Params:
    found = {
        "AWSAccountId": world.settings.account_id,
        "KeyId": key["id"],
        "Arn": arn_of(world, key["id"]),
        "CreationDate": datetime.fromtimestamp(key["created"], UTC),
        "Enabled": key["enabled"],
        "Description": key["description"],
        "KeyUsage": key["usage"],
        "KeyState": "Enabled" if key["enabled"] else "Disabled",
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "KeySpec": key["spec"],
        "MultiRegion": False,
    }
    if key["spec"] == SYMMETRIC:
        found["EncryptionAlgorithms"] = [SYMMETRIC]
        found["CurrentKeyMaterialId"] = key["materials"][-1]["id"]
    else:
        found["SigningAlgorithms"] = ["ECDSA_SHA_256"]
    return found


def create_key(world: Sandbox, params: Params) -> Params:
    spec = params.get("KeySpec", SYMMETRIC)
    usage = params.get("KeyUsage", ENCRYPTS)
    key = make_key(world, spec, usage, params.get("Description", ""))
    return {"KeyMetadata": _metadata(world, key)}


def describe_key(world: Sandbox, params: Params) -> Params:
    return {"KeyMetadata": _metadata(world, find_key(world, params["KeyId"]))}


def list_keys(world: Sandbox, _params: Params) -> Params:
    rows = world.store.all("select id from kms_key order by rowid")
    keys = [{"KeyId": row["id"], "KeyArn": arn_of(world, row["id"])} for row in rows]
    return {"Keys": keys, "Truncated": False}


def create_alias(world: Sandbox, params: Params) -> Params:
    name_key(world, params["AliasName"], find_key(world, params["TargetKeyId"])["id"])
    return {}


def list_aliases(world: Sandbox, _params: Params) -> Params:
    rows = world.store.all("select name, key_id from kms_alias order by name")
    return {
        "Aliases": [{"AliasName": row["name"], "TargetKeyId": row["key_id"]} for row in rows],
        "Truncated": False,
    }


def _switch(enabled: bool) -> Callable[[Sandbox, Params], Params]:
    def switch(world: Sandbox, params: Params) -> Params:
        key = find_key(world, params["KeyId"])
        save_key(world, key | {"enabled": enabled})
        return {}

    return switch


def enable_key_rotation(world: Sandbox, params: Params) -> Params:
    key = usable_key(world, params["KeyId"], ENCRYPTS)
    save_key(world, key | {"rotation_days": params.get("RotationPeriodInDays", 365)})
    return {}


def disable_key_rotation(world: Sandbox, params: Params) -> Params:
    key = usable_key(world, params["KeyId"], ENCRYPTS)
    save_key(world, key | {"rotation_days": None})
    return {}


def get_key_rotation_status(world: Sandbox, params: Params) -> Params:
    key = find_key(world, params["KeyId"])
    days = key["rotation_days"]
    found = {"KeyRotationEnabled": days is not None, "KeyId": key["id"]}
    return found | ({"RotationPeriodInDays": days} if days else {})


def rotate_key_on_demand(world: Sandbox, params: Params) -> Params:
    """New material for new ciphertexts; old ciphertexts keep working."""
    with world.store.transaction():
        key = usable_key(world, params["KeyId"], ENCRYPTS)
        if key["rotations"] >= ON_DEMAND_LIMIT:
            raise AwsError("LimitExceededException", "on-demand rotation limit of 25 reached")
        materials = [*key["materials"], new_material()]
        save_key(world, key | {"materials": materials, "rotations": key["rotations"] + 1})
    return {"KeyId": key["id"]}


KEY_OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "CreateKey": create_key,
    "DescribeKey": describe_key,
    "ListKeys": list_keys,
    "CreateAlias": create_alias,
    "ListAliases": list_aliases,
    "EnableKey": _switch(enabled=True),
    "DisableKey": _switch(enabled=False),
    "EnableKeyRotation": enable_key_rotation,
    "DisableKeyRotation": disable_key_rotation,
    "GetKeyRotationStatus": get_key_rotation_status,
    "RotateKeyOnDemand": rotate_key_on_demand,
}
