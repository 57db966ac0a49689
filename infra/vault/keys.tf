# Keys of this account: nobody of the cell's account can take away what they open.

locals {
  services = [{
    Sid       = "TrailAndNotices"
    Effect    = "Allow"
    Principal = { Service = ["cloudtrail.amazonaws.com", "cloudwatch.amazonaws.com"] }
    Resource  = "*"
    Action    = ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
    Condition = { StringEquals = { "aws:SourceAccount" = var.backup_account_id } }
  }]
  care = [{
    Sid       = "CareWithoutUse"
    Effect    = "Allow"
    Principal = { AWS = local.root }
    Resource  = "*"
    Action = [
      "kms:Describe*", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:UpdateKeyDescription",
      "kms:EnableKey", "kms:DisableKey", "kms:EnableKeyRotation", "kms:DisableKeyRotation",
      "kms:RotateKeyOnDemand", "kms:TagResource", "kms:UntagResource", "kms:RevokeGrant",
      "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion",
    ]
  }]
  through_services = { for region in [var.region, var.far_region] : region => [{
    Sid       = "ThroughBackupAndRestore"
    Effect    = "Allow"
    Principal = { AWS = local.root }
    Resource  = "*"
    Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
    Condition = {
      StringEquals = {
        "kms:CallerAccount" = var.backup_account_id
        "kms:ViaService"    = ["backup.${region}.amazonaws.com", "rds.${region}.amazonaws.com", "s3.${region}.amazonaws.com"]
      }
    }
  }] }
}

resource "aws_kms_key" "near" {
  description             = "${local.name}: copies and the log's archive"
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(local.care, local.through_services[var.region], local.services, [{
      Sid       = "TheWorkerSealsTheArchive"
      Effect    = "Allow"
      Principal = { AWS = local.theirs }
      Resource  = "*"
      Action    = ["kms:GenerateDataKey", "kms:Decrypt"]
      Condition = {
        ArnEquals    = { "aws:PrincipalArn" = local.worker }
        StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" }
      }
    }])
  })
}

resource "aws_kms_key" "far" {
  provider                = aws.far
  description             = "${local.name}: second copies"
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 30
  policy                  = jsonencode({ Version = "2012-10-17", Statement = concat(local.care, local.through_services[var.far_region]) })
}
