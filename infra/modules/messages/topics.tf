# Topics of what the vendors tell. Messages are signed with SHA-256 and encrypted at rest; only the
# named service of this account may publish, only the program is told.

locals {
  topics = {
    ses-events  = "ses.amazonaws.com"
    ses-inbound = "ses.amazonaws.com"
    sms-events  = "events.amazonaws.com"
    sms-inbound = "sms-voice.amazonaws.com"
  }
  topic_arn = { for topic in keys(local.topics) : topic => "arn:aws:sns:${var.region}:${var.account_id}:${var.name}-${topic}" }
}

resource "aws_sns_topic" "this" {
  for_each          = local.topics
  name              = "${var.name}-${each.key}"
  kms_master_key_id = var.ground_key_arn
  signature_version = 2
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "TheServicePublishes"
        Effect    = "Allow"
        Principal = { Service = each.value }
        Action    = "sns:Publish"
        Resource  = local.topic_arn[each.key]
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      },
      {
        Sid       = "TlsOnly"
        Effect    = "Deny"
        Principal = "*"
        Action    = "sns:Publish"
        Resource  = local.topic_arn[each.key]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })
}

# The program confirms the subscription itself, after it has checked the signature.
resource "aws_sns_topic_subscription" "program" {
  topic_arn              = aws_sns_topic.this["ses-events"].arn
  protocol               = "https"
  endpoint               = var.hook_url
  endpoint_auto_confirms = true
  raw_message_delivery   = false
  redrive_policy         = jsonencode({ deadLetterTargetArn = aws_sqs_queue.undelivered.arn })
  delivery_policy = jsonencode({
    healthyRetryPolicy = {
      minDelayTarget     = 5
      maxDelayTarget     = 300
      numRetries         = 20
      numNoDelayRetries  = 0
      numMinDelayRetries = 5
      numMaxDelayRetries = 10
      backoffFunction    = "exponential"
    }
  })
}

resource "aws_sqs_queue" "undelivered" {
  name                      = "${var.name}-undelivered"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.ground_key_arn
}

resource "aws_sqs_queue_policy" "undelivered" {
  queue_url = aws_sqs_queue.undelivered.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "OurTopicsOnly"
      Effect    = "Allow"
      Principal = { Service = "sns.amazonaws.com" }
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.undelivered.arn
      Condition = { ArnLike = { "aws:SourceArn" = "arn:aws:sns:${var.region}:${var.account_id}:${var.name}-*" } }
    }]
  })
}
