"""Amazon RDS: what the platform promises about the database's backups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

# RDS answers in seconds. Nothing is asked twice by itself: a second order for a cluster would be
# refused because of the first.
CLIENT_CONFIG = Config(
    connect_timeout=5,
    read_timeout=30,
    retries={"total_max_attempts": 1, "mode": "standard"},
)


class ClusterUnavailable(Exception):
    """The vendor gave no usable answer. The message names its code only."""


class ClusterSettings(Protocol):
    """The part of the settings this adapter reads."""

    @property
    def aws_region(self) -> str: ...
    @property
    def database_cluster(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Backups:
    """How far back the cluster can be set, and up to when."""

    days: int
    protected: bool
    encrypted: bool
    latest: datetime | None


class Clusters:
    """The cluster named by BEDSIDE_DATABASE_CLUSTER."""

    def __init__(self, settings: ClusterSettings) -> None:
        self._region = settings.aws_region
        self._name = settings.database_cluster

    @cached_property
    def _client(self) -> Any:
        return boto3.client("rds", region_name=self._region, config=CLIENT_CONFIG)

    def backups(self) -> Backups:
        """What holds for the cluster now. Raises ClusterUnavailable."""
        found = the_cluster(self._client, self._name)
        return Backups(
            days=int(found.get("BackupRetentionPeriod", 0)),
            protected=bool(found.get("DeletionProtection")),
            encrypted=bool(found.get("StorageEncrypted")),
            latest=found.get("LatestRestorableTime"),
        )


def the_cluster(client: Any, name: str) -> dict[str, Any]:
    """What RDS says of one cluster. Raises ClusterUnavailable."""
    answer = ask(client.describe_db_clusters, DBClusterIdentifier=name)
    try:
        [found] = answer["DBClusters"]
    except (KeyError, ValueError) as error:
        raise ClusterUnavailable(type(error).__name__) from error
    return dict(found)


def ask(call: Callable[..., Any], **arguments: object) -> Any:
    """One call, its troubles as ours: the vendor's code and nothing else."""
    try:
        return call(**arguments)
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        raise ClusterUnavailable(code) from error
    except (BotoCoreError, ResponseParserError) as error:
        raise ClusterUnavailable(type(error).__name__) from error
