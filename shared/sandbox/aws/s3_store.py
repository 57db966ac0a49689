"""Buckets and object versions: rows in the store, bytes in files beside it."""

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.store import Row, pack, unpack
from shared.sandbox.world import Sandbox


def folder(world: Sandbox) -> Path:
    path = world.settings.home / "objects"
    path.mkdir(parents=True, exist_ok=True)
    return path


def make_bucket(world: Sandbox, name: str, lock: bool) -> None:
    sql = "insert or ignore into bucket (name, created, lock) values (?, ?, ?)"
    world.store.run(sql, name, world.clock.timestamp(), int(lock))


def find_bucket(world: Sandbox, name: str) -> Row:
    row = world.store.one("select * from bucket where name = ?", name)
    if row is None:
        raise AwsError("NoSuchBucket", "The specified bucket does not exist", 404)
    return row


def find_version(world: Sandbox, bucket: str, key: str, version: str | None = None) -> Row | None:
    """The named version, or the newest; a delete marker counts as a version."""
    find_bucket(world, bucket)
    if version:
        sql = "select * from object_version where bucket = ? and key = ? and version = ?"
        return world.store.one(sql, bucket, key, version)
    sql = "select * from object_version where bucket = ? and key = ? order by seq desc limit 1"
    return world.store.one(sql, bucket, key)


def get_version(world: Sandbox, bucket: str, key: str, version: str | None) -> Row:
    row = find_version(world, bucket, key, version)
    if row is None or row["marker"]:
        code = "NoSuchVersion" if version and row is None else "NoSuchKey"
        raise AwsError(code, "The specified key does not exist.", 404)
    return row


def add_version(
    world: Sandbox, bucket: Row, key: str, data: bytes | None, etag: str, body: dict[str, Any]
) -> str:
    """Write one version (None: a delete marker). Without object lock it replaces the former."""
    version = uuid.uuid4().hex
    if data is not None:
        draft = folder(world) / f"{version}.tmp"
        draft.write_bytes(data)
        draft.replace(folder(world) / version)
    with world.store.transaction():
        if not bucket["lock"]:
            sql = "select version from object_version where bucket = ? and key = ?"
            for old in world.store.all(sql, bucket["name"], key):
                drop_version(world, old["version"])
        row = world.store.one("select coalesce(max(seq), 0) + 1 as seq from object_version")
        world.store.run(
            "insert into object_version (version, bucket, key, seq, created, marker, size, etag,"
            " body) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            version,
            bucket["name"],
            key,
            row["seq"] if row else 1,
            world.clock.timestamp(),
            int(data is None),
            len(data or b""),
            etag,
            pack(body),
        )
    return version


def drop_version(world: Sandbox, version: str) -> None:
    world.store.run("delete from object_version where version = ?", version)
    (folder(world) / version).unlink(missing_ok=True)


def read_bytes(world: Sandbox, row: Row) -> bytes:
    return (folder(world) / str(row["version"])).read_bytes()


def check_unlocked(world: Sandbox, row: Row, bypass: bool) -> None:
    """Raise AccessDenied while retention or a legal hold protects this version.

    COMPLIANCE binds everybody until its date by the sandbox's clock; GOVERNANCE yields to a bypass.
    """
    body = unpack(row["body"])
    denied = AwsError("AccessDenied", "Access Denied because object protected by object lock.", 403)
    if body.get("legal_hold") == "ON":
        raise denied
    until = body.get("retain_until")
    if until and datetime.fromisoformat(until) > world.clock.now():
        if body.get("lock_mode") == "GOVERNANCE" and bypass:
            return
        raise denied


def moment_text(moment: datetime) -> str:
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()
