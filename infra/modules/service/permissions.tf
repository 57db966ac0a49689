# What each role may do, and to what. Nothing here is "*"; a test reads it.

locals {
  login   = "arn:aws:rds-db:${var.region}:${var.account_id}:dbuser:${var.database_resource_id}"
  archive = "arn:aws:s3:::${var.archive.bucket}"

  both = [
    {
      Sid      = "DataKeys"
      Effect   = "Allow"
      Action   = ["kms:GenerateDataKey", "kms:Decrypt", "kms:DescribeKey"]
      Resource = var.data_key_arn
    },
    {
      Sid      = "Documents"
      Effect   = "Allow"
      Action   = ["s3:GetObject", "s3:PutObject", "s3:GetObjectTagging"]
      Resource = "${var.documents.arn}/*"
    },
    {
      Sid      = "Mail"
      Effect   = "Allow"
      Action   = ["ses:SendEmail", "ses:SendRawEmail"]
      Resource = concat(var.mail.identity_arns, [var.mail.configuration_set_arn])
    },
  ]

  may = {
    web = concat(local.both, [
      {
        Sid      = "SignsInAsWeb"
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = "${local.login}/bedside_web"
      },
      {
        Sid      = "ChecksCheckpoints"
        Effect   = "Allow"
        Action   = ["kms:Verify", "kms:GetPublicKey", "kms:DescribeKey"]
        Resource = var.signing_key_arn
      },
    ])

    worker = concat(local.both, [
      {
        Sid      = "SignsInAsWorker"
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = ["${local.login}/bedside_worker", "${local.login}/bedside_web"]
      },
      {
        Sid      = "SealsAnew"
        Effect   = "Allow"
        Action   = ["kms:ReEncryptFrom", "kms:ReEncryptTo"]
        Resource = var.data_key_arn
      },
      {
        Sid      = "SignsCheckpoints"
        Effect   = "Allow"
        Action   = ["kms:Sign", "kms:Verify", "kms:GetPublicKey", "kms:DescribeKey"]
        Resource = var.signing_key_arn
      },
      {
        Sid    = "WritesTheArchiveOnce"
        Effect = "Allow"
        Action = [
          "s3:PutObject", "s3:PutObjectRetention", "s3:GetObject", "s3:GetObjectVersion",
          "s3:GetObjectRetention",
        ]
        Resource = "${local.archive}/*"
      },
      {
        Sid      = "ListsTheArchive"
        Effect   = "Allow"
        Action   = ["s3:ListBucket", "s3:ListBucketVersions"]
        Resource = local.archive
      },
      {
        Sid      = "SealsTheArchive"
        Effect   = "Allow"
        Action   = ["kms:GenerateDataKey", "kms:Decrypt"]
        Resource = var.archive.key_arn
      },
      {
        Sid      = "LooksAtTheKey"
        Effect   = "Allow"
        Action   = ["kms:DescribeKey", "kms:GetKeyRotationStatus"]
        Resource = var.data_key_arn
      },
      {
        Sid      = "LooksAtBackups"
        Effect   = "Allow"
        Action   = "rds:DescribeDBClusters"
        Resource = "arn:aws:rds:${var.region}:${var.account_id}:cluster:${var.name}"
      },
      {
        Sid      = "LooksAtTheSender"
        Effect   = "Allow"
        Action   = "ses:GetEmailIdentity"
        Resource = var.mail.identity_arns
      },
      {
        Sid      = "TakesMailIn"
        Effect   = "Allow"
        Action   = "s3:GetObject"
        Resource = "${var.incoming_mail_arn}/*"
      },
      {
        Sid       = "OpensMail"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.ground_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      },
      {
        Sid      = "TextMessages"
        Effect   = "Allow"
        Action   = ["sms-voice:SendTextMessage", "sms-voice:DescribeOptedOutNumbers", "sms-voice:PutOptedOutNumber"]
        Resource = var.sms.arns
      },
    ])

    migrate = [
      {
        Sid      = "SignsInAsOwner"
        Effect   = "Allow"
        Action   = "rds-db:connect"
        Resource = "${local.login}/bedside_owner"
      },
    ]
  }

  starts = {
    start           = [aws_secretsmanager_secret.app.arn, aws_secretsmanager_secret.edge.arn]
    start-bootstrap = [aws_secretsmanager_secret.app.arn, var.database_admin_secret_arn]
  }
}

resource "aws_iam_role_policy" "task" {
  for_each = local.may
  name     = "may"
  role     = var.role_names[each.key]
  policy   = jsonencode({ Version = "2012-10-17", Statement = each.value })
}

resource "aws_iam_role_policy" "start" {
  for_each = local.starts
  name     = "may"
  role     = var.role_names[each.key]
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "Image"
        Effect   = "Allow"
        Action   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
        Resource = aws_ecr_repository.this.arn
      },
      {
        # This one verb knows no resource.
        Sid      = "ImageSignIn"
        Effect   = "Allow"
        Action   = "ecr:GetAuthorizationToken"
        Resource = "*"
      },
      {
        Sid      = "Log"
        Effect   = "Allow"
        Action   = ["logs:CreateLogStream", "logs:PutLogEvents"]
        Resource = [for group in aws_cloudwatch_log_group.this : "${group.arn}:*"]
      },
      {
        Sid      = "Secrets"
        Effect   = "Allow"
        Action   = "secretsmanager:GetSecretValue"
        Resource = each.value
      },
      {
        Sid       = "OpensSecrets"
        Effect    = "Allow"
        Action    = "kms:Decrypt"
        Resource  = var.ground_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "secretsmanager.${var.region}.amazonaws.com" } }
      },
    ]
  })
}
