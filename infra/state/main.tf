# Once an account, before anything else: where Terraform keeps its state.

resource "aws_kms_key" "state" {
  description             = "bedside-${var.cell}: Terraform's state"
  enable_key_rotation     = true
  rotation_period_in_days = 90
  deletion_window_in_days = 30
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CareWithoutUse"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Resource  = "*"
        Action = [
          "kms:Describe*", "kms:Get*", "kms:List*", "kms:PutKeyPolicy", "kms:EnableKeyRotation",
          "kms:TagResource", "kms:UntagResource", "kms:ScheduleKeyDeletion", "kms:CancelKeyDeletion",
        ]
      },
      {
        Sid       = "ThroughTheBucket"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Resource  = "*"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com", "kms:CallerAccount" = var.account_id } }
      },
    ]
  })
}

module "state" {
  source      = "../modules/bucket"
  name        = "bedside-${var.cell}-${var.account_id}-state"
  kms_key_arn = aws_kms_key.state.arn
}
