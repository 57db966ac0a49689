"""S3 deletion and retention: what Object Lock forbids, it forbids here."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.s3_store import (
    add_version,
    check_unlocked,
    drop_version,
    find_bucket,
    find_version,
    get_version,
    moment_text,
)
from shared.sandbox.store import pack, unpack
from shared.sandbox.world import Sandbox

Params = dict[str, Any]


def delete_object(world: Sandbox, params: Params) -> Params:
    """Without a version a locked bucket gets a marker; a locked version refuses to go."""
    bucket = find_bucket(world, params["Bucket"])
    version = params.get("VersionId")
    if version:
        row = find_version(world, params["Bucket"], params["Key"], version)
        if row is None:
            return {"VersionId": version}
        check_unlocked(world, row, params.get("BypassGovernanceRetention", False))
        drop_version(world, version)
        return {"VersionId": version} | ({"DeleteMarker": True} if row["marker"] else {})
    if bucket["lock"]:
        marker = add_version(world, bucket, params["Key"], None, "", {})
        return {"DeleteMarker": True, "VersionId": marker}
    row = find_version(world, params["Bucket"], params["Key"])
    if row is not None:
        drop_version(world, row["version"])
    return {}


def get_object_retention(world: Sandbox, params: Params) -> Params:
    row = get_version(world, params["Bucket"], params["Key"], params.get("VersionId"))
    body = unpack(row["body"])
    if not body.get("retain_until"):
        code = "NoSuchObjectLockConfiguration"
        raise AwsError(code, "The specified object does not have a ObjectLock configuration", 404)
    until = datetime.fromisoformat(body["retain_until"])
    return {"Retention": {"Mode": body["lock_mode"], "RetainUntilDate": until}}


def put_object_retention(world: Sandbox, params: Params) -> Params:
    """Retention may grow. Under COMPLIANCE nobody shortens it."""
    row = get_version(world, params["Bucket"], params["Key"], params.get("VersionId"))
    wanted = params.get("Retention", {})
    until = wanted.get("RetainUntilDate")
    if until is None or not wanted.get("Mode"):
        raise AwsError("InvalidRequest", "Mode and RetainUntilDate come together.")
    body = unpack(row["body"])
    before = body.get("retain_until")
    shorter = before and datetime.fromisoformat(before) > until
    weaker = body.get("lock_mode") == "COMPLIANCE" and wanted["Mode"] != "COMPLIANCE"
    if before and (shorter or weaker):
        check_unlocked(world, row, params.get("BypassGovernanceRetention", False))
    body |= {"retain_until": moment_text(until), "lock_mode": wanted["Mode"]}
    sql = "update object_version set body = ? where version = ?"
    world.store.run(sql, pack(body), row["version"])
    return {}


LOCK_OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "DeleteObject": delete_object,
    "GetObjectRetention": get_object_retention,
    "PutObjectRetention": put_object_retention,
}
