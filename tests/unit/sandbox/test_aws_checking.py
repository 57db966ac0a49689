"""botocore's models as a judge of input, output and routes."""

import pytest

from shared.sandbox.aws.checking import check_output, input_errors
from shared.sandbox.aws.errors import AwsError
from shared.sandbox.aws.models import find_operation, service_model
from shared.sandbox.aws.reading import read_json, read_rest


def shape_of(service: str, operation: str):
    return service_model(service).operation_model(operation).input_shape


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "name"),
    [
        ("GET", "/docs", {"list-type": "2"}, {}, "ListObjectsV2"),
        ("GET", "/docs", {}, {}, "ListObjects"),
        ("GET", "/docs", {"versions": ""}, {}, "ListObjectVersions"),
        ("GET", "/docs/a/b%20c", {}, {}, "GetObject"),
        ("GET", "/docs/a", {"acl": ""}, {}, "GetObjectAcl"),
        ("PUT", "/docs/a", {}, {}, "PutObject"),
        ("PUT", "/docs/a", {}, {"x-amz-copy-source": "/x/y"}, "CopyObject"),
        ("PUT", "/docs", {}, {}, "CreateBucket"),
        ("PUT", "/docs/a", {"partNumber": "1", "uploadId": "u"}, {}, "UploadPart"),
        ("DELETE", "/docs/a", {"versionId": "1"}, {}, "DeleteObject"),
    ],
)
def test_s3_operation_is_found_by_its_model(method, path, query, headers, name):
    operation, _ = find_operation("s3", method, path, query, headers)
    assert operation.name == name


def test_key_keeps_its_slashes_and_is_decoded():
    operation, path = find_operation("s3", "GET", "/docs/a/b%20%C3%BC", {}, {})
    assert read_rest(operation, path, {}, {}, b"") == {"Bucket": "docs", "Key": "a/b ü"}


def test_constraints_the_sdk_ignores_are_held():
    create = shape_of("kms", "CreateAlias")
    assert input_errors(create, {"AliasName": "alias/a", "TargetKeyId": "k"}) == ""
    assert "does not match" in input_errors(create, {"AliasName": "a b!", "TargetKeyId": "k"})
    assert "TargetKeyId" in input_errors(create, {"AliasName": "alias/a"})
    rotation = shape_of("kms", "EnableKeyRotation")
    assert "min value: 90" in input_errors(rotation, {"KeyId": "k", "RotationPeriodInDays": 30})


def test_unknown_json_key_is_refused():
    with pytest.raises(AwsError, match="unknown Bogus"):
        read_json(shape_of("ses", "SendEmail"), {"Bogus": 1})


def test_an_answer_outside_the_model_is_our_own_fault():
    shape = service_model("ses").operation_model("SendEmail").output_shape
    check_output(shape, {"MessageId": "m"})
    for wrong in ({"MessageId": 1}, {"Other": "x"}):
        with pytest.raises(AssertionError):
            check_output(shape, wrong)
