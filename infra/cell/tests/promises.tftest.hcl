# What the ground promises, asked of the plan. No account is needed: the provider is played.

mock_provider "aws" {}

mock_provider "aws" {
  alias = "global"
}

variables {
  cell              = "east"
  stage             = "production"
  region            = "us-east-1"
  zones             = ["us-east-1a", "us-east-1b"]
  account_id        = "111111111111"
  backup_account_id = "222222222222"
  copy_vault_arn    = "arn:aws:backup:us-east-1:222222222222:backup-vault:bedside-east-locked"
  archive           = { bucket = "bedside-east-222222222222-archive", key_arn = "arn:aws:kms:us-east-1:222222222222:key/archive" }
  brands = {
    seagrape  = { domain = "seagrape.example", zone_id = "Z1" }
    ironbound = { domain = "ironbound.example", zone_id = "Z2" }
  }
  image          = "111111111111.dkr.ecr.us-east-1.amazonaws.com/bedside-east@sha256:0000000000000000000000000000000000000000000000000000000000000000"
  edge_secret    = "only-for-tests-only-for-tests-only-for-tests"
  alert_mails    = ["owner@seagrape.example"]
  alert_phones   = ["+15615550100"]
  whereby_origin = "https://seagrape.whereby.com"
}

run "the_whole_cell_can_be_planned" {
  command = plan

  assert {
    condition     = output.hosts == tolist(["admin.ironbound.example", "admin.seagrape.example", "portal.ironbound.example", "portal.seagrape.example", "www.ironbound.example", "www.seagrape.example"])
    error_message = "Every brand has a portal, a desk and a public site."
  }
}

run "regions_outside_the_united_states_are_refused" {
  command = plan
  variables {
    region = "eu-west-1"
    zones  = ["eu-west-1a", "eu-west-1b"]
  }
  expect_failures = [var.region]
}

run "the_backup_account_is_another_one" {
  command = plan
  variables {
    backup_account_id = "111111111111"
    copy_vault_arn    = "arn:aws:backup:us-east-1:111111111111:backup-vault:bedside-east-locked"
    archive           = { bucket = "b", key_arn = "arn:aws:kms:us-east-1:111111111111:key/archive" }
  }
  expect_failures = [var.backup_account_id]
}

run "an_archive_key_of_our_own_account_is_refused" {
  command = plan
  variables {
    archive = { bucket = "b", key_arn = "arn:aws:kms:us-east-1:111111111111:key/archive" }
  }
  expect_failures = [var.archive]
}

run "an_image_by_tag_is_refused" {
  command = plan
  variables {
    image = "bedside:latest"
  }
  expect_failures = [var.image]
}

run "the_database_can_be_set_back_and_not_be_lost" {
  command = plan
  module {
    source = "../modules/database"
  }
  variables {
    name            = "bedside-east"
    subnets         = ["subnet-1", "subnet-2"]
    security_group  = "sg-1"
    kms_key_arn     = "arn:aws:kms:us-east-1:111111111111:key/database"
    secrets_key_arn = "arn:aws:kms:us-east-1:111111111111:key/ground"
    engine_version  = "16"
    min_capacity    = 0.5
    max_capacity    = 16
  }

  assert {
    condition     = aws_rds_cluster.this.backup_retention_period == 35
    error_message = "35 days of point-in-time recovery, from creation."
  }
  assert {
    condition     = aws_rds_cluster.this.deletion_protection && !aws_rds_cluster.this.skip_final_snapshot && !aws_rds_cluster.this.delete_automated_backups
    error_message = "The cluster cannot be deleted in passing, nor without a last copy."
  }
  assert {
    condition     = aws_rds_cluster.this.storage_encrypted && aws_rds_cluster.this.kms_key_id == var.kms_key_arn
    error_message = "Encrypted with the practice's own key."
  }
  assert {
    condition     = aws_rds_cluster.this.iam_database_authentication_enabled && aws_rds_cluster.this.manage_master_user_password
    error_message = "No password is kept by anybody."
  }
  assert {
    condition     = length(aws_rds_cluster_instance.this) == 2 && length(toset([for one in aws_rds_cluster_instance.this : one.availability_zone])) == 2
    error_message = "Two instances in two zones."
  }
  assert {
    condition     = alltrue([for one in aws_rds_cluster_instance.this : one.publicly_accessible == false])
    error_message = "No public database."
  }
  assert {
    condition     = contains([for one in aws_rds_cluster_parameter_group.this.parameter : "${one.name}=${one.value}"], "rds.force_ssl=1")
    error_message = "TLS only."
  }
}

