# From the near vault to the far one, every day: what is less than a day old is copied on. AWS Backup
# crosses accounts or regions in one step, not both for Aurora; this is the second step.

resource "aws_sfn_state_machine" "second_copy" {
  name     = "${local.name}-second-copy"
  role_arn = aws_iam_role.second_copy.arn
  definition = jsonencode({
    QueryLanguage = "JSONata"
    StartAt       = "WhatIsNew"
    States = {
      WhatIsNew = {
        Type     = "Task"
        Resource = "arn:aws:states:::aws-sdk:backup:listRecoveryPointsByBackupVault"
        Arguments = {
          BackupVaultName = aws_backup_vault.near.name
          ByCreatedAfter  = "{% $fromMillis($millis() - 93600000) %}"
        }
        Retry = local.retry
        Next  = "EachOfThem"
      }
      EachOfThem = {
        Type           = "Map"
        Items          = "{% [$states.input.RecoveryPoints[Status = 'COMPLETED']] %}"
        MaxConcurrency = 1
        ItemProcessor = {
          ProcessorConfig = { Mode = "INLINE" }
          StartAt         = "CopyOn"
          States = {
            CopyOn = {
              Type     = "Task"
              Resource = "arn:aws:states:::aws-sdk:backup:startCopyJob"
              Arguments = {
                RecoveryPointArn          = "{% $states.input.RecoveryPointArn %}"
                SourceBackupVaultName     = aws_backup_vault.near.name
                DestinationBackupVaultArn = aws_backup_vault.far.arn
                IamRoleArn                = aws_iam_role.copies.arn
                IdempotencyToken          = "{% $hash($states.input.RecoveryPointArn, 'SHA-256') %}"
                Lifecycle                 = { DeleteAfterDays = 35 }
              }
              Retry = local.retry
              End   = true
            }
          }
        }
        End = true
      }
    }
  })
}

locals {
  retry = [{ ErrorEquals = ["States.ALL"], IntervalSeconds = 60, MaxAttempts = 5, BackoffRate = 2 }]
}

resource "aws_scheduler_schedule" "second_copy" {
  name                         = "${local.name}-second-copy"
  description                  = "Second copies, in another region"
  schedule_expression          = "cron(45 5 * * ? *)"
  schedule_expression_timezone = "UTC"
  flexible_time_window {
    mode                      = "FLEXIBLE"
    maximum_window_in_minutes = 30
  }
  target {
    arn      = aws_sfn_state_machine.second_copy.arn
    role_arn = aws_iam_role.clock.arn
  }
}

resource "aws_iam_role" "clock" {
  name               = "${local.name}-clock"
  description        = "Starts the second copies"
  assume_role_policy = local.trust["scheduler"]
}

resource "aws_iam_role_policy" "clock" {
  name = "may"
  role = aws_iam_role.clock.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "StartsThem"
      Effect   = "Allow"
      Action   = "states:StartExecution"
      Resource = aws_sfn_state_machine.second_copy.arn
    }]
  })
}

resource "aws_iam_role" "second_copy" {
  name               = "${local.name}-second-copy"
  description        = "Asks for the second copies"
  assume_role_policy = local.trust["states"]
}

resource "aws_iam_role_policy" "second_copy" {
  name = "may"
  role = aws_iam_role.second_copy.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "LooksAndAsks"
        Effect   = "Allow"
        Action   = ["backup:ListRecoveryPointsByBackupVault", "backup:StartCopyJob"]
        Resource = [aws_backup_vault.near.arn, "arn:aws:rds:${var.region}:${var.backup_account_id}:cluster-snapshot:awsbackup:*", "arn:aws:backup:${var.region}:${var.backup_account_id}:recovery-point:*"]
      },
      {
        Sid       = "AsTheCopyingRole"
        Effect    = "Allow"
        Action    = "iam:PassRole"
        Resource  = aws_iam_role.copies.arn
        Condition = { StringEquals = { "iam:PassedToService" = "backup.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_iam_role" "copies" {
  name               = "${local.name}-copies"
  description        = "AWS Backup, as it copies from vault to vault"
  assume_role_policy = local.trust["backup"]
}

resource "aws_iam_role_policy_attachment" "copies" {
  for_each = toset([
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
  ])
  role       = aws_iam_role.copies.name
  policy_arn = each.key
}

locals {
  trust = { for service in ["scheduler", "states", "backup"] : service => jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "${service}.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.backup_account_id } }
    }]
  }) }
}

# Silence is no news here: a day without a finished run is told.
resource "aws_sns_topic" "alerts" {
  name              = "${local.name}-alerts"
  kms_master_key_id = aws_kms_key.near.arn
}

resource "aws_sns_topic_subscription" "alerts" {
  for_each  = toset(var.alert_mails)
  topic_arn = aws_sns_topic.alerts.arn
  protocol  = "email"
  endpoint  = each.key
}

resource "aws_cloudwatch_metric_alarm" "second_copy" {
  alarm_name          = "${local.name}-second-copy-missing"
  alarm_description   = "No second copy was made for a day: docs/runbooks/backup-missing.md"
  namespace           = "AWS/States"
  metric_name         = "ExecutionsSucceeded"
  dimensions          = { StateMachineArn = aws_sfn_state_machine.second_copy.arn }
  statistic           = "Sum"
  period              = 86400
  evaluation_periods  = 1
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
