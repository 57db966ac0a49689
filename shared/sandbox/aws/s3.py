"""S3 by path: buckets, objects, conditional writes and Object Lock."""

import base64
import hashlib
import re
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.s3_list import LIST_OPERATIONS
from shared.sandbox.aws.s3_lock import LOCK_OPERATIONS
from shared.sandbox.aws.s3_store import (
    add_version,
    find_bucket,
    find_version,
    get_version,
    make_bucket,
    moment_text,
    read_bytes,
)
from shared.sandbox.store import Row, unpack
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
BUCKET_NAME = re.compile(r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
KEPT = {
    "ContentType": "content_type",
    "ContentDisposition": "content_disposition",
    "ContentEncoding": "content_encoding",
    "CacheControl": "cache_control",
    "ServerSideEncryption": "encryption",
    "SSEKMSKeyId": "kms_key",
    "Metadata": "metadata",
    "ObjectLockMode": "lock_mode",
    "ObjectLockLegalHoldStatus": "legal_hold",
    "ChecksumCRC32": "crc32",
    "ChecksumSHA256": "sha256",
}
ANSWERED_ON_PUT = ("ServerSideEncryption", "SSEKMSKeyId", "ChecksumCRC32", "ChecksumSHA256")
CHECKSUMS = ("ChecksumCRC32", "ChecksumSHA256")


def create_bucket(world: Sandbox, params: Params) -> Params:
    name = params["Bucket"]
    if not BUCKET_NAME.fullmatch(name):
        raise AwsError("InvalidBucketName", "The specified bucket is not valid.")
    make_bucket(world, name, params.get("ObjectLockEnabledForBucket", False))
    return {"Location": f"/{name}"}


def head_bucket(world: Sandbox, params: Params) -> Params:
    find_bucket(world, params["Bucket"])
    return {"BucketRegion": world.settings.region}


def _check_digests(params: Params, data: bytes) -> None:
    crc = base64.b64encode(zlib.crc32(data).to_bytes(4, "big")).decode()
    sha = base64.b64encode(hashlib.sha256(data).digest()).decode()
    md5 = base64.b64encode(hashlib.md5(data, usedforsecurity=False).digest()).decode()
    given = {"ChecksumCRC32": crc, "ChecksumSHA256": sha, "ContentMD5": md5}
    for name, actual in given.items():
        if params.get(name, actual) != actual:
            raise AwsError("BadDigest", f"The {name} you specified did not match what we received.")


def _lock_body(world: Sandbox, bucket: Row, params: Params) -> dict[str, Any]:
    mode, until = params.get("ObjectLockMode"), params.get("ObjectLockRetainUntilDate")
    if bool(mode) != bool(until):
        raise AwsError("InvalidRequest", "Object Lock mode and retain-until date come together.")
    if (mode or params.get("ObjectLockLegalHoldStatus")) and not bucket["lock"]:
        raise AwsError("InvalidRequest", "Bucket is missing Object Lock Configuration")
    if until is None:
        return {}
    if until <= world.clock.now():
        raise AwsError("InvalidArgument", "The retain until date must be in the future!")
    return {"retain_until": moment_text(until)}


def put_object(world: Sandbox, params: Params) -> Params:
    bucket = find_bucket(world, params["Bucket"])
    data: bytes = params.get("Body", b"")
    _check_digests(params, data)
    body = {name: params[key] for key, name in KEPT.items() if params.get(key)}
    body |= _lock_body(world, bucket, params)
    etag = f'"{hashlib.md5(data, usedforsecurity=False).hexdigest()}"'
    with world.store.transaction():
        current = find_version(world, params["Bucket"], params["Key"])
        exists = current is not None and not current["marker"]
        if params.get("IfNoneMatch") == "*" and exists:
            message = "At least one of the pre-conditions you specified did not hold"
            raise AwsError("PreconditionFailed", message, 412)
        version = add_version(world, bucket, params["Key"], data, etag, body)
    answer = {k: params[k] for k in ANSWERED_ON_PUT if params.get(k)} | {"ETag": etag}
    return answer | ({"VersionId": version} if bucket["lock"] else {})


def _described(world: Sandbox, row: Row, params: Params) -> Params:
    body = unpack(row["body"])
    found = {key: body[name] for key, name in KEPT.items() if name in body}
    if params.get("ChecksumMode") != "ENABLED":
        found = {k: v for k, v in found.items() if k not in CHECKSUMS}
    found |= {
        "ETag": row["etag"],
        "ContentLength": row["size"],
        "LastModified": datetime.fromtimestamp(int(row["created"]), UTC),
        "AcceptRanges": "bytes",
    }
    found.setdefault("ContentType", "binary/octet-stream")
    if body.get("retain_until"):
        found["ObjectLockRetainUntilDate"] = datetime.fromisoformat(body["retain_until"])
    if find_bucket(world, row["bucket"])["lock"]:
        found["VersionId"] = row["version"]
    for name in ("ContentType", "ContentDisposition", "CacheControl", "ContentEncoding"):
        if params.get(f"Response{name}"):
            found[name] = params[f"Response{name}"]
    return found


def head_object(world: Sandbox, params: Params) -> Params:
    row = get_version(world, params["Bucket"], params["Key"], params.get("VersionId"))
    return _described(world, row, params)


def _ranged(text: str, data: bytes) -> tuple[bytes, str]:
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", text)
    if not match or not any(match.groups()):
        raise AwsError("InvalidArgument", "the Range header is not understood")
    first, last = match.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        raise AwsError("InvalidRange", "The requested range is not satisfiable", 416)
    return data[start : end + 1], f"bytes {start}-{end}/{len(data)}"


def get_object(world: Sandbox, params: Params) -> Params:
    row = get_version(world, params["Bucket"], params["Key"], params.get("VersionId"))
    if params.get("IfNoneMatch") in {row["etag"], row["etag"].strip('"')}:
        raise AwsError("304", "Not Modified", 304)
    found = _described(world, row, params)
    data = read_bytes(world, row)
    if params.get("Range"):
        part, text = _ranged(params["Range"], data)
        found = {k: v for k, v in found.items() if k not in CHECKSUMS}
        return found | {
            "Body": part,
            "ContentRange": text,
            "ContentLength": len(part),
            "_status": 206,
        }
    return found | {"Body": data}


OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "CreateBucket": create_bucket,
    "HeadBucket": head_bucket,
    "PutObject": put_object,
    "GetObject": get_object,
    "HeadObject": head_object,
    **LIST_OPERATIONS,
    **LOCK_OPERATIONS,
}
