# What the backup account promises, asked of the plan. No account is needed: the provider is played.

mock_provider "aws" {
  mock_resource "aws_kms_key" {
    defaults = { arn = "arn:aws:kms:us-east-1:222222222222:key/00000000-0000-0000-0000-000000000000" }
  }
}

mock_provider "aws" {
  alias = "far"
}

variables {
  cell              = "east"
  region            = "us-east-1"
  far_region        = "us-west-2"
  account_id        = "111111111111"
  backup_account_id = "222222222222"
  alert_mails       = ["owner@seagrape.example"]
}

run "copies_are_locked" {
  command = plan

  assert {
    condition     = alltrue([for lock in [aws_backup_vault_lock_configuration.near, aws_backup_vault_lock_configuration.far] : lock.changeable_for_days == 3 && lock.min_retention_days == 35])
    error_message = "Compliance mode in both regions: after three days nobody takes the lock off."
  }
  assert {
    condition = [for one in jsondecode(aws_backup_vault_policy.near.policy).Statement : one.Action
    if one.Effect == "Allow"] == ["backup:CopyIntoBackupVault"]
    error_message = "The cell's account hands copies over and does nothing else."
  }
  assert {
    condition     = alltrue([for key in [aws_kms_key.near, aws_kms_key.far] : key.enable_key_rotation && key.rotation_period_in_days == 90])
    error_message = "90-day rotation."
  }
  assert {
    condition     = aws_cloudtrail.this.enable_log_file_validation
    error_message = "Every call is trailed here too."
  }
}

run "the_archive_stands_in_two_regions" {
  command = plan

  assert {
    condition     = alltrue([for rule in aws_s3_bucket_replication_configuration.archive.rule : rule.status == "Enabled" && rule.delete_marker_replication[0].status == "Disabled" && rule.source_selection_criteria[0].sse_kms_encrypted_objects[0].status == "Enabled"])
    error_message = "Everything is copied, sealed as it is, and no removal with it."
  }
  assert {
    condition     = alltrue([for rule in aws_s3_bucket_replication_configuration.archive.rule : rule.destination[0].replication_time[0].time[0].minutes == 15 && rule.destination[0].metrics[0].status == "Enabled"])
    error_message = "Within a quarter of an hour, and measured."
  }
  assert {
    condition     = alltrue([for one in aws_cloudwatch_metric_alarm.far_archive : one.dimensions.DestinationBucket == "bedside-east-222222222222-archive-far"]) && length(aws_cloudwatch_metric_alarm.far_archive) == 2
    error_message = "Somebody hears when it fails or is late."
  }
}

run "the_archive_is_written_once" {
  command = plan
  module {
    source = "../modules/bucket"
  }
  variables {
    name        = "archive"
    kms_key_arn = "arn:aws:kms:us-east-1:222222222222:key/archive"
    lock_days   = 2192
  }

  assert {
    condition     = aws_s3_bucket.this.object_lock_enabled && one(one(aws_s3_bucket_object_lock_configuration.this[0].rule).default_retention).mode == "COMPLIANCE"
    error_message = "Object Lock, compliance mode."
  }
  assert {
    condition     = alltrue([aws_s3_bucket_public_access_block.this.block_public_acls, aws_s3_bucket_public_access_block.this.block_public_policy, aws_s3_bucket_public_access_block.this.ignore_public_acls, aws_s3_bucket_public_access_block.this.restrict_public_buckets])
    error_message = "Closed to the public, four times."
  }
  assert {
    condition     = one(one(aws_s3_bucket_server_side_encryption_configuration.this.rule).apply_server_side_encryption_by_default).sse_algorithm == "aws:kms"
    error_message = "Encrypted with a key of its account."
  }
}

run "the_second_copies_lie_in_another_region" {
  command = plan
  variables {
    far_region = "us-east-1"
  }
  expect_failures = [var.far_region]
}

run "the_backup_account_is_another_one" {
  command = plan
  variables {
    account_id = "222222222222"
  }
  expect_failures = [var.account_id]
}
