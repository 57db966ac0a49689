"""The ground as its files say it: these hold without Terraform, an account or a network.

`make check` asks the same and more of Terraform's own plan where Terraform is (infra/*/tests).
"""

import re
from typing import Any

import hcl2
import pytest

from shared.adapters.ground import throwaway
from shared.app import ANSWER_WITHIN
from shared.cli.cluster_drill import cluster, sweep
from shared.cli.drill import drill
from shared.config import Settings
from shared.jobs.worker import Pace
from tests.rules.tree import ROOT
from tools import ground

REGIONS = '["us-east-1", "us-east-2", "us-west-1", "us-west-2"]'
CELLS = sorted((ROOT / "infra/environments").glob("*/*.tfvars"))
# Services that can name no resource for this verb.
RESOURCELESS = {"ecr:GetAuthorizationToken"}
STATEMENT = re.compile(r"\bSid\s+= ")


def of_kind(kind: str) -> list[ground.Resource]:
    return [one for one in ground.resources() if one.kind == kind]


def texts(module: str) -> str:
    folder = ROOT / "infra" / module
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))


def test_every_variable_and_output_is_described() -> None:
    modules = {ground.module_of(path) for path in ground.files()}
    bare = [
        f"{module}: {name}"
        for module in modules
        for name, body in {**ground.variables(module), **ground.outputs(module)}.items()
        if not str(body.get("description", "")).strip()
    ]
    assert bare == []


def test_the_database_can_be_set_back_to_any_second_of_35_days() -> None:
    [cluster] = of_kind("aws_rds_cluster")
    assert cluster.body["backup_retention_period"] == 35
    assert cluster.body["deletion_protection"] is True
    assert cluster.body["skip_final_snapshot"] is False
    assert cluster.body["delete_automated_backups"] is False
    assert cluster.body["lifecycle"] == [{"prevent_destroy": True}]


def test_the_administrator_is_told_from_our_own_roles() -> None:
    """The reviewed catalogue names every role that begins with bedside, and not this one."""
    [cluster] = of_kind("aws_rds_cluster")
    name = cluster.body["master_username"]
    assert not name.startswith("bedside")
    assert f"postgresql://{name}@" in texts("modules/service")


def test_no_database_is_public() -> None:
    for instance in of_kind("aws_rds_cluster_instance"):
        assert instance.body["publicly_accessible"] is False
    # Its subnets have no route but the network's own, and its group hears the program only.
    routes = [one.body["route_table_id"] for one in of_kind("aws_route")]
    assert routes
    assert all("aws_route_table.data" not in table for table in routes)
    heard = ground.the("aws_vpc_security_group_ingress_rule.database", "modules/network")
    assert heard["referenced_security_group_id"] == "${aws_security_group.app.id}"
    assert "cidr_ipv4" not in heard
    assert not [one for one in of_kind("aws_subnet") if one.body["map_public_ip_on_launch"]]


def test_only_the_balancer_hears_the_world() -> None:
    heard = {one.name: one.body for one in of_kind("aws_vpc_security_group_ingress_rule")}
    assert {name for name, body in heard.items() if "cidr_ipv4" in body} == {"balancer"}
    assert "cidr_ipv6" not in texts("modules/network")
    assert set(heard["balancer"]["for_each"].values()) == {80, 443, 8443}
    for name in ("app", "database", "endpoints"):
        assert heard[name]["referenced_security_group_id"].startswith("${aws_security_group.")
    # Files never leave the network; keys, secrets, logs and images do not by default.
    assert ground.the("aws_vpc_endpoint.s3", "modules/network")["vpc_endpoint_type"] == "Gateway"
    inside = ground.variables("cell")["interface_endpoints"]["default"]
    assert set(inside) == {"kms", "secretsmanager", "logs", "ecr.api", "ecr.dkr"}


def test_everything_that_rests_is_encrypted_with_a_key_of_ours() -> None:
    told = {
        "aws_rds_cluster": ("storage_encrypted", "kms_key_id"),
        "aws_rds_cluster_instance": ("performance_insights_kms_key_id",),
        "aws_backup_vault": ("kms_key_arn",),
        "aws_cloudwatch_log_group": ("kms_key_id",),
        "aws_cloudtrail": ("kms_key_id",),
        "aws_secretsmanager_secret": ("kms_key_id",),
        "aws_sns_topic": ("kms_master_key_id",),
        "aws_ecr_repository": ("encryption_configuration",),
    }
    for kind, names in told.items():
        assert of_kind(kind), kind
        for one in of_kind(kind):
            assert all(one.body.get(name) for name in names), one.address
    for queue in of_kind("aws_sqs_queue"):
        assert queue.body.get("kms_master_key_id") or queue.body.get("sqs_managed_sse_enabled")
    # There is one way to make a bucket, and it encrypts, closes and versions.
    assert [one.module for one in of_kind("aws_s3_bucket")] == ["modules/bucket"]
    assert {one.kind for one in ground.resources() if one.module == "modules/bucket"} >= {
        "aws_s3_bucket_server_side_encryption_configuration",
        "aws_s3_bucket_public_access_block",
        "aws_s3_bucket_versioning",
    }


