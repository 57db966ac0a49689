"""S3 as boto3 and a browser meet it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import httpx
import pytest
from botocore.exceptions import ClientError

BUCKET = "bedside-documents"


@pytest.fixture
def bucket(s3):
    s3.create_bucket(Bucket=BUCKET)
    return BUCKET


def status_of(error: pytest.ExceptionInfo[ClientError]) -> int:
    return int(error.value.response["ResponseMetadata"]["HTTPStatusCode"])


def test_object_comes_back_whole_with_its_metadata(s3, bucket):
    data = bytes(range(256)) * 4000
    s3.put_object(
        Bucket=bucket,
        Key="a b/ü+&.pdf",
        Body=data,
        ContentType="application/pdf",
        Metadata={"ref": "x1"},
        ServerSideEncryption="aws:kms",
        SSEKMSKeyId="alias/bedside",
    )
    found = s3.get_object(Bucket=bucket, Key="a b/ü+&.pdf")
    assert found["Body"].read() == data
    assert found["Metadata"] == {"ref": "x1"}
    assert found["ServerSideEncryption"] == "aws:kms"
    head = s3.head_object(Bucket=bucket, Key="a b/ü+&.pdf")
    assert head["ContentLength"] == len(data)
    assert head["ContentType"] == "application/pdf"
    part = s3.get_object(Bucket=bucket, Key="a b/ü+&.pdf", Range="bytes=1-3")
    assert part["Body"].read() == data[1:4]


def test_absent_things_are_404(s3, bucket):
    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket=bucket, Key="none")
    with pytest.raises(ClientError) as error:
        s3.head_object(Bucket=bucket, Key="none")
    assert status_of(error) == 404
    with pytest.raises(s3.exceptions.NoSuchBucket):
        s3.put_object(Bucket="no-such", Key="k", Body=b"")


def test_write_once_key_is_refused_the_second_time(s3, bucket):
    s3.put_object(Bucket=bucket, Key="once", Body=b"1", IfNoneMatch="*")
    with pytest.raises(ClientError) as error:
        s3.put_object(Bucket=bucket, Key="once", Body=b"2", IfNoneMatch="*")
    assert status_of(error) == 412
    assert s3.get_object(Bucket=bucket, Key="once")["Body"].read() == b"1"


def test_listing_folds_prefixes_and_pages(s3, bucket):
    for key in ("a/1", "a/2", "b/1", "c"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"x")
    folded = s3.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [p["Prefix"] for p in folded["CommonPrefixes"]] == ["a/", "b/"]
    assert [c["Key"] for c in folded["Contents"]] == ["c"]
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, PaginationConfig={"PageSize": 1}
    )
    assert [c["Key"] for page in pages for c in page["Contents"]] == ["a/1", "a/2", "b/1", "c"]
    folds = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 1}
    )
    names = [p["Prefix"] for page in folds for p in page.get("CommonPrefixes", [])]
    assert names == ["a/", "b/"]


def presigned(s3, bucket, seconds=60, **more):
    wanted = {"Bucket": bucket, "Key": "doc.pdf", **more}
    return s3.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)


def test_presigned_get_serves_with_the_signed_disposition(s3, bucket):
    s3.put_object(Bucket=bucket, Key="doc.pdf", Body=b"pdf")
    wanted = 'attachment; filename="After visit.pdf"'
    url = presigned(s3, bucket, ResponseContentDisposition=wanted)
    answer = httpx.get(url, trust_env=False)
    assert (answer.status_code, answer.content) == (200, b"pdf")
    assert answer.headers["content-disposition"] == wanted


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("doc.pdf", "other.pdf"),
        ("X-Amz-Expires=60", "X-Amz-Expires=600"),
        ("X-Amz-Signature=", "X-Amz-Signature=0"),
        ("attachment", "inline"),
    ],
)
def test_presigned_get_is_refused_when_tampered(s3, bucket, old, new):
    for key in ("doc.pdf", "other.pdf"):
        s3.put_object(Bucket=bucket, Key=key, Body=b"pdf")
    url = presigned(s3, bucket, ResponseContentDisposition="attachment")
    assert old in url
    assert httpx.get(url.replace(old, new), trust_env=False).status_code == 403
    assert httpx.post(url, trust_env=False).status_code in {403, 501}


def test_presigned_get_is_refused_when_expired(s3, bucket, monkeypatch):
    import botocore.auth

    past = datetime.now(UTC) - timedelta(seconds=120)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda remove_tzinfo=True: past)
    url = presigned(s3, bucket)
    answer = httpx.get(url, trust_env=False)
    assert answer.status_code == 403
    assert "Request has expired" in answer.text


def test_anonymous_reader_is_refused(s3, bucket, sandbox):
    s3.put_object(Bucket=bucket, Key="doc.pdf", Body=b"pdf")
    path = urlsplit(presigned(s3, bucket)).path
    assert httpx.get(sandbox.url + path, trust_env=False).status_code == 403


def test_presigned_put_takes_only_the_signed_type(s3, bucket):
    wanted = {"Bucket": bucket, "Key": "up.pdf", "ContentType": "application/pdf"}
    url = s3.generate_presigned_url("put_object", Params=wanted, ExpiresIn=60)
    wrong = httpx.put(url, content=b"x", headers={"Content-Type": "text/html"}, trust_env=False)
    assert wrong.status_code == 403
    right = httpx.put(
        url, content=b"x", headers={"Content-Type": "application/pdf"}, trust_env=False
    )
    assert right.status_code == 200
    assert s3.get_object(Bucket=bucket, Key="up.pdf")["Body"].read() == b"x"


def test_compliance_lock_outlives_every_delete_until_its_date(s3, sandbox):
    s3.create_bucket(Bucket="sealed", ObjectLockEnabledForBucket=True)
    until = datetime.now(UTC) + timedelta(days=30)
    version = s3.put_object(
        Bucket="sealed",
        Key="day.ndjson",
        Body=b"events",
        ObjectLockMode="COMPLIANCE",
        ObjectLockRetainUntilDate=until,
    )["VersionId"]
    locked = {"Bucket": "sealed", "Key": "day.ndjson", "VersionId": version}
    for more in ({}, {"BypassGovernanceRetention": True}):
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(**locked, **more)
    shorter = {"Mode": "COMPLIANCE", "RetainUntilDate": until - timedelta(days=20)}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object_retention(**locked, Retention=shorter, BypassGovernanceRetention=True)
    marker = s3.delete_object(Bucket="sealed", Key="day.ndjson")
    assert marker["DeleteMarker"]
    assert s3.get_object(**locked)["Body"].read() == b"events"
    sandbox.clock(advance=31 * 86400)
    s3.delete_object(**locked)


def test_lock_headers_need_a_lock_bucket(s3, bucket):
    until = datetime.now(UTC) + timedelta(days=1)
    with pytest.raises(ClientError, match="missing Object Lock"):
        s3.put_object(
            Bucket=bucket,
            Key="k",
            Body=b"",
            ObjectLockMode="GOVERNANCE",
            ObjectLockRetainUntilDate=until,
        )


def test_unplayed_operation_is_501_by_name(s3, bucket):
    with pytest.raises(ClientError) as error:
        s3.get_bucket_policy(Bucket=bucket)
    assert status_of(error) == 501
    assert "GetBucketPolicy" in str(error.value)
