"""The drill's cluster at RDS: made as the living one is, marked, and nothing else ever removed."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from botocore.exceptions import EndpointConnectionError

from shared.adapters.ground.clusters import ClusterUnavailable
from shared.adapters.ground.throwaway import MARK, NotOurs, Throwaway
from tests.rds import BACK, SOURCE, PlayedRds

SETTINGS = SimpleNamespace(aws_region="us-east-1", database_cluster=SOURCE)
LATEST = datetime(2027, 1, 4, 13, 0, tzinfo=UTC)


@pytest.fixture
def rds(monkeypatch: pytest.MonkeyPatch) -> PlayedRds:
    played = PlayedRds(LATEST)
    monkeypatch.setattr(Throwaway, "_client", played)
    return played


def raised(rds: PlayedRds) -> Throwaway:
    """A cluster with an instance, both at work."""
    throwaway = Throwaway(SETTINGS)
    throwaway.restore(LATEST)
    throwaway.find()
    throwaway.add_instance()
    throwaway.instance_status()
    return throwaway


def test_it_is_restored_as_the_living_one_is_guarded(rds: PlayedRds) -> None:
    Throwaway(SETTINGS).restore(LATEST)
    name, asked = rds.asked[-1]
    assert name == "restore_db_cluster_to_point_in_time"
    assert asked["SourceDBClusterIdentifier"] == SOURCE
    assert asked["DBClusterIdentifier"] == BACK
    assert asked["RestoreToTime"] == LATEST
    # A clone shares pages with the living cluster and would prove nothing of its backups.
    assert asked["RestoreType"] == "full-copy"
    assert asked["DBSubnetGroupName"] == SOURCE
    assert asked["DBClusterParameterGroupName"] == f"{SOURCE}-16"
    assert asked["VpcSecurityGroupIds"] == ["sg-1"]
    assert asked["EnableIAMDatabaseAuthentication"] is True
    assert asked["Tags"] == [MARK]


def test_its_instance_is_not_public(rds: PlayedRds) -> None:
    raised(rds)
    asked = dict(rds.asked)["create_db_instance"]
    assert asked["PubliclyAccessible"] is False
    assert asked["DBClusterIdentifier"] == BACK
    assert asked["Tags"] == [MARK]


def test_it_is_found_while_it_is_there(rds: PlayedRds) -> None:
    throwaway = Throwaway(SETTINGS)
    assert throwaway.find() is None
    assert throwaway.instance_status() == ""
    throwaway = raised(rds)
    found = throwaway.find()
    assert found is not None
    assert found.status == "available"
    assert found.endpoint.startswith(f"{BACK}.")
    assert found.instances == (f"{BACK}-1",)
    assert throwaway.instance_status() == "available"


def test_its_end_may_be_ordered_until_it_is_gone(rds: PlayedRds) -> None:
    throwaway = raised(rds)
    for _ in range(6):
        throwaway.remove()
    assert throwaway.find() is None
    assert set(rds.clusters) == {SOURCE}
    assert rds.orders().count("delete_db_cluster") == 1
    asked = dict(rds.asked)["delete_db_cluster"]
    assert asked == {
        "DBClusterIdentifier": BACK,
        "SkipFinalSnapshot": True,
        "DeleteAutomatedBackups": True,
    }


def test_one_that_is_still_being_made_is_waited_for(rds: PlayedRds) -> None:
    throwaway = Throwaway(SETTINGS)
    throwaway.restore(LATEST)
    throwaway.remove()
    assert "delete_db_cluster" not in rds.orders()
    throwaway.remove()
    assert "delete_db_cluster" in rds.orders()


@pytest.mark.parametrize(
    "spoilt", [{"TagList": []}, {"DeletionProtection": True}], ids=["no mark", "protected"]
)
def test_what_is_not_ours_is_never_removed(rds: PlayedRds, spoilt: dict[str, object]) -> None:
    throwaway = raised(rds)
    rds.clusters[BACK] |= spoilt
    with pytest.raises(NotOurs, match=BACK):
        throwaway.remove()
    assert not [name for name in rds.orders() if name.startswith("delete")]


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ("restore_db_cluster_to_point_in_time", "AccessDenied"),
        ("restore_db_cluster_to_point_in_time", "DBClusterQuotaExceededFault"),
        ("describe_db_clusters", "Throttling"),
    ],
)
def test_a_refusal_is_named_by_its_code(rds: PlayedRds, operation: str, code: str) -> None:
    rds.troubles[operation] = code
    with pytest.raises(ClusterUnavailable, match=code):
        Throwaway(SETTINGS).restore(LATEST)


def test_refusals_of_other_questions_are_no_absence(rds: PlayedRds) -> None:
    throwaway = raised(rds)
    rds.troubles["describe_db_instances"] = "AccessDenied"
    with pytest.raises(ClusterUnavailable, match="AccessDenied"):
        throwaway.instance_status()
    rds.troubles["describe_db_clusters"] = "AccessDenied"
    with pytest.raises(ClusterUnavailable, match="AccessDenied"):
        throwaway.find()


def test_a_network_that_is_away_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://rds")

    monkeypatch.setattr(Throwaway, "_client", SimpleNamespace(describe_db_clusters=away))
    with pytest.raises(ClusterUnavailable, match="EndpointConnectionError"):
        Throwaway(SETTINGS).find()


def test_an_answer_that_says_nothing_is_no_answer(rds: PlayedRds) -> None:
    del rds.clusters[SOURCE]["DBSubnetGroup"]
    with pytest.raises(ClusterUnavailable, match="KeyError"):
        Throwaway(SETTINGS).restore(LATEST)
