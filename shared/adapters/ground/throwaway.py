"""Amazon RDS: a second cluster, set back to a moment beside the one that runs, and thrown away.

It has one name, which follows from the other's, and bears a mark. What does not bear it is not
deleted here, whatever it is called; the role of the process may delete nothing else either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import boto3

from shared.adapters.ground.clusters import (
    CLIENT_CONFIG,
    ClusterSettings,
    ClusterUnavailable,
    ask,
    the_cluster,
)

SUFFIX = "-drill"
MARK = {"Key": "Purpose", "Value": "restore-drill"}
INSTANCE_CLASS = "db.serverless"
ABSENT = frozenset({"DBClusterNotFoundFault", "DBInstanceNotFound", "DBInstanceNotFoundFault"})
# Backups of the copy itself, the fewest days there are; they end with it.
BACKUP_DAYS = 1
# Enough to read everything once in reasonable time, little enough to cost cents.
CAPACITY = {"MinCapacity": 0.5, "MaxCapacity": 8.0}


class NotOurs(Exception):
    """A cluster of that name is there, and does not bear our mark: a person has to look."""


@dataclass(frozen=True, slots=True)
class Found:
    """The second cluster as RDS describes it. `instances` are the names of its members."""

    status: str
    endpoint: str
    made_at: datetime | None
    instances: tuple[str, ...]


class Throwaway:
    """The second cluster of the one named by BEDSIDE_DATABASE_CLUSTER."""

    def __init__(self, settings: ClusterSettings) -> None:
        self._region = settings.aws_region
        self._source = settings.database_cluster
        self.name = f"{settings.database_cluster}{SUFFIX}"
        self.instance = f"{self.name}-1"

    @cached_property
    def _client(self) -> Any:
        return boto3.client("rds", region_name=self._region, config=CLIENT_CONFIG)

    def restore(self, to: datetime) -> None:
        """Order the cluster as the other one was at that moment, alike in all that guards it.

        Raises ClusterUnavailable.
        """
        source = the_cluster(self._client, self._source)
        try:
            alike = {
                "DBSubnetGroupName": source["DBSubnetGroup"],
                "DBClusterParameterGroupName": source["DBClusterParameterGroup"],
                "VpcSecurityGroupIds": [
                    group["VpcSecurityGroupId"] for group in source["VpcSecurityGroups"]
                ],
            }
        except KeyError as error:
            raise ClusterUnavailable("KeyError") from error
        ask(
            self._client.restore_db_cluster_to_point_in_time,
            DBClusterIdentifier=self.name,
            SourceDBClusterIdentifier=self._source,
            RestoreType="full-copy",
            RestoreToTime=to,
            EnableIAMDatabaseAuthentication=True,
            DeletionProtection=False,
            BackupRetentionPeriod=BACKUP_DAYS,
            ServerlessV2ScalingConfiguration=CAPACITY,
            Tags=[MARK],
            **alike,
        )

    def add_instance(self) -> None:
        """Order the one instance by which the cluster can be asked. Raises ClusterUnavailable."""
        ask(
            self._client.create_db_instance,
            DBInstanceIdentifier=self.instance,
            DBClusterIdentifier=self.name,
            DBInstanceClass=INSTANCE_CLASS,
            Engine="aurora-postgresql",
            PubliclyAccessible=False,
            Tags=[MARK],
        )

    def find(self) -> Found | None:
        """The second cluster, None when there is none. Raises ClusterUnavailable, NotOurs."""
        try:
            found = the_cluster(self._client, self.name)
        except ClusterUnavailable as refused:
            if str(refused) in ABSENT:
                return None
            raise
        if MARK not in found.get("TagList", []) or found.get("DeletionProtection"):
            raise NotOurs(self.name)
        return Found(
            status=str(found.get("Status", "")),
            endpoint=str(found.get("Endpoint", "")),
            made_at=found.get("ClusterCreateTime"),
            instances=tuple(
                str(one["DBInstanceIdentifier"]) for one in found.get("DBClusterMembers", [])
            ),
        )

    def instance_status(self) -> str:
        """As RDS says it, `available` when it can be asked; empty when there is none.

        Raises ClusterUnavailable.
        """
        try:
            answer = ask(self._client.describe_db_instances, DBInstanceIdentifier=self.instance)
        except ClusterUnavailable as refused:
            if str(refused) in ABSENT:
                return ""
            raise
        return "".join(str(one.get("DBInstanceStatus", "")) for one in answer["DBInstances"])

    def remove(self) -> None:
        """Order its end, the instance's and then its own; without a last copy.

        May be asked again and again until `find` says None. Raises ClusterUnavailable, NotOurs.
        """
        found = self.find()
        if found is None:
            return
        if self.instance in found.instances and self.instance_status() not in {"", "deleting"}:
            ask(
                self._client.delete_db_instance,
                DBInstanceIdentifier=self.instance,
                SkipFinalSnapshot=True,
            )
        if found.status not in {"deleting", "creating"}:
            ask(
                self._client.delete_db_cluster,
                DBClusterIdentifier=self.name,
                SkipFinalSnapshot=True,
                DeleteAutomatedBackups=True,
            )