def test_the_copies_are_locked_in_another_account_and_another_region() -> None:
    locks = of_kind("aws_backup_vault_lock_configuration")
    assert {one.module for one in locks} == {"vault"}
    assert len(locks) == 2
    for lock in locks:
        assert lock.body["changeable_for_days"] == 3, "compliance mode: nobody takes it off"
        assert lock.body["min_retention_days"] == 35
    assert "aws.far" in ground.the("aws_backup_vault.far", "vault")["provider"]
    for rule in ground.the("aws_backup_plan.this", "modules/backup")["rule"]:
        [copy] = rule["copy_action"]
        assert copy["destination_vault_arn"] == "${var.copy_vault_arn}"
        assert copy["lifecycle"][0]["delete_after"] >= 35
    # The cell's account may hand over, and neither root assumes a role in the other's account.
    policy = ground.the("aws_backup_vault_policy.near", "vault")["policy"]
    assert re.findall(r'"(backup:\w+)"', policy) == ["backup:CopyIntoBackupVault"]
    assert "assume_role {" not in texts("cell") + texts("vault")
    for root, account in (("cell", "account_id"), ("vault", "backup_account_id")):
        assert f"allowed_account_ids = [var.{account}]" in texts(root)


def test_the_log_s_archive_is_under_object_lock_in_compliance_mode() -> None:
    lock = ground.the("aws_s3_bucket_object_lock_configuration.this", "modules/bucket")
    assert lock["rule"][0]["default_retention"][0]["mode"] == "COMPLIANCE"
    archive = {one.name: one.body for one in ground.calls("vault")}["archive"]
    assert archive["lock_days"] >= 6 * 365
    assert "s3:DeleteObjectVersion" in str(archive["statements"])


def test_the_archive_stands_a_second_time_in_another_region() -> None:
    made = {one.name: one.body for one in ground.calls("vault")}
    near, far = made["archive"], made["far_archive"]
    assert "aws.far" in str(far["providers"])
    assert far["kms_key_arn"] == "${aws_kms_key.far.arn}"
    assert far["lock_days"] == near["lock_days"]
    assert "s3:ReplicateDelete" in str(far["statements"])
    copied = ground.the("aws_s3_bucket_replication_configuration.archive", "vault")
    assert copied["bucket"] == "${module.archive.name}"
    assert copied["rule"][0]["destination"][0]["bucket"] == "${module.far_archive.arn}"
    verbs = granted(ground.the("aws_iam_role_policy.far_archive", "vault")["policy"])
    assert {"s3:ReplicateObject", "s3:GetObjectRetention"} <= set(verbs)
    assert not [verb for verb in verbs if "Delete" in verb]


def test_the_restore_drill_can_harm_nothing_but_what_it_made() -> None:
    local = ground.local_values("modules/service")
    assert [one.rsplit(":", 1)[1] for one in local["throwaway"]] == [
        "${var.name}-drill",
        "${var.name}-drill-1",
    ]
    rights = {one["Sid"]: one for one in local["drill"]}
    assert rights["ThrowsItAway"]["Resource"] == "${local.throwaway}"
    assert rights["NothingElse"]["Effect"] == "Deny"
    assert rights["NothingElse"]["NotResource"] == "${local.throwaway}"
    assert set(rights["ThrowsItAway"]["Action"]) <= set(rights["NothingElse"]["Action"])
    verbs = {
        verb for one in local["drill"] for verb in granted(f'"{one["Action"]}"'.replace("'", '"'))
    }
    assert "rds:RestoreDBClusterToPointInTime" in verbs
    assert not {verb for verb in verbs if verb.startswith(("s3:", "iam:", "backup:"))}
    assert not {verb for verb in verbs if "*" in verb or verb == "kms:Sign"}
    assert rights["NeverOwnsTheLiving"]["Effect"] == "Deny"
    assert "${local.login}/bedside_owner" in rights["NeverOwnsTheLiving"]["Resource"]
    # The names and the mark are those that the program uses.
    assert local["mark"] == throwaway.MARK["Value"]
    assert throwaway.MARK["Key"] == "Purpose"
    assert throwaway.SUFFIX == "-drill"