run "keys_turn_every_ninety_days_and_only_the_worker_signs" {
  command = plan
  module {
    source = "../modules/keys"
  }
  variables {
    name       = "bedside-east"
    role_names = { web = "bedside-east-web", worker = "bedside-east-worker" }
  }

  assert {
    condition     = alltrue([for key in [aws_kms_key.data, aws_kms_key.database, aws_kms_key.ground] : key.enable_key_rotation && key.rotation_period_in_days == 90])
    error_message = "90-day rotation."
  }
  assert {
    condition     = aws_kms_key.signing.key_usage == "SIGN_VERIFY" && aws_kms_key.signing.customer_master_key_spec == "ECC_NIST_P256"
    error_message = "A signing key of the kind the program uses."
  }
  assert {
    condition = [for one in jsondecode(aws_kms_key.signing.policy).Statement : one.Principal.AWS
    if one.Effect == "Allow" && contains(flatten([one.Action]), "kms:Sign")] == ["arn:aws:iam::111111111111:role/bedside-east-worker"]
    error_message = "The worker's role alone signs."
  }
  assert {
    condition = [for one in jsondecode(aws_kms_key.signing.policy).Statement : one.Condition.ArnNotEquals["aws:PrincipalArn"]
    if one.Effect == "Deny" && contains(one.Action, "kms:Sign")] == ["arn:aws:iam::111111111111:role/bedside-east-worker"]
    error_message = "Everybody else is refused, whatever a policy elsewhere says."
  }
  assert {
    condition = alltrue(flatten([for key in [aws_kms_key.data, aws_kms_key.database, aws_kms_key.ground, aws_kms_key.signing] :
      [for one in jsondecode(key.policy).Statement : !contains(flatten([one.Action]), "kms:*")]
    ]))
    error_message = "No key is handed to an administrator whole."
  }
}

run "the_network_hides_the_data" {
  command = plan
  module {
    source = "../modules/network"
  }
  variables {
    name                = "bedside-east"
    cidr                = "10.40.0.0/16"
    app_port            = 8000
    nat_per_zone        = false
    interface_endpoints = ["kms", "secretsmanager", "logs", "ecr.api", "ecr.dkr"]
    logs_bucket_arn     = "arn:aws:s3:::logs"
  }

  assert {
    condition     = alltrue([for subnet in merge(aws_subnet.public, { for key, one in aws_subnet.app : "app-${key}" => one }, { for key, one in aws_subnet.data : "data-${key}" => one }) : !subnet.map_public_ip_on_launch])
    error_message = "Nothing gets a public address by itself."
  }
  assert {
    condition     = aws_vpc_security_group_ingress_rule.database.cidr_ipv4 == null && aws_vpc_security_group_ingress_rule.database.from_port == 5432
    error_message = "The database hears the program only."
  }
  assert {
    condition     = length(aws_vpc_endpoint.interface) == 5 && alltrue([for one in aws_vpc_endpoint.interface : one.private_dns_enabled])
    error_message = "AWS's services are reached inside the network."
  }
  assert {
    condition     = length(toset(concat([for one in aws_subnet.public : one.cidr_block], [for one in aws_subnet.app : one.cidr_block], [for one in aws_subnet.data : one.cidr_block]))) == 6
    error_message = "Subnets do not overlap by name."
  }
}

