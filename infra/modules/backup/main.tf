# Every six hours a copy goes into the locked vault of another account, and every month one that is
# kept for a year. This account hands copies over; it can neither read, change nor remove them there.

resource "aws_backup_vault" "this" {
  name        = var.name
  kms_key_arn = var.kms_key_arn
}

# Also the near copies: no role of this account removes one before its time.
resource "aws_backup_vault_policy" "this" {
  backup_vault_name = aws_backup_vault.this.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "NothingIsRemovedByHand"
      Effect    = "Deny"
      Principal = "*"
      Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:DeleteBackupVault", "backup:PutBackupVaultAccessPolicy", "backup:DeleteBackupVaultAccessPolicy"]
      Resource  = "*"
      Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::${var.account_id}:role/${var.name}-*" } }
    }]
  })
}

resource "aws_backup_plan" "this" {
  name = var.name

  rule {
    rule_name                = "every-six-hours"
    target_vault_name        = aws_backup_vault.this.name
    schedule                 = "cron(15 0/6 * * ? *)"
    start_window             = 60
    completion_window        = 300
    enable_continuous_backup = false
    lifecycle {
      delete_after = 14
    }
    copy_action {
      destination_vault_arn = var.copy_vault_arn
      lifecycle {
        delete_after = 35
      }
    }
  }

  rule {
    rule_name         = "every-month"
    target_vault_name = aws_backup_vault.this.name
    schedule          = "cron(15 3 1 * ? *)"
    start_window      = 60
    completion_window = 600
    lifecycle {
      delete_after = 35
    }
    copy_action {
      destination_vault_arn = var.copy_vault_arn
      lifecycle {
        delete_after = 365
      }
    }
  }
}

resource "aws_backup_selection" "this" {
  name         = "all-of-record"
  plan_id      = aws_backup_plan.this.id
  iam_role_arn = aws_iam_role.this.arn
  resources    = var.resources
}

resource "aws_iam_role" "this" {
  name        = "${var.name}-backup"
  description = "AWS Backup, as it saves and copies"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "backup.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

# AWS's own lists of what its backup service needs.
resource "aws_iam_role_policy_attachment" "this" {
  for_each = toset([
    "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
  ])
  role       = aws_iam_role.this.name
  policy_arn = each.key
}