def test_the_clock_starts_commands_that_there_are() -> None:
    started = ground.local_values("modules/schedules")["schedules"]
    assert started["restore-drill"]["command"] == ["flask", "drill", "cluster"]
    assert started["restore-drill-sweep"]["command"] == ["flask", "drill", "sweep"]
    assert [cluster.name, sweep.name] == ["cluster", "sweep"]
    assert drill.name == "drill"


def test_keys_turn_every_ninety_days() -> None:
    for key in of_kind("aws_kms_key"):
        assert key.body["deletion_window_in_days"] == 30, key.address
        if key.body.get("key_usage") == "SIGN_VERIFY":
            continue  # AWS turns no asymmetric key; a runbook does
        assert key.body["enable_key_rotation"] is True, key.address
        assert key.body["rotation_period_in_days"] == 90, key.address


def granted(text: str) -> list[str]:
    return re.findall(r'"([a-z0-9-]+:[A-Za-z*]+)"', text)


def test_no_role_is_an_administrator() -> None:
    for policy in of_kind("aws_iam_role_policy"):
        words = texts(policy.module)
        assert '"*:*"' not in words
        assert re.search(r'Action += "\*"', words) is None
    may = ground.local_values("modules/service")["may"]
    verbs = granted(str(may) + str(ground.local_values("modules/service")["both"]))
    assert len(verbs) > 20
    assert [verb for verb in verbs if "*" in verb] == []
    seen = 0
    for module in {ground.module_of(path) for path in ground.files()}:
        for statement in STATEMENT.split(texts(module))[1:]:
            seen += 1
            # A statement that names a principal lies on one thing: "*" is that thing there.
            if "Principal" not in statement and re.search(r'Resource\s+= "\*"', statement):
                assert set(granted(statement)) == RESOURCELESS, statement
    assert seen > 50
    attached = {one.body["policy_arn"] for one in of_kind("aws_iam_role_policy_attachment")}
    assert attached == {"${each.key}"}
    named = re.findall(r"arn:aws:iam::aws:policy/[\w/-]+", texts("modules/backup") + texts("vault"))
    assert all("Backup" in name for name in named)


def test_the_web_role_signs_nothing_removes_nothing_and_alters_no_schema() -> None:
    local = ground.local_values("modules/service")
    web = str(local["both"]) + str(local["may"]["web"])
    verbs = set(granted(web))
    assert "kms:Sign" not in verbs
    assert not {verb for verb in verbs if verb.startswith(("backup:", "rds:", "iam:"))}
    assert not {verb for verb in verbs if "Delete" in verb}
    logins = re.findall(r"\$\{local\.login\}/(\w+)", web)
    assert logins == ["bedside_web"]
    signing = str(ground.local_values("modules/keys")["use_signing"])
    assert "NobodyElseSigns" in signing


def test_no_access_key_is_made_or_handed_over() -> None:
    assert of_kind("aws_iam_access_key") == []
    assert of_kind("aws_iam_user") == []
    for path in (ROOT / "infra").rglob("*"):
        if path.is_file() and ".terraform" not in path.parts:
            text = path.read_text()
            assert re.search(r"\bAKIA[0-9A-Z]{16}\b", text) is None, path
            assert re.search(r"secret_key *=|AWS_SECRET_ACCESS_KEY", text) is None, path


