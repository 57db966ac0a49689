# Mail out by SES: each brand's domain signed (DKIM), its own bounce domain, events to one topic that
# the program believes. Mail in: to a bucket, told by a second topic.

resource "aws_sesv2_configuration_set" "this" {
  configuration_set_name = var.name
  delivery_options {
    tls_policy = "REQUIRE"
  }
  reputation_options {
    reputation_metrics_enabled = true
  }
  sending_options {
    sending_enabled = true
  }
  suppression_options {
    suppressed_reasons = ["BOUNCE", "COMPLAINT"]
  }
}

# No opens and no clicks: nobody is watched reading.
resource "aws_sesv2_configuration_set_event_destination" "this" {
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  event_destination_name = "program"
  event_destination {
    enabled              = true
    matching_event_types = ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT", "REJECT", "DELIVERY_DELAY"]
    sns_destination {
      topic_arn = aws_sns_topic.this["ses-events"].arn
    }
  }
}

resource "aws_sesv2_email_identity" "this" {
  for_each               = var.brands
  email_identity         = each.value.domain
  configuration_set_name = aws_sesv2_configuration_set.this.configuration_set_name
  dkim_signing_attributes {
    next_signing_key_length = "RSA_2048_BIT"
  }
}

resource "aws_sesv2_email_identity_mail_from_attributes" "this" {
  for_each               = var.brands
  email_identity         = aws_sesv2_email_identity.this[each.key].email_identity
  mail_from_domain       = "bounce.${each.value.domain}"
  behavior_on_mx_failure = "REJECT_MESSAGE"
}

locals {
  dkim = merge([for key, brand in var.brands : { for number in [0, 1, 2] : "${key}-${number}" => { brand = brand, key = key, number = number } }]...)
}

resource "aws_route53_record" "dkim" {
  for_each = local.dkim
  zone_id  = each.value.brand.zone_id
  name     = "${aws_sesv2_email_identity.this[each.value.key].dkim_signing_attributes[0].tokens[each.value.number]}._domainkey.${each.value.brand.domain}"
  type     = "CNAME"
  ttl      = 1800
  records  = ["${aws_sesv2_email_identity.this[each.value.key].dkim_signing_attributes[0].tokens[each.value.number]}.dkim.amazonses.com"]
}

resource "aws_route53_record" "bounce_mx" {
  for_each = var.brands
  zone_id  = each.value.zone_id
  name     = "bounce.${each.value.domain}"
  type     = "MX"
  ttl      = 1800
  records  = ["10 feedback-smtp.${var.region}.amazonses.com"]
}

resource "aws_route53_record" "bounce_spf" {
  for_each = var.brands
  zone_id  = each.value.zone_id
  name     = "bounce.${each.value.domain}"
  type     = "TXT"
  ttl      = 1800
  records  = ["v=spf1 include:amazonses.com -all"]
}

resource "aws_route53_record" "dmarc" {
  for_each = var.brands
  zone_id  = each.value.zone_id
  name     = "_dmarc.${each.value.domain}"
  type     = "TXT"
  ttl      = 1800
  records  = ["v=DMARC1; p=quarantine; adkim=s; aspf=r; rua=mailto:dmarc@${each.value.domain}"]
}

resource "aws_route53_record" "inbound" {
  for_each = var.inbound ? var.brands : {}
  zone_id  = each.value.zone_id
  name     = "reply.${each.value.domain}"
  type     = "MX"
  ttl      = 1800
  records  = ["10 inbound-smtp.${var.region}.amazonaws.com"]
}

resource "aws_ses_receipt_rule_set" "this" {
  count         = var.inbound ? 1 : 0
  rule_set_name = var.name
}

resource "aws_ses_active_receipt_rule_set" "this" {
  count         = var.inbound ? 1 : 0
  rule_set_name = aws_ses_receipt_rule_set.this[0].rule_set_name
}

resource "aws_ses_receipt_rule" "replies" {
  count         = var.inbound ? 1 : 0
  name          = "replies"
  rule_set_name = aws_ses_receipt_rule_set.this[0].rule_set_name
  recipients    = [for brand in var.brands : "reply.${brand.domain}"]
  enabled       = true
  scan_enabled  = true
  tls_policy    = "Require"

  # The bucket encrypts by itself; a key named here would be used on the sender's side.
  s3_action {
    bucket_name       = var.mail_bucket
    object_key_prefix = "in/"
    topic_arn         = aws_sns_topic.this["ses-inbound"].arn
    position          = 1
  }
}
