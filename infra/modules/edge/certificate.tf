# Names and their certificates, proven through the practice's own zones.

locals {
  # For each brand: people's hosts, which end at the balancer, and the public site, which is cached.
  direct = merge([for key, brand in var.brands : {
    for host in ["portal", "admin"] : "${host}.${brand.domain}" => brand.zone_id
  }]...)
  public = { for key, brand in var.brands : "www.${brand.domain}" => brand.zone_id }
  hosts  = merge(local.direct, local.public)
}

resource "aws_acm_certificate" "balancer" {
  domain_name               = sort(keys(local.hosts))[0]
  subject_alternative_names = slice(sort(keys(local.hosts)), 1, length(local.hosts))
  validation_method         = "DNS"
  key_algorithm             = "EC_prime256v1"

  lifecycle {
    create_before_destroy = true
  }
}

# CloudFront takes certificates of us-east-1 only.
resource "aws_acm_certificate" "site" {
  provider                  = aws.global
  domain_name               = sort(keys(local.public))[0]
  subject_alternative_names = slice(sort(keys(local.public)), 1, length(local.public))
  validation_method         = "DNS"
  key_algorithm             = "EC_prime256v1"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_route53_record" "proof" {
  for_each        = local.hosts
  zone_id         = each.value
  name            = one([for option in aws_acm_certificate.balancer.domain_validation_options : option.resource_record_name if option.domain_name == each.key])
  type            = one([for option in aws_acm_certificate.balancer.domain_validation_options : option.resource_record_type if option.domain_name == each.key])
  records         = [one([for option in aws_acm_certificate.balancer.domain_validation_options : option.resource_record_value if option.domain_name == each.key])]
  ttl             = 300
  allow_overwrite = true
}

resource "aws_acm_certificate_validation" "balancer" {
  certificate_arn         = aws_acm_certificate.balancer.arn
  validation_record_fqdns = [for record in aws_route53_record.proof : record.fqdn]
}

# The same records prove the second certificate: ACM asks the same of one name in one account.
resource "aws_acm_certificate_validation" "site" {
  provider                = aws.global
  certificate_arn         = aws_acm_certificate.site.arn
  validation_record_fqdns = [for host in keys(local.public) : aws_route53_record.proof[host].fqdn]
}

resource "aws_route53_record" "direct" {
  for_each = local.direct
  zone_id  = each.value
  name     = each.key
  type     = "A"
  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}

resource "aws_route53_record" "public" {
  for_each = local.public
  zone_id  = each.value
  name     = each.key
  type     = "A"
  alias {
    name                   = aws_cloudfront_distribution.site.domain_name
    zone_id                = aws_cloudfront_distribution.site.hosted_zone_id
    evaluate_target_health = false
  }
}
