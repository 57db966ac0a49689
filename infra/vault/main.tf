# The backup account: copies nobody can remove before their time, its own administrators included.
# It is applied with this account's own sign-in; nothing in the cell's account can assume a role here.

locals {
  name   = "bedside-${var.cell}"
  root   = "arn:aws:iam::${var.backup_account_id}:root"
  theirs = "arn:aws:iam::${var.account_id}:root"
  worker = "arn:aws:iam::${var.account_id}:role/${local.name}-worker"
}

resource "aws_backup_vault" "near" {
  name        = "${local.name}-locked"
  kms_key_arn = aws_kms_key.near.arn
}

resource "aws_backup_vault" "far" {
  provider    = aws.far
  name        = "${local.name}-locked"
  kms_key_arn = aws_kms_key.far.arn
}

# Compliance mode: three days after it is made the lock itself can no longer be taken off, by anybody.
resource "aws_backup_vault_lock_configuration" "near" {
  backup_vault_name   = aws_backup_vault.near.name
  min_retention_days  = 35
  max_retention_days  = 400
  changeable_for_days = 3
}

resource "aws_backup_vault_lock_configuration" "far" {
  provider            = aws.far
  backup_vault_name   = aws_backup_vault.far.name
  min_retention_days  = 35
  max_retention_days  = 400
  changeable_for_days = 3
}

# The cell's account may put copies in, and nothing else.
resource "aws_backup_vault_policy" "near" {
  backup_vault_name = aws_backup_vault.near.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TheCellHandsCopiesOver"
      Effect    = "Allow"
      Principal = { AWS = local.theirs }
      Action    = "backup:CopyIntoBackupVault"
      Resource  = "*"
    }]
  })
}

# Checkpoints and nightly archives of the event log: written once, kept six years, whatever anybody
# decides later.
module "archive" {
  source      = "../modules/bucket"
  name        = "${local.name}-${var.backup_account_id}-archive"
  kms_key_arn = aws_kms_key.near.arn
  lock_days   = 2192
  statements = [
    {
      Sid       = "TheWorkerWritesAndReads"
      Effect    = "Allow"
      Principal = { AWS = local.theirs }
      Action    = ["s3:PutObject", "s3:PutObjectRetention", "s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectRetention"]
      Resource  = "arn:aws:s3:::${local.name}-${var.backup_account_id}-archive/*"
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.worker } }
    },
    {
      Sid       = "TheWorkerLists"
      Effect    = "Allow"
      Principal = { AWS = local.theirs }
      Action    = ["s3:ListBucket", "s3:ListBucketVersions"]
      Resource  = "arn:aws:s3:::${local.name}-${var.backup_account_id}-archive"
      Condition = { ArnEquals = { "aws:PrincipalArn" = local.worker } }
    },
    {
      Sid       = "NobodyRemoves"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion", "s3:BypassGovernanceRetention", "s3:DeleteBucket"]
      Resource  = ["arn:aws:s3:::${local.name}-${var.backup_account_id}-archive", "arn:aws:s3:::${local.name}-${var.backup_account_id}-archive/*"]
    },
  ]
}

# Who did what in this account.
module "trail" {
  source      = "../modules/bucket"
  name        = "${local.name}-${var.backup_account_id}-trail"
  expire_days = 2200
  kms_key_arn = aws_kms_key.near.arn
  statements = [
    {
      Sid       = "TrailLooks"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::${local.name}-${var.backup_account_id}-trail"
      Condition = { StringEquals = { "aws:SourceAccount" = var.backup_account_id } }
    },
    {
      Sid       = "TrailWrites"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${local.name}-${var.backup_account_id}-trail/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.backup_account_id, "s3:x-amz-acl" = "bucket-owner-full-control" } }
    },
  ]
}

resource "aws_cloudtrail" "this" {
  name                          = local.name
  s3_bucket_name                = module.trail.name
  kms_key_id                    = aws_kms_key.near.arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
}