def test_people_come_by_tls_1_3() -> None:
    listeners = {one.name: one.body for one in of_kind("aws_lb_listener")}
    assert listeners["people"]["port"] == 443
    assert listeners["people"]["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-3-2021-06"
    assert listeners["plain"]["default_action"][0]["type"] == "redirect"
    assert listeners["machines"]["default_action"][0]["type"] == "fixed-response"
    assert "ssl_min_protocol_version=TLSv1.3" in texts("modules/service")
    assert "sslmode=verify-full" in texts("modules/service")


def test_the_balancer_hangs_up_first_and_waits_for_the_slowest_page() -> None:
    """An idle connection that the program closes first is an error 502 now and then."""
    [balancer] = of_kind("aws_lb")
    command = (ROOT / "Dockerfile").read_text()
    [kept] = re.findall(r"--http1-header-read-timeout (\d+)", command)
    assert ANSWER_WITHIN < balancer.body["idle_timeout"] < int(kept) / 1000
    [patience] = re.findall(r"--workers-kill-timeout (\d+)", command)
    [stop] = re.findall(r"stopTimeout += (\d+)", texts("modules/service"))
    assert ANSWER_WITHIN < int(patience) < int(stop)
    assert Pace().grace < int(stop)


def test_the_edge_never_carries_portal_or_desk() -> None:
    hosts = ground.local_values("modules/edge")
    assert '"www.${brand.domain}"' in str(hosts["public"]).replace("\\", "")
    assert "portal" in str(hosts["direct"])
    assert "admin" in str(hosts["direct"])
    site = ground.the("aws_cloudfront_distribution.site", "modules/edge")
    assert site["aliases"] == "${sort(keys(local.public))}"
    door = ground.the("aws_lb_listener_rule.site", "modules/edge")
    assert "${sort(keys(local.public))}" in str(door["condition"])
    kept = ground.the("aws_cloudfront_cache_policy.site", "modules/edge")
    assert kept["default_ttl"] == 0


def test_no_role_may_ask_a_model_yet() -> None:
    assert "bedrock" not in "\n".join(path.read_text() for path in ground.files())


def test_containers_are_shut_in() -> None:
    words = texts("modules/service")
    for promise in (
        "readonlyRootFilesystem = true",
        'user                   = "10001:10001"',
        'drop = ["ALL"]',
    ):
        assert promise in words
    for service in of_kind("aws_ecs_service"):
        assert service.body["enable_execute_command"] is False
        assert service.body["network_configuration"][0]["assign_public_ip"] is False
        assert service.body["deployment_minimum_healthy_percent"] == 100


def test_silence_is_an_alarm() -> None:
    local = ground.local_values("modules/watch")
    assert {"checkpoint_made", "worker_silent", "job_given_up"} <= set(local["by_log"])
    assert set(local["by_absence"]) == {"backup_missing", "copy_missing"}
    absent = ground.the("aws_cloudwatch_metric_alarm.by_absence", "modules/watch")
    assert absent["treat_missing_data"] == "breaching"


def test_alarms_count_lines_that_the_program_writes() -> None:
    """A renamed line would silence an alarm, or sound it for ever."""
    program = "\n".join(path.read_text() for path in (ROOT / "shared").rglob("*.py"))
    patterns = str(ground.local_values("modules/watch")["counted"])
    for event in re.findall(r"\$\.event = \W*\"([\w.]+)\W*\"", patterns):
        assert f'"{event}"' in program, event
    for job in re.findall(r"\$\.job = \W*\"(\w+)\W*\"", patterns):
        assert f"def {job}(job: Job)" in program, job
    assert "give_up" in program


def test_settings_of_the_processes_are_settings_of_the_program() -> None:
    from dataclasses import fields

    known = {item.metadata["env"] for item in fields(Settings)}
    own = {"PORT", "WEB_PROCESSES", "PGPASSWORD"}
    local = ground.local_values("modules/service")
    told = re.findall(r"\b([A-Z][A-Z0-9_]{3,}) *=", texts("modules/service"))
    given = set(told) | set(re.findall(r'"([A-Z]+_[A-Z_]+)"', str(local["app_secrets"])))
    assert given - known - own - {"CMD"} == set()
    assert {"BEDSIDE_SECRET_KEY", "BEDSIDE_PROXIES", "BEDSIDE_DATABASE_AUTH"} <= given


def declared(path: Any) -> dict[str, dict[str, Any]]:
    return ground.variables("vault" if ".vault." in path.name else "cell")


@pytest.mark.parametrize("path", CELLS, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_cell_is_one_complete_file(path: Any) -> None:
    with path.open() as file:
        given = ground.plain(hcl2.load(file))
    known = declared(path)
    assert set(given) <= set(known)
    needed = {name for name, body in known.items() if "default" not in body} - {"edge_secret"}
    assert needed <= set(given)
    assert given["account_id"] != given["backup_account_id"]
    assert given["region"].startswith("us-")
    assert path.with_name(path.name.replace(".tfvars", ".backend.hcl")).is_file()


def test_regions_are_of_the_united_states() -> None:
    for module, names in (("cell", ["region"]), ("vault", ["region", "far_region"])):
        for name in names:
            [check] = ground.variables(module)[name]["validation"]
            assert REGIONS in str(check["condition"]).replace("'", '"'), f"{module}: {name}"
