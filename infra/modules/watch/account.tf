# What an account has once: the trail of its API calls, GuardDuty, the scan of documents, the budget.

resource "aws_cloudtrail" "this" {
  count                         = var.account_wide ? 1 : 0
  name                          = var.name
  s3_bucket_name                = var.trail_bucket
  kms_key_id                    = var.ground_key_arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  enable_logging                = true

  advanced_event_selector {
    name = "management"
    field_selector {
      field  = "eventCategory"
      equals = ["Management"]
    }
  }

  # Every read and write of documents and mail, by whom.
  advanced_event_selector {
    name = "documents"
    field_selector {
      field  = "eventCategory"
      equals = ["Data"]
    }
    field_selector {
      field  = "resources.type"
      equals = ["AWS::S3::Object"]
    }
    field_selector {
      field       = "resources.ARN"
      starts_with = [for arn in var.data_bucket_arns : "${arn}/"]
    }
  }
}

resource "aws_guardduty_detector" "this" {
  count                        = var.account_wide ? 1 : 0
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

resource "aws_guardduty_detector_feature" "this" {
  for_each    = var.account_wide ? toset(["S3_DATA_EVENTS", "RDS_LOGIN_EVENTS"]) : toset([])
  detector_id = aws_guardduty_detector.this[0].id
  name        = each.key
  status      = "ENABLED"
}

resource "aws_cloudwatch_event_rule" "findings" {
  count       = var.account_wide ? 1 : 0
  name        = "${var.name}-guardduty"
  description = "What GuardDuty found, from medium on, and files that hold malware"
  event_pattern = jsonencode({
    source      = ["aws.guardduty"]
    detail-type = ["GuardDuty Finding", "GuardDuty Malware Protection Object Scan Result"]
    "$or" = [
      { detail = { severity = [{ numeric = [">=", 4] }] } },
      { detail = { scanResultDetails = { scanResultStatus = ["THREATS_FOUND"] } } },
    ]
  })
}

resource "aws_cloudwatch_event_target" "findings" {
  count = var.account_wide ? 1 : 0
  rule  = aws_cloudwatch_event_rule.findings[0].name
  arn   = aws_sns_topic.this["urgent"].arn
}

# Each document is scanned when it arrives and tagged with what was found.
resource "aws_guardduty_malware_protection_plan" "documents" {
  role = aws_iam_role.malware.arn
  protected_resource {
    s3_bucket {
      bucket_name = var.documents_bucket
    }
  }
  actions {
    tagging {
      status = "ENABLED"
    }
  }
}

resource "aws_iam_role" "malware" {
  name        = "${var.name}-malware"
  description = "GuardDuty's scan of documents"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "malware-protection-plan.guardduty.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "malware" {
  name = "may"
  role = aws_iam_role.malware.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid      = "HearsOfNewDocuments"
        Effect   = "Allow"
        Action   = ["events:PutRule", "events:DeleteRule", "events:PutTargets", "events:RemoveTargets", "events:DescribeRule", "events:ListTargetsByRule"]
        Resource = "arn:aws:events:${var.region}:${var.account_id}:rule/DO-NOT-DELETE-AmazonGuardDutyMalwareProtectionS3*"
      },
      {
        Sid      = "ReadsAndTagsThem"
        Effect   = "Allow"
        Action   = ["s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectTagging", "s3:PutObjectTagging", "s3:GetObjectVersionTagging", "s3:PutObjectVersionTagging"]
        Resource = "arn:aws:s3:::${var.documents_bucket}/*"
      },
      {
        Sid      = "LooksAtTheBucket"
        Effect   = "Allow"
        Action   = ["s3:PutBucketNotification", "s3:GetBucketNotification", "s3:ListBucket"]
        Resource = "arn:aws:s3:::${var.documents_bucket}"
      },
      {
        Sid      = "ProvesItMay"
        Effect   = "Allow"
        Action   = "s3:PutObject"
        Resource = "arn:aws:s3:::${var.documents_bucket}/malware-protection-resource-validation-object"
      },
      {
        Sid       = "OpensThem"
        Effect    = "Allow"
        Action    = ["kms:Decrypt", "kms:GenerateDataKey"]
        Resource  = var.data_key_arn
        Condition = { StringEquals = { "kms:ViaService" = "s3.${var.region}.amazonaws.com" } }
      },
    ]
  })
}

resource "aws_budgets_budget" "this" {
  count        = var.account_wide ? 1 : 0
  name         = var.name
  budget_type  = "COST"
  limit_amount = tostring(var.monthly_budget)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = var.alert_mails
  }

  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    notification_type          = "FORECASTED"
    subscriber_email_addresses = var.alert_mails
  }
}
