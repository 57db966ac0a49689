"""Amazon RDS: what the platform promises about the database's backups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from shared.adapters.keys.kms import CLIENT_CONFIG


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
        try:
            answer = self._client.describe_db_clusters(DBClusterIdentifier=self._name)
            [found] = answer["DBClusters"]
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise ClusterUnavailable(code) from error
        except (BotoCoreError, ResponseParserError, KeyError, ValueError) as error:
            raise ClusterUnavailable(type(error).__name__) from error
        return Backups(
            days=int(found.get("BackupRetentionPeriod", 0)),
            protected=bool(found.get("DeletionProtection")),
            encrypted=bool(found.get("StorageEncrypted")),
            latest=found.get("LatestRestorableTime"),
        )