run "people_come_by_tls_1_3" {
  command = plan
  module {
    source = "../modules/edge"
  }
  providers = {
    aws        = aws
    aws.global = aws.global
  }
  variables {
    name                     = "bedside-east"
    vpc_id                   = "vpc-1"
    subnets                  = ["subnet-1", "subnet-2"]
    security_group           = "sg-1"
    app_port                 = 8000
    logs_bucket              = "logs"
    logs_key_arn             = "arn:aws:kms:us-east-1:111111111111:key/ground"
    countries                = ["US"]
    requests_in_five_minutes = 3000
  }

  assert {
    condition     = aws_lb_listener.people.ssl_policy == "ELBSecurityPolicy-TLS13-1-3-2021-06" && aws_lb_listener.people.port == 443
    error_message = "TLS 1.3 only, for people."
  }
  assert {
    condition     = aws_lb_listener.plain.default_action[0].type == "redirect"
    error_message = "Nothing is answered in clear."
  }
  assert {
    condition     = aws_lb_listener.machines.default_action[0].type == "fixed-response"
    error_message = "The machines' door leads to hooks and the public site only."
  }
  assert {
    condition     = aws_cloudfront_distribution.site.aliases == toset(["www.ironbound.example", "www.seagrape.example"]) && tolist(aws_cloudfront_distribution.site.origin)[0].custom_origin_config[0].origin_protocol_policy == "https-only"
    error_message = "The edge serves the public sites and nothing else."
  }
  assert {
    condition     = aws_cloudfront_cache_policy.site.default_ttl == 0 && aws_cloudfront_cache_policy.site.parameters_in_cache_key_and_forwarded_to_origin[0].cookies_config[0].cookie_behavior == "none"
    error_message = "What is not marked as cacheable is not kept."
  }
  assert {
    condition     = length([for rule in aws_wafv2_web_acl.this.rule : rule if length(rule.statement[0].rate_based_statement) == 1]) == 3
    error_message = "Rates are limited: sign-in, everybody, everybody by the edge."
  }
  assert {
    condition     = aws_lb.this.drop_invalid_header_fields && aws_lb.this.enable_deletion_protection && aws_lb.this.preserve_host_header
    error_message = "The balancer is strict, stays, and names the host the visitor asked for."
  }
}

