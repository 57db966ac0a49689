"""The storage adapter against the sandbox's S3, over HTTP, unmodified."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import boto3
import httpx
import pytest

from shared.adapters.storage.s3 import AlreadyStored, S3Documents, StorageUnavailable
from tests.sandbox_process import SandboxHandle, free_port, start_sandbox

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

PRACTICE = UUID(int=7)
BODY = b"%PDF-1.7 a letter"


@dataclass(frozen=True)
class Settings:
    aws_region: str = "us-east-1"
    documents_bucket: str = "bedside-documents"
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
    bucketeer().create_bucket(Bucket=Settings().documents_bucket)
    yield running
    running.fault("s3", "off")
    running.clock(offset=0)
    running.reset()


@pytest.fixture
def store(sandbox: SandboxHandle) -> S3Documents:
    return S3Documents(Settings(), PRACTICE)


def bucketeer() -> "S3Client":
    return boto3.client("s3")


def fetch(url: str) -> httpx.Response:
    return httpx.get(url, trust_env=False)


def test_a_signed_address_reads_what_was_put(store: S3Documents) -> None:
    assert store.put("practice/letter.pdf", BODY, content_type="application/pdf")
    address = store.signed_get(
        "practice/letter.pdf", filename='Lettre d\'été "1".pdf', content_type="application/pdf"
    )
    answer = fetch(address.url)
    assert answer.status_code == 200
    assert answer.content == BODY
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''Lettre")
    assert '"' not in answer.headers["content-disposition"]


def test_a_practice_reaches_what_lies_below_its_own_id(store: S3Documents) -> None:
    other = S3Documents(Settings(), UUID(int=8))
    assert store.put("letters/one.pdf", BODY, content_type="application/pdf")
    theirs = other.signed_get("letters/one.pdf", filename="a.pdf", content_type="x/y").url
    assert fetch(theirs).status_code == 404
    assert f"/{UUID(int=8)}/letters/one.pdf?" in theirs
    # The same name is free for the other practice.
    assert other.put("letters/one.pdf", BODY, content_type="application/pdf")


@pytest.mark.parametrize("key", ["", "/a", "a/", "../a", "a/../../b", "./a", "a//b", "..."])
def test_no_name_leads_out_of_it(store: S3Documents, key: str) -> None:
    with pytest.raises(ValueError, match="no name"):
        store.put(key, BODY, content_type="x/y")
    with pytest.raises(ValueError, match="no name"):
        store.signed_get(key, filename="a.pdf", content_type="x/y")


def test_the_signature_is_version_4_and_short_lived(store: S3Documents) -> None:
    url = store.signed_get("practice/letter.pdf", filename="a.pdf", content_type="x/y").url
    assert "X-Amz-Signature=" in url
    assert "X-Amz-Expires=300" in url


def test_a_changed_address_is_refused(store: S3Documents) -> None:
    store.put("practice/one.pdf", BODY, content_type="application/pdf")
    store.put("practice/two.pdf", BODY, content_type="application/pdf")
    url = store.signed_get("practice/one.pdf", filename="a.pdf", content_type="x/y").url
    assert fetch(url.replace("one.pdf", "two.pdf")).status_code == 403
    assert fetch(re.sub("X-Amz-Expires=300", "X-Amz-Expires=9000", url)).status_code == 403


@pytest.mark.parametrize("seconds", [0, 301, -1])
def test_no_address_lasts_longer_than_five_minutes(store: S3Documents, seconds: int) -> None:
    with pytest.raises(ValueError, match="300"):
        store.signed_get("k", filename="a", content_type="x/y", seconds=seconds)


def test_an_object_is_written_once(store: S3Documents) -> None:
    store.put("practice/once.pdf", BODY, content_type="application/pdf")
    with pytest.raises(AlreadyStored):
        store.put("practice/once.pdf", b"another", content_type="application/pdf")


def test_a_store_that_is_away_says_so(sandbox: SandboxHandle, store: S3Documents) -> None:
    sandbox.fault("s3", "status", 503)
    with pytest.raises(StorageUnavailable):
        store.put("practice/away.pdf", BODY, content_type="application/pdf")


def test_a_store_that_answers_rubbish_has_stored_nothing(
    sandbox: SandboxHandle, store: S3Documents
) -> None:
    sandbox.fault("s3", "garbage", times=3)
    with pytest.raises(StorageUnavailable):
        store.put("practice/rubbish.pdf", BODY, content_type="application/pdf")


def test_a_store_that_cannot_be_reached_says_so(
    sandbox: SandboxHandle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://127.0.0.1:{free_port()}")
    with pytest.raises(StorageUnavailable, match="EndpointConnectionError"):
        S3Documents(Settings(), PRACTICE).put("k", BODY, content_type="application/pdf")
