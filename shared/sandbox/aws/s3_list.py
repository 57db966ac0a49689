"""Listing buckets and keys."""

import base64
import binascii
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.s3_store import find_bucket
from shared.sandbox.store import Row
from shared.sandbox.world import Sandbox

Params = dict[str, Any]


def _when(row: Row) -> datetime:
    return datetime.fromtimestamp(int(row["created"]), UTC)


def list_buckets(world: Sandbox, _params: Params) -> Params:
    rows = world.store.all("select * from bucket order by name")
    return {"Buckets": [{"Name": row["name"], "CreationDate": _when(row)} for row in rows]}


def _current(world: Sandbox, bucket: str) -> list[Row]:
    """The newest version of each key that is no delete marker, in key order."""
    sql = (
        "select * from object_version a where bucket = ? and marker = 0 and seq ="
        " (select max(seq) from object_version b where b.bucket = a.bucket and b.key = a.key)"
    )
    return sorted(world.store.all(sql, bucket), key=lambda row: str(row["key"]).encode())


def _after(params: Params) -> str:
    text = params.get("ContinuationToken")
    if text is None:
        return str(params.get("StartAfter", ""))
    try:
        return base64.urlsafe_b64decode(text.encode()).decode()
    except (binascii.Error, ValueError) as error:
        message = "The continuation token provided is incorrect"
        raise AwsError("InvalidArgument", message) from error


def list_objects_v2(world: Sandbox, params: Params) -> Params:
    """Keys by prefix, folded at a delimiter, paged by key."""
    find_bucket(world, params["Bucket"])
    prefix, fold = params.get("Prefix", ""), params.get("Delimiter", "")
    limit = min(params.get("MaxKeys", 1000), 1000)
    after = _after(params)
    contents: list[Params] = []
    prefixes: list[str] = []
    last, more = "", False
    for row in _current(world, params["Bucket"]):
        key = row["key"]
        folded = fold and key.startswith(prefix) and fold in key[len(prefix) :]
        name = prefix + key[len(prefix) :].partition(fold)[0] + fold if folded else key
        skipped = not key.startswith(prefix) or key <= after or name in prefixes
        if skipped or (folded and after.startswith(name)):
            continue
        if len(contents) + len(prefixes) >= limit:
            more = True
            break
        last = key if not folded else name + "\uffff"
        if folded:
            prefixes.append(name)
        else:
            size, etag = row["size"], row["etag"]
            entry = {"Key": key, "LastModified": _when(row), "ETag": etag, "Size": size}
            contents.append(entry | {"StorageClass": "STANDARD"})
    answer: Params = {
        "Name": params["Bucket"],
        "Prefix": prefix,
        "MaxKeys": limit,
        "KeyCount": len(contents) + len(prefixes),
        "IsTruncated": more,
        "Contents": contents,
        "CommonPrefixes": [{"Prefix": one} for one in prefixes],
    }
    if more:
        answer["NextContinuationToken"] = base64.urlsafe_b64encode(last.encode()).decode()
    return answer | ({"Delimiter": fold} if fold else {})


def list_object_versions(world: Sandbox, params: Params) -> Params:
    """Every version and marker, newest first within a key."""
    find_bucket(world, params["Bucket"])
    sql = "select * from object_version where bucket = ? order by key, seq desc"
    versions: list[Params] = []
    markers: list[Params] = []
    seen: set[str] = set()
    for row in world.store.all(sql, params["Bucket"]):
        if not row["key"].startswith(params.get("Prefix", "")):
            continue
        entry = {"Key": row["key"], "VersionId": row["version"], "LastModified": _when(row)}
        entry["IsLatest"] = row["key"] not in seen
        seen.add(row["key"])
        if row["marker"]:
            markers.append(entry)
        else:
            versions.append(entry | {"ETag": row["etag"], "Size": row["size"]})
    found = {"Name": params["Bucket"], "IsTruncated": False}
    return found | {"Versions": versions, "DeleteMarkers": markers}


LIST_OPERATIONS: dict[str, Callable[[Sandbox, Params], Params]] = {
    "ListBuckets": list_buckets,
    "ListObjectsV2": list_objects_v2,
    "ListObjectVersions": list_object_versions,
}