run "processes_are_shut_in_and_hold_no_more_than_they_need" {
  command = plan
  module {
    source = "../modules/service"
  }
  variables {
    name                      = "bedside-east"
    cpu_architecture          = "X86_64"
    app_port                  = 8000
    subnets                   = ["subnet-1"]
    security_group            = "sg-1"
    target_group_arn          = "arn:aws:elasticloadbalancing:us-east-1:111111111111:targetgroup/web/1"
    role_names                = { web = "bedside-east-web", worker = "bedside-east-worker", migrate = "bedside-east-migrate", drill = "bedside-east-drill", start = "bedside-east-start", start-bootstrap = "bedside-east-start-bootstrap" }
    web_cpu                   = 512
    web_memory                = 1024
    web_min                   = 2
    web_max                   = 8
    worker_count              = 1
    database_endpoint         = "cell.cluster-1.us-east-1.rds.amazonaws.com"
    database_resource_id      = "cluster-ABC"
    database_admin_secret_arn = "arn:aws:secretsmanager:us-east-1:111111111111:secret:admin"
    database_key_arn          = "arn:aws:kms:us-east-1:111111111111:key/database"
    data_key_arn              = "arn:aws:kms:us-east-1:111111111111:key/data"
    signing_key_arn           = "arn:aws:kms:us-east-1:111111111111:key/signing"
    ground_key_arn            = "arn:aws:kms:us-east-1:111111111111:key/ground"
    documents                 = { name = "documents", arn = "arn:aws:s3:::documents" }
    incoming_mail_arn         = "arn:aws:s3:::mail"
    mail                      = { configuration_set = "bedside-east", configuration_set_arn = "arn:aws:ses:us-east-1:111111111111:configuration-set/bedside-east", topic_arn = "arn:aws:sns:us-east-1:111111111111:bedside-east-ses-events", identity_arns = ["arn:aws:ses:us-east-1:111111111111:identity/seagrape.example"] }
    sms                       = { arns = ["arn:aws:sms-voice:us-east-1:111111111111:opt-out-list/bedside-east"] }
  }

  assert {
    condition     = !anytrue([for one in local.may.web : contains(flatten([one.Action]), "kms:Sign")])
    error_message = "The web cannot sign checkpoints."
  }
  assert {
    condition     = [for one in local.may.web : one.Resource if contains(flatten([one.Action]), "rds-db:connect")] == ["arn:aws:rds-db:us-east-1:111111111111:dbuser:cluster-ABC/bedside_web"]
    error_message = "The web signs in as bedside_web, which cannot alter the schema."
  }
  assert {
    condition     = [for role, list in local.may : role if anytrue([for one in list : anytrue([for where in flatten([one.Resource]) : endswith(where, "/bedside_owner")])])] == ["migrate"]
    error_message = "Migrations alone sign in as the owner."
  }
  assert {
    condition     = !anytrue(flatten([for list in local.may : [for one in list : [for verb in flatten([one.Action]) : anytrue([startswith(verb, "backup:"), startswith(verb, "rds:") && verb != "rds:DescribeDBClusters", startswith(verb, "iam:"), strcontains(verb, "Delete"), strcontains(verb, "*")])]]]))
    error_message = "No process touches backups (the worker sees how long they reach), removes anything, or holds a verb with a star."
  }
  assert {
    condition     = !anytrue(flatten([for list in local.may : [for one in list : [for where in flatten([one.Resource]) : where == "*"]]]))
    error_message = "No process may do a thing to everything."
  }
  assert {
    condition     = alltrue([for process, text in local.environment : text.BEDSIDE_ENV == "production" && text.BEDSIDE_DATABASE_AUTH == "iam" && !anytrue([for name in keys(text) : startswith(name, "AWS_ACCESS") || startswith(name, "AWS_SECRET")])])
    error_message = "No keys, tokens for the database."
  }
  assert {
    condition     = [for process, given in local.secrets : process if contains(keys(given), "PGPASSWORD")] == ["bootstrap"]
    error_message = "The administrator's password reaches the bootstrap only."
  }
  assert {
    condition     = [for name, one in aws_ecs_task_definition.this : name if endswith(one.task_role_arn, "role/bedside-east-drill")] == ["drill"]
    error_message = "The drill's rights are the drill's alone."
  }
  assert {
    condition     = toset(flatten([for one in local.drill : flatten([one.Resource]) if one.Effect == "Allow" && anytrue([for verb in flatten([one.Action]) : startswith(verb, "rds:Delete")])])) == toset(["arn:aws:rds:us-east-1:111111111111:cluster:bedside-east-drill", "arn:aws:rds:us-east-1:111111111111:db:bedside-east-drill-1"])
    error_message = "The drill removes what it made, by name, and nothing else."
  }
  assert {
    condition     = alltrue([for one in local.drill : one.Condition.StringEquals["aws:ResourceTag/Purpose"] == "restore-drill" if one.Sid == "ThrowsItAway"])
    error_message = "The drill removes only what bears its mark."
  }
  assert {
    condition = anytrue([for one in local.drill : one.Effect == "Deny" && alltrue([for verb in ["rds:DeleteDBCluster", "rds:DeleteDBInstance", "rds:ModifyDBCluster", "rds:DeleteDBClusterAutomatedBackup"] : contains(flatten([one.Action]), verb)])
    && !anytrue([for where in try(one.NotResource, []) : strcontains("${where}/", "cluster:bedside-east/")]) if can(one.NotResource)])
    error_message = "The living cluster is out of the drill's reach, whatever a policy elsewhere allows."
  }
  assert {
    condition     = anytrue([for one in local.drill : one.Effect == "Deny" && contains(flatten([one.Action]), "rds-db:connect") && contains(flatten([one.Resource]), "arn:aws:rds-db:us-east-1:111111111111:dbuser:cluster-ABC/bedside_owner") if can(one.Resource)])
    error_message = "The drill never signs in to the living database as its owner."
  }
  assert {
    condition     = !anytrue(flatten([for one in local.drill : [for verb in flatten([one.Action]) : anytrue([verb == "kms:Sign", startswith(verb, "s3:"), startswith(verb, "backup:"), startswith(verb, "iam:"), strcontains(verb, "*")])]]))
    error_message = "The drill signs nothing, reads no bucket and hands nothing on."
  }
  assert {
    condition     = keys(local.secrets.drill) == ["BEDSIDE_SECRET_KEY"]
    error_message = "No vendor's key reaches the drill."
  }
  assert {
    condition     = aws_ecs_service.web.network_configuration[0].assign_public_ip == false && aws_ecs_service.web.enable_execute_command == false && aws_ecs_service.worker.enable_execute_command == false
    error_message = "No public address and no shell."
  }
  assert {
    condition     = aws_ecs_service.web.deployment_minimum_healthy_percent == 100 && aws_ecs_service.web.deployment_circuit_breaker[0].rollback
    error_message = "A deployment never goes below what it was, and goes back by itself."
  }
}

