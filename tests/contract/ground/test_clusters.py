"""What RDS says of backups, by botocore's own model of its answers; refusals and rubbish."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from shared.adapters.ground.clusters import Clusters, ClusterUnavailable

SETTINGS = SimpleNamespace(aws_region="us-east-1", database_cluster="bedside")
LATEST = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)


def told(monkeypatch: pytest.MonkeyPatch, *found: dict[str, Any]) -> Clusters:
    """The adapter with one answer waiting."""
    client = boto3.client(
        "rds", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    stub = Stubber(client)
    asked = {"DBClusterIdentifier": "bedside"}
    stub.add_response("describe_db_clusters", {"DBClusters": list(found)}, asked)
    stub.activate()
    monkeypatch.setattr(Clusters, "_client", client)
    return Clusters(SETTINGS)


def test_backups_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    clusters = told(
        monkeypatch,
        {
            "BackupRetentionPeriod": 35,
            "DeletionProtection": True,
            "StorageEncrypted": True,
            "LatestRestorableTime": LATEST,
        },
    )
    found = clusters.backups()
    assert (found.days, found.protected, found.encrypted) == (35, True, True)
    assert found.latest == LATEST


def test_what_is_not_said_is_not_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(monkeypatch, {}).backups()
    assert (found.days, found.protected, found.encrypted, found.latest) == (0, False, False, None)


def test_no_cluster_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ClusterUnavailable):
        told(monkeypatch).backups()


def test_a_refusal_is_named_by_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    client = boto3.client(
        "rds", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
    )
    stub = Stubber(client)
    stub.add_client_error("describe_db_clusters", "AccessDenied", http_status_code=403)
    stub.activate()
    monkeypatch.setattr(Clusters, "_client", client)
    with pytest.raises(ClusterUnavailable, match="AccessDenied"):
        Clusters(SETTINGS).backups()


def test_a_network_that_is_away_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://rds")

    monkeypatch.setattr(Clusters, "_client", SimpleNamespace(describe_db_clusters=away))
    with pytest.raises(ClusterUnavailable, match="EndpointConnectionError"):
        Clusters(SETTINGS).backups()
