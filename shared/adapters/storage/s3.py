"""Amazon S3: documents under server-side encryption, read through short signed addresses."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote
from uuid import UUID

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# An address is made for one viewer and one look.
LONGEST_SECONDS = 300

# Version 4 is forced because the SDK still signs addresses for us-east-1 with version 2, which
# cannot read objects encrypted with KMS.
CLIENT_CONFIG = Config(
    signature_version="s3v4",
    connect_timeout=2,
    read_timeout=20,
    retries={"total_max_attempts": 3, "mode": "standard"},
    s3={"us_east_1_regional_endpoint": "regional"},
)


class StorageUnavailable(Exception):
    """The store gave no usable answer. The message names the vendor's code only."""


class AlreadyStored(Exception):
    """The key is taken; an object of record is never overwritten."""


class StorageSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def documents_bucket(self) -> str: ...
    @property
    def kms_key_id(self) -> str: ...


@dataclass(frozen=True, slots=True)
class SignedAddress:
    """An address anybody holding it can read until it expires, `seconds` from now."""

    url: str
    seconds: int


class S3Documents:
    """A practice's part of the bucket of documents: everything below its own id, nothing else."""

    def __init__(self, settings: StorageSettings, practice_id: UUID) -> None:
        self._practice_id = practice_id
        self._region = settings.aws_region
        self._bucket = settings.documents_bucket
        self._key_id = settings.kms_key_id

    @cached_property
    def _client(self) -> S3Client:
        return boto3.client("s3", region_name=self._region, config=CLIENT_CONFIG)

    def _place(self, key: str) -> str:
        """Where `key` lies. Raises ValueError for one that might lead elsewhere."""
        if not all(part.strip(".") for part in key.split("/")):
            raise ValueError("no name of a document")
        return f"{self._practice_id}/{key}"

    def put(self, key: str, body: bytes, *, content_type: str) -> str:
        """Store once and return the object's ETag.

        Raises AlreadyStored, StorageUnavailable, ValueError.
        """
        place = self._place(key)
        try:
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=place,
                Body=body,
                ContentType=content_type,
                IfNoneMatch="*",
                ServerSideEncryption="aws:kms",
                SSEKMSKeyId=self._key_id,
            )
            return answer["ETag"]
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            if code in {"PreconditionFailed", "412"}:
                raise AlreadyStored(key) from error
            raise StorageUnavailable(code) from error
        except (BotoCoreError, ResponseParserError, KeyError) as error:
            raise StorageUnavailable(type(error).__name__) from error

    def signed_get(
        self, key: str, *, filename: str, content_type: str, seconds: int = LONGEST_SECONDS
    ) -> SignedAddress:
        """An address to read `key` for `seconds` (1 to 300), always offered as a download.

        The file's name and type are part of what is signed. Makes no call. Raises ValueError.
        """
        if not 1 <= seconds <= LONGEST_SECONDS:
            raise ValueError(f"a signed address lasts 1 to {LONGEST_SECONDS} seconds")
        url = self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": self._place(key),
                "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(filename)}",
                "ResponseContentType": content_type,
            },
            ExpiresIn=seconds,
        )
        return SignedAddress(url, seconds)