run "the_restore_drill_is_held_by_the_clock" {
  command = plan
  module {
    source = "../modules/schedules"
  }
  variables {
    name             = "bedside-east"
    cluster_arn      = "arn:aws:ecs:us-east-1:111111111111:cluster/bedside-east"
    families         = { worker = "bedside-east-worker", drill = "bedside-east-drill" }
    role_names       = { worker = "bedside-east-worker", drill = "bedside-east-drill", start = "bedside-east-start" }
    subnets          = ["subnet-1"]
    security_group   = "sg-1"
    alerts_topic_arn = "arn:aws:sns:us-east-1:111111111111:alerts"
    ground_key_arn   = "arn:aws:kms:us-east-1:111111111111:key/ground"
  }

  assert {
    condition     = aws_scheduler_schedule.this["restore-drill"].schedule_expression == "cron(40 10 ? * SUN *)" && strcontains(aws_scheduler_schedule.this["restore-drill"].target[0].input, "\"drill\",\"cluster\"")
    error_message = "Every week: four may fail before the proof of 35 days ends."
  }
  assert {
    condition     = aws_scheduler_schedule.this["restore-drill-sweep"].schedule_expression == "cron(40 20 * * ? *)" && strcontains(aws_scheduler_schedule.this["restore-drill-sweep"].target[0].input, "\"drill\",\"sweep\"")
    error_message = "What a drill left behind is swept within a day."
  }
  assert {
    condition     = alltrue([for name in ["restore-drill", "restore-drill-sweep"] : endswith(aws_scheduler_schedule.this[name].target[0].ecs_parameters[0].task_definition_arn, "/bedside-east-drill")])
    error_message = "With the drill's own rights, not the worker's."
  }
  assert {
    condition     = aws_scheduler_schedule.this["due-work"].schedule_expression == "rate(15 minutes)"
    error_message = "Due work is done although no worker lives."
  }
}

run "copies_leave_the_account" {
  command = plan
  module {
    source = "../modules/backup"
  }
  variables {
    name        = "bedside-east"
    kms_key_arn = "arn:aws:kms:us-east-1:111111111111:key/database"
    resources   = ["arn:aws:rds:us-east-1:111111111111:cluster:bedside-east"]
  }

  assert {
    condition     = alltrue([for rule in aws_backup_plan.this.rule : alltrue([for copy in rule.copy_action : copy.destination_vault_arn == var.copy_vault_arn && copy.lifecycle[0].delete_after >= 35])])
    error_message = "Each rule copies into the locked vault, for 35 days at least."
  }
}

run "somebody_hears_of_it" {
  command = plan
  module {
    source = "../modules/watch"
  }
  variables {
    name                = "bedside-east"
    ground_key_arn      = "arn:aws:kms:us-east-1:111111111111:key/ground"
    log_groups          = { web = "/bedside/web", worker = "/bedside/worker", migrate = "/bedside/migrate", drill = "/bedside/drill" }
    cluster_name        = "bedside-east"
    database_id         = "bedside-east"
    balancer_suffix     = "app/bedside/1"
    target_group_suffix = "targetgroup/web/1"
    backup_vault        = "bedside-east"
    trail_bucket        = "trail"
    data_bucket_arns    = ["arn:aws:s3:::documents"]
    documents_bucket    = "documents"
    data_key_arn        = "arn:aws:kms:us-east-1:111111111111:key/data"
    monthly_budget      = 400
    account_wide        = true
  }

  assert {
    condition     = alltrue([for name in ["checkpoint_made", "worker_silent", "job_given_up", "drill_troubled"] : contains(keys(aws_cloudwatch_metric_alarm.by_log), name)])
    error_message = "Signs of life, checkpoints, dead letters and drills."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.by_log["checkpoint_made"].treat_missing_data == "breaching" && aws_cloudwatch_metric_alarm.by_absence["copy_missing"].treat_missing_data == "breaching"
    error_message = "Silence is an alarm."
  }
  assert {
    condition     = aws_cloudtrail.this[0].is_multi_region_trail && aws_cloudtrail.this[0].enable_log_file_validation
    error_message = "Every call is trailed, and the trail proves itself."
  }
  assert {
    condition     = length(aws_sns_topic_subscription.mail) == 2 && length(aws_sns_topic_subscription.sms) == 1
    error_message = "By mail, and by SMS what cannot wait."
  }
}
