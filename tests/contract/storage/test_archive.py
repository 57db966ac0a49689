"""The archive adapter against the sandbox's S3 with Object Lock, over HTTP, unmodified."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from shared.adapters.storage.archive import LockedArchive, NotStored, Stored
from shared.adapters.storage.s3 import AlreadyStored, StorageUnavailable
from tests.sandbox_process import SandboxHandle, start_sandbox

UNTIL = datetime.now(UTC) + timedelta(days=2196)
JSON = "application/json"


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-1"
    archive_bucket: str = "bedside-archive"
    archive_key_id: str = ""
    kms_key_id: str = "alias/bedside"


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
    running.fault("s3", "off")
    running.reset()


@pytest.fixture
def store(sandbox: SandboxHandle) -> LockedArchive:
    return LockedArchive(Settings())


def test_what_is_put_is_there_and_locked(store: LockedArchive) -> None:
    store.put("p/one.json", b"{}", content_type=JSON, keep_until=UNTIL)
    assert store.get("p/one.json") == b"{}"
    locked = store.locked_until(store.find("p/one.json"))
    assert locked is not None
    assert abs(locked - UNTIL) < timedelta(seconds=1)


def test_it_is_sealed_with_the_key_of_the_bucket_s_own_account(sandbox: SandboxHandle) -> None:
    theirs = "arn:aws:kms:us-east-1:222222222222:key/archive"
    LockedArchive(Settings(archive_key_id=theirs)).put(
        "p/theirs.json", b"{}", content_type=JSON, keep_until=UNTIL
    )
    LockedArchive(Settings()).put("p/ours.json", b"{}", content_type=JSON, keep_until=UNTIL)
    s3 = boto3.client("s3", region_name="us-east-1")
    keys = [
        s3.head_object(Bucket="bedside-archive", Key=f"p/{whose}.json").get("SSEKMSKeyId")
        for whose in ("theirs", "ours")
    ]
    assert keys == [theirs, "alias/bedside"]


def test_nobody_removes_or_shortens_it(store: LockedArchive) -> None:
    store.put("p/one.json", b"{}", content_type=JSON, keep_until=UNTIL)
    client = boto3.client("s3")
    version = client.head_object(Bucket="bedside-archive", Key="p/one.json")["VersionId"]
    where = {"Bucket": "bedside-archive", "Key": "p/one.json", "VersionId": version}
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(**where, BypassGovernanceRetention=True)
    with pytest.raises(ClientError, match="AccessDenied"):
        client.put_object_retention(
            **where,
            Retention={"Mode": "COMPLIANCE", "RetainUntilDate": UNTIL - timedelta(days=1)},
        )


def test_a_place_is_taken_once(store: LockedArchive) -> None:
    store.put("p/one.json", b"1", content_type=JSON, keep_until=UNTIL)
    with pytest.raises(AlreadyStored):
        store.put("p/one.json", b"2", content_type=JSON, keep_until=UNTIL)
    assert store.get("p/one.json") == b"1"


def test_what_is_not_there_is_said_so(store: LockedArchive) -> None:
    with pytest.raises(NotStored):
        store.get("p/none.json")
    with pytest.raises(NotStored):
        store.read(Stored("p/none.json", "no-such-version"))
    with pytest.raises(NotStored):
        store.locked_until(Stored("p/none.json", "no-such-version"))


def test_keys_come_in_order(store: LockedArchive) -> None:
    for number in (3, 1, 2):
        store.put(f"p/{number}", b"", content_type=JSON, keep_until=UNTIL)
    store.put("q/9", b"", content_type=JSON, keep_until=UNTIL)
    assert [one.key for one in store.stored("p/")] == ["p/1", "p/2", "p/3"]
    assert not any(one.laid_over for one in store.stored("p/"))


def test_an_object_without_a_lock_is_told_from_one_with(store: LockedArchive) -> None:
    boto3.client("s3").put_object(Bucket="bedside-archive", Key="p/bare", Body=b"")
    assert store.locked_until(store.find("p/bare")) is None


@pytest.mark.parametrize("marker", [True, False])
def test_what_was_there_first_counts_and_what_lies_over_it_is_told(
    store: LockedArchive, marker: bool
) -> None:
    store.put("p/one", b"first", content_type=JSON, keep_until=UNTIL)
    store.put("p/two", b"other", content_type=JSON, keep_until=UNTIL)
    client = boto3.client("s3")
    if marker:
        client.delete_object(Bucket="bedside-archive", Key="p/one")
    else:
        client.put_object(Bucket="bedside-archive", Key="p/one", Body=b"second")
    assert store.get("p/one") == b"first"
    assert [(one.key, one.laid_over) for one in store.stored("p/")] == [
        ("p/one", True),
        ("p/two", False),
    ]


def test_a_store_that_is_away_says_so(sandbox: SandboxHandle, store: LockedArchive) -> None:
    sandbox.fault("s3", "status", 503)
    for call in (
        lambda: store.put("p/x", b"", content_type=JSON, keep_until=UNTIL),
        lambda: store.get("p/x"),
        lambda: store.locked_until(Stored("p/x", "1")),
        lambda: list(store.stored("p/")),
    ):
        with pytest.raises(StorageUnavailable):
            call()


def test_a_bucket_that_is_not_there_is_no_empty_bucket(sandbox: SandboxHandle) -> None:
    nowhere = LockedArchive(Settings(archive_bucket="bedside-nowhere"))
    with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
        nowhere.get("p/x")
    with pytest.raises(StorageUnavailable, match="NoSuchBucket"):
        list(nowhere.stored("p/"))
