"""Amazon RDS as far as a drill needs it: it takes its time, and judges what it is asked.

Every question is checked against botocore's own model of the operation; clusters and instances are
made and removed as RDS does it, a status at a time.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

SOURCE = "bedside-east"
BACK = "bedside-east-drill"


@cache
def model() -> Any:
    return botocore.session.get_session().get_service_model("rds")


def refusal(operation: str, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "played"}}, operation)


class PlayedRds:
    """`troubles` names operations and the codes they are refused with, for ever or `once`."""

    def __init__(self, latest: datetime | None, *, stuck: bool = False) -> None:
        self.clusters: dict[str, dict[str, Any]] = {
            SOURCE: {
                "DBClusterIdentifier": SOURCE,
                "Status": "available",
                "DBSubnetGroup": SOURCE,
                "DBClusterParameterGroup": f"{SOURCE}-16",
                "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                "DeletionProtection": True,
                "StorageEncrypted": True,
                "BackupRetentionPeriod": 35,
                **({"LatestRestorableTime": latest} if latest else {}),
            }
        }
        self.instances: dict[str, dict[str, Any]] = {}
        self.troubles: dict[str, str] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.restored: Callable[[], None] = lambda: None
        self.stuck = stuck

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(**given: Any) -> Any:
            operation = "".join({"db": "DB"}.get(word, word.title()) for word in name.split("_"))
            found = ParamValidator().validate(given, model().operation_model(operation).input_shape)
            assert not found.has_errors(), found.generate_report()
            self.asked.append((name, given))
            if name in self.troubles:
                raise refusal(operation, self.troubles[name])
            return getattr(self, f"_{name}")(operation, **given)

        if name.startswith("_"):
            raise AttributeError(name)
        return call

    def orders(self) -> list[str]:
        """What was asked for, without the questions."""
        return [name for name, _ in self.asked if not name.startswith("describe")]

    def _step(self, things: dict[str, dict[str, Any]], name: str, key: str) -> None:
        """One status on, each time somebody looks."""
        status = things[name][key]
        if status == "deleting":
            del things[name]
        elif status == "creating" and not self.stuck:
            things[name][key] = "available"

    def _describe_db_clusters(self, operation: str, DBClusterIdentifier: str) -> Any:  # noqa: N803
        if DBClusterIdentifier not in self.clusters:
            raise refusal(operation, "DBClusterNotFoundFault")
        members = [
            {"DBInstanceIdentifier": name}
            for name, one in self.instances.items()
            if one["DBClusterIdentifier"] == DBClusterIdentifier
        ]
        told = {**self.clusters[DBClusterIdentifier], "DBClusterMembers": members}
        self._step(self.clusters, DBClusterIdentifier, "Status")
        return {"DBClusters": [told]}

    def _describe_db_instances(self, operation: str, DBInstanceIdentifier: str) -> Any:  # noqa: N803
        if DBInstanceIdentifier not in self.instances:
            raise refusal(operation, "DBInstanceNotFound")
        told = dict(self.instances[DBInstanceIdentifier])
        self._step(self.instances, DBInstanceIdentifier, "DBInstanceStatus")
        return {"DBInstances": [told]}

    def _restore_db_cluster_to_point_in_time(self, operation: str, **given: Any) -> Any:
        name = given["DBClusterIdentifier"]
        if name in self.clusters:
            raise refusal(operation, "DBClusterAlreadyExistsFault")
        self.clusters[name] = {
            "DBClusterIdentifier": name,
            "Status": "creating",
            "Endpoint": f"{name}.cluster-1.us-east-1.rds.amazonaws.com",
            "ClusterCreateTime": datetime.now(UTC),
            "DeletionProtection": given["DeletionProtection"],
            "TagList": given["Tags"],
        }
        self.restored()
        return {}

    def _create_db_instance(self, operation: str, **given: Any) -> Any:
        if self.clusters[given["DBClusterIdentifier"]]["Status"] != "available":
            raise refusal(operation, "InvalidDBClusterStateFault")
        self.instances[given["DBInstanceIdentifier"]] = {
            "DBInstanceStatus": "creating",
            "DBClusterIdentifier": given["DBClusterIdentifier"],
        }
        return {}

    def _delete_db_instance(self, operation: str, **given: Any) -> Any:
        name = given["DBInstanceIdentifier"]
        if name not in self.instances:
            raise refusal(operation, "DBInstanceNotFound")
        self.instances[name]["DBInstanceStatus"] = "deleting"
        return {}

    def _delete_db_cluster(self, operation: str, **given: Any) -> Any:
        found = self.clusters[given["DBClusterIdentifier"]]
        alive = [one for one in self.instances.values() if one["DBInstanceStatus"] != "deleting"]
        if found["DeletionProtection"] or alive:
            raise refusal(operation, "InvalidDBClusterStateFault")
        found["Status"] = "deleting"
        self.instances.clear()
        return {}
