# The proofs of the log a second time, in another region: written within a quarter of an hour of the
# first, locked as long, sealed with that region's own key. Removals are not carried over.

module "far_archive" {
  source      = "../modules/bucket"
  providers   = { aws = aws.far }
  name        = local.far_archive
  kms_key_arn = aws_kms_key.far.arn
  lock_days   = 2192
  statements = [{
    Sid       = "NobodyRemoves"
    Effect    = "Deny"
    Principal = "*"
    Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:ReplicateDelete", "s3:BypassGovernanceRetention", "s3:DeleteBucket"]
    Resource  = ["arn:aws:s3:::${local.far_archive}", "arn:aws:s3:::${local.far_archive}/*"]
  }]
}

resource "aws_s3_bucket_replication_configuration" "archive" {
  bucket = module.archive.name
  role   = aws_iam_role.far_archive.arn

  rule {
    id     = "everything"
    status = "Enabled"
    filter {}
    delete_marker_replication {
      status = "Disabled"
    }
    source_selection_criteria {
      sse_kms_encrypted_objects {
        status = "Enabled"
      }
    }
    destination {
      bucket = module.far_archive.arn
      encryption_configuration {
        replica_kms_key_id = aws_kms_key.far.arn
      }
      replication_time {
        status = "Enabled"
        time {
          minutes = 15
        }
      }
      metrics {
        status = "Enabled"
        event_threshold {
          minutes = 15
        }
      }
    }
  }
}

locals {
  far_archive = "${local.name}-${var.backup_account_id}-archive-far"
  replication = { SourceBucket = "${local.name}-${var.backup_account_id}-archive", DestinationBucket = local.far_archive, RuleId = "everything" }
}

resource "aws_iam_role" "far_archive" {
  name        = "${local.name}-far-archive"
  description = "S3, as it copies the archive to the other region"
  # As S3 asks for it: its replication names no account of origin.
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "s3.amazonaws.com" }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "far_archive" {
  name = "may"
  role = aws_iam_role.far_archive.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "SeesWhatIsNew"
        Effect   = "Allow"
        Action   = ["s3:GetReplicationConfiguration", "s3:ListBucket"]
        Resource = module.archive.arn
      },
      {
        Sid      = "ReadsItWithItsLock"
        Effect   = "Allow"
        Action   = ["s3:GetObjectVersionForReplication", "s3:GetObjectVersionAcl", "s3:GetObjectVersionTagging", "s3:GetObjectRetention", "s3:GetObjectLegalHold"]
        Resource = "${module.archive.arn}/*"
      },
      {
        Sid      = "WritesItThere"
        Effect   = "Allow"
        Action   = ["s3:ReplicateObject", "s3:ReplicateTags"]
        Resource = "${module.far_archive.arn}/*"
      },
      {
        Sid       = "OpensItHere"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = aws_kms_key.near.arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      },
      {
        Sid       = "SealsItThere"
        Effect    = "Allow"
        Action    = ["kms:Encrypt", "kms:GenerateDataKey"]
        Resource  = aws_kms_key.far.arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.far_region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_cloudwatch_metric_alarm" "far_archive" {
  for_each = {
    failed = { metric = "OperationsFailedReplication", statistic = "Sum", above = 0, about = "A proof of the log could not be copied to the other region." }
    late   = { metric = "ReplicationLatency", statistic = "Maximum", above = 3600, about = "Proofs of the log reach the other region more than an hour late." }
  }
  alarm_name          = "${local.name}-far-archive-${each.key}"
  alarm_description   = "${each.value.about} docs/runbooks/backup-missing.md"
  namespace           = "AWS/S3"
  metric_name         = each.value.metric
  dimensions          = local.replication
  statistic           = each.value.statistic
  period              = 3600
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.above
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alerts.arn]
}
