# Text messages by AWS End User Messaging: a toll-free number, an opt-out list, events by EventBridge.
# The number sends nothing until its verification is through; that is applied for by hand.

resource "aws_pinpointsmsvoicev2_configuration_set" "this" {
  name                 = var.name
  default_message_type = "TRANSACTIONAL"
}

resource "aws_pinpointsmsvoicev2_opt_out_list" "this" {
  name = var.name
}

resource "aws_pinpointsmsvoicev2_phone_number" "this" {
  count                         = var.sms_number ? 1 : 0
  iso_country_code              = "US"
  message_type                  = "TRANSACTIONAL"
  number_type                   = "TOLL_FREE"
  number_capabilities           = ["SMS"]
  opt_out_list_name             = aws_pinpointsmsvoicev2_opt_out_list.this.name
  deletion_protection_enabled   = true
  self_managed_opt_outs_enabled = false
  two_way_channel_enabled       = true
  two_way_channel_arn           = aws_sns_topic.this["sms-inbound"].arn
}

resource "aws_cloudwatch_event_rule" "sms" {
  name        = "${var.name}-sms-events"
  description = "What became of a text message, and of the number's registration"
  event_pattern = jsonencode({
    source      = ["aws.sms-voice"]
    detail-type = ["Text Message Delivery Status Updated", "Registration Status Change"]
  })
}

resource "aws_cloudwatch_event_target" "sms" {
  rule = aws_cloudwatch_event_rule.sms.name
  arn  = aws_sns_topic.this["sms-events"].arn
}
