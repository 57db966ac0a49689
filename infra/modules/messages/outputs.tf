output "mail" {
  description = "What mail is sent with."
  value = {
    configuration_set     = aws_sesv2_configuration_set.this.configuration_set_name
    configuration_set_arn = "arn:aws:ses:${var.region}:${var.account_id}:configuration-set/${var.name}"
    topic_arn             = local.topic_arn["ses-events"]
    identity_arns         = [for brand in var.brands : "arn:aws:ses:${var.region}:${var.account_id}:identity/${brand.domain}"]
  }
}

output "sms" {
  description = "What text messages are sent with."
  value = {
    arns = concat(
      [
        "arn:aws:sms-voice:${var.region}:${var.account_id}:configuration-set/${var.name}",
        "arn:aws:sms-voice:${var.region}:${var.account_id}:opt-out-list/${var.name}",
      ],
      [for number in aws_pinpointsmsvoicev2_phone_number.this : number.arn],
    )
  }
}
