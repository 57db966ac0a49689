locals {
  root = "arn:aws:iam::${var.account_id}:root"
  role = { for name in ["web", "worker"] : name => "arn:aws:iam::${var.account_id}:role/${var.role_names[name]}" }

  # Looking after a key, without one verb that uses it.
  care = [{
    Sid       = "CareWithoutUse"
    Effect    = "Allow"
    Principal = { AWS = local.root }
    Resource  = "*"
    Action = [
      "kms:Describe*", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:UpdateKeyDescription",
      "kms:EnableKey", "kms:DisableKey", "kms:EnableKeyRotation", "kms:DisableKeyRotation",
      "kms:RotateKeyOnDemand", "kms:TagResource", "kms:UntagResource", "kms:CreateAlias",
      "kms:UpdateAlias", "kms:DeleteAlias", "kms:RevokeGrant", "kms:ScheduleKeyDeletion",
      "kms:CancelKeyDeletion",
    ]
  }]

  use_data = [
    {
      Sid       = "DataKeys"
      Effect    = "Allow"
      Principal = { AWS = values(local.role) }
      Resource  = "*"
      Action    = ["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"]
    },
    {
      Sid       = "DataKeysAnew"
      Effect    = "Allow"
      Principal = { AWS = local.role.worker }
      Resource  = "*"
      Action    = ["kms:ReEncryptFrom", "kms:ReEncryptTo"]
    },
    {
      Sid       = "DocumentsScannedAndCopied"
      Effect    = "Allow"
      Principal = { AWS = local.root }
      Resource  = "*"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"]
      Condition = {
        StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com", "kms:CallerAccount" = var.account_id }
        ArnLike      = { "aws:PrincipalArn" = ["arn:aws:iam::${var.account_id}:role/${var.name}-malware", "arn:aws:iam::${var.account_id}:role/${var.name}-backup"] }
      }
    },
  ]

  use_database = [
    {
      Sid       = "ThroughTheDatabaseServices"
      Effect    = "Allow"
      Principal = { AWS = local.root }
      Resource  = "*"
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
      Condition = {
        StringEquals = {
          "kms:ViaService"    = ["rds.${var.region}.amazonaws.com", "backup.${var.region}.amazonaws.com"]
          "kms:CallerAccount" = var.account_id
        }
      }
    },
    {
      Sid       = "SnapshotsCopiedByTheBackupAccount"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.backup_account_id}:root" }
      Resource  = "*"
      Action    = ["kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
    },
    {
      Sid       = "GrantsForThatCopy"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${var.backup_account_id}:root" }
      Resource  = "*"
      Action    = "kms:CreateGrant"
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    },
  ]

  use_ground = [
    {
      Sid       = "LogGroups"
      Effect    = "Allow"
      Principal = { Service = "logs.${var.region}.amazonaws.com" }
      Resource  = "*"
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
      Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "arn:aws:logs:${var.region}:${var.account_id}:*" } }
    },
    {
      Sid       = "NoticesAndMail"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "events.amazonaws.com", "ses.amazonaws.com", "sns.amazonaws.com", "sms-voice.amazonaws.com", "budgets.amazonaws.com", "cloudtrail.amazonaws.com"] }
      Resource  = "*"
      Action    = ["kms:Decrypt", "kms:GenerateDataKey*", "kms:DescribeKey"]
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "ThroughServices"
      Effect    = "Allow"
      Principal = { AWS = local.root }
      Resource  = "*"
      Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
      Condition = {
        StringEquals = {
          "kms:CallerAccount" = var.account_id
          "kms:ViaService"    = [for service in ["secretsmanager", "ecr", "s3", "backup", "sns", "cloudtrail"] : "${service}.${var.region}.amazonaws.com"]
        }
      }
    },
  ]

  use_signing = [
    {
      Sid       = "TheWorkerSigns"
      Effect    = "Allow"
      Principal = { AWS = local.role.worker }
      Resource  = "*"
      Action    = ["kms:Sign", "kms:Verify", "kms:GetPublicKey", "kms:DescribeKey"]
    },
    {
      Sid       = "TheWebChecks"
      Effect    = "Allow"
      Principal = { AWS = local.role.web }
      Resource  = "*"
      Action    = ["kms:Verify", "kms:GetPublicKey", "kms:DescribeKey"]
    },
    {
      Sid       = "NobodyElseSigns"
      Effect    = "Deny"
      Principal = { AWS = "*" }
      Resource  = "*"
      Action    = ["kms:Sign", "kms:CreateGrant"]
      Condition = { ArnNotEquals = { "aws:PrincipalArn" = local.role.worker } }
    },
  ]
}
