"""Amazon S3 with Object Lock: what is written here nobody can change or remove before its date.

The bucket belongs to another account; this program may put, read and list, never delete. Object
Lock keeps versions, it does not stop a newer one or a delete marker from lying on top: what counts
is the first version of a key, and that something was laid over it is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from shared.adapters.storage.s3 import CLIENT_CONFIG, AlreadyStored, StorageUnavailable

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

FAILURES = (BotoCoreError, ResponseParserError, KeyError)
TAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict"})
NOT_THEIRS = frozenset({"AccessDenied", "403"})
ABSENT = frozenset({"NoSuchKey", "NoSuchVersion", "404"})


class NotStored(Exception):
    """There is no such object."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The first version of a key. `laid_over`: a newer version or a delete marker hides it."""

    key: str
    version: str
    laid_over: bool = False


class ArchiveSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def archive_bucket(self) -> str: ...
    @property
    def archive_key_id(self) -> str: ...
    @property
    def kms_key_id(self) -> str: ...


class LockedArchive:
    """One bucket made with Object Lock; every practice's keys begin with its id."""

    def __init__(self, settings: ArchiveSettings) -> None:
        self._region = settings.aws_region
        self._bucket = settings.archive_bucket
        # A key of the bucket's own account: nobody of ours can take it away from what is kept.
        self._key_id = settings.archive_key_id or settings.kms_key_id

    @cached_property
    def _client(self) -> S3Client:
        return boto3.client("s3", region_name=self._region, config=CLIENT_CONFIG)

    def put(self, key: str, body: bytes, *, content_type: str, keep_until: datetime) -> None:
        """Store once, locked for everybody until `keep_until` (aware).

        Raises AlreadyStored when the key is taken, StorageUnavailable.
        """
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                IfNoneMatch="*",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=keep_until,
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_id,
            )
        except ClientError as error:
            code = _code(error)
            if code in TAKEN:
                raise AlreadyStored(key) from error
            raise StorageUnavailable(code) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error

    def get(self, key: str) -> bytes:
        """The bytes of the key's first version. Raises NotStored, StorageUnavailable."""
        return self.read(self.find(key))

    def find(self, key: str) -> Stored:
        """The first version of exactly this key. Raises NotStored, StorageUnavailable."""
        for stored in self.stored(key):
            if stored.key == key:
                return stored
        raise NotStored(key)

    def read(self, stored: Stored) -> bytes:
        """The bytes of one version. Raises NotStored, StorageUnavailable."""
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=stored.key, VersionId=stored.version
            )
            return answer["Body"].read()
        except ClientError as error:
            raise _named(error, stored.key) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error

    def stored(self, prefix: str) -> Iterator[Stored]:
        """Every key below `prefix` by its first version, in order. Raises StorageUnavailable."""
        pages = self._client.get_paginator("list_object_versions")
        first: Stored | None = None
        hidden: set[str] = set()
        try:
            for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
                hidden.update(marker["Key"] for marker in page.get("DeleteMarkers", []))
                # Within a key the newest comes first.
                for entry in page.get("Versions", []):
                    again = first is not None and first.key == entry["Key"]
                    if first is not None and not again:
                        yield _told(first, hidden)
                    first = Stored(entry["Key"], entry["VersionId"], again)
        except ClientError as error:
            raise StorageUnavailable(_code(error)) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error
        if first is not None:
            yield _told(first, hidden)

    def belongs_to(self, account: str) -> bool:
        """Whether the bucket is in the account of that number. Raises StorageUnavailable."""
        try:
            self._client.head_bucket(Bucket=self._bucket, ExpectedBucketOwner=account)
        except ClientError as error:
            if _code(error) in NOT_THEIRS:
                return False
            raise StorageUnavailable(_code(error)) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error
        return True

    def locked_until(self, stored: Stored) -> datetime | None:
        """Until when this version is locked; None when it is not. Raises as `read` does."""
        try:
            head = self._client.head_object(
                Bucket=self._bucket, Key=stored.key, VersionId=stored.version
            )
        except ClientError as error:
            raise _named(error, stored.key) from error
        except FAILURES as error:
            raise StorageUnavailable(type(error).__name__) from error
        if head.get("ObjectLockMode") != "COMPLIANCE":
            return None
        return head.get("ObjectLockRetainUntilDate")


def _told(first: Stored, hidden: set[str]) -> Stored:
    return Stored(first.key, first.version, first.laid_over or first.key in hidden)


def _named(error: ClientError, key: str) -> Exception:
    code = _code(error)
    return NotStored(key) if code in ABSENT else StorageUnavailable(code)


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "unknown")
