# Documents, incoming mail and logs. What proves the log is not here: it lies in another account.

module "documents" {
  source      = "../bucket"
  name        = "${var.name}-${var.account_id}-documents"
  kms_key_arn = var.data_key_arn
  statements = [{
    # Documents of record are ended in the database, not removed from here.
    Sid       = "NothingIsRemoved"
    Effect    = "Deny"
    Principal = "*"
    Action    = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    Resource  = "arn:aws:s3:::${var.name}-${var.account_id}-documents/*"
    Condition = { ArnLike = { "aws:PrincipalArn" = "arn:aws:iam::${var.account_id}:role/${var.name}-*" } }
  }]
}

module "mail" {
  source      = "../bucket"
  name        = "${var.name}-${var.account_id}-mail"
  kms_key_arn = var.ground_key_arn
  # No part of the program reads it yet: where `inbound_mail` is on, a person has to within this time.
  expire_days = 30
  statements = [{
    Sid       = "SesDelivers"
    Effect    = "Allow"
    Principal = { Service = "ses.amazonaws.com" }
    Action    = "s3:PutObject"
    Resource  = "arn:aws:s3:::${var.name}-${var.account_id}-mail/*"
    Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
  }]
}

# The balancer and the flow log write with S3's own key only; neither holds anything of a patient.
module "logs" {
  source      = "../bucket"
  name        = "${var.name}-${var.account_id}-logs"
  expire_days = 400
  statements = [
    {
      Sid       = "BalancerAndFlow"
      Effect    = "Allow"
      Principal = { Service = ["logdelivery.elasticloadbalancing.amazonaws.com", "delivery.logs.amazonaws.com"] }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${var.name}-${var.account_id}-logs/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "FlowLooks"
      Effect    = "Allow"
      Principal = { Service = "delivery.logs.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::${var.name}-${var.account_id}-logs"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
  ]
}

module "trail" {
  source = "../bucket"
  name   = "${var.name}-${var.account_id}-trail"
  # Six years, as long as HIPAA asks for documentation (45 CFR 164.316(b)(2)(i)).
  expire_days = 2200
  kms_key_arn = var.ground_key_arn
  statements = [
    {
      Sid       = "TrailLooks"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:GetBucketAcl"
      Resource  = "arn:aws:s3:::${var.name}-${var.account_id}-trail"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    },
    {
      Sid       = "TrailWrites"
      Effect    = "Allow"
      Principal = { Service = "cloudtrail.amazonaws.com" }
      Action    = "s3:PutObject"
      Resource  = "arn:aws:s3:::${var.name}-${var.account_id}-trail/*"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id, "s3:x-amz-acl" = "bucket-owner-full-control" } }
    },
  ]
}
