# Where alarms go: everything by mail, what cannot wait also by SMS.

resource "aws_sns_topic" "this" {
  for_each          = toset(["alerts", "urgent"])
  name              = "${var.name}-${each.key}"
  kms_master_key_id = var.ground_key_arn
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsOfThisAccount"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com", "events.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = "arn:aws:sns:${var.region}:${var.account_id}:${var.name}-${each.key}"
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "mail" {
  for_each  = { for pair in setproduct(["alerts", "urgent"], var.alert_mails) : "${pair[0]}-${pair[1]}" => pair }
  topic_arn = aws_sns_topic.this[each.value[0]].arn
  protocol  = "email"
  endpoint  = each.value[1]
}

resource "aws_sns_topic_subscription" "sms" {
  for_each  = toset(var.alert_phones)
  topic_arn = aws_sns_topic.this["urgent"].arn
  protocol  = "sms"
  endpoint  = each.key
}
